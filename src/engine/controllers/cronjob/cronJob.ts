// CronJobs: hears of them and of their Jobs, and looks at each one that may have something to do, or whose time has come.
// Upstream: kubernetes pkg/controller/cronjob/cronjob_controllerv2.go

import { parseSchedule } from '../../api/kinds/cronjob/schedule'
import type { ApiObject } from '../../api/object'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { NO_RESYNC } from '../../client/sharedInformer'
import type { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import type { Job } from '../job/types'
import { controllerOf } from '../ownership'
import { syncQueue, type Sync } from '../../client/sync'
import { startWhenSynced, Watched } from '../watched'
import { CronJobSync } from './cronJobSync'
import { untilNext } from './missedTimes'
import type { CronJob } from './types'

const WORKERS = 5

export const cronJobController: StartController = ({ io, client, informers }) => {
  const events = new EventRecorder(io, client, { component: 'cronjob-controller' })
  const cronJobs = new Watched<CronJob>(informers, 'cronJobs')
  const jobs = new Watched<Job>(informers, 'jobs')
  const queue: WorkQueue = syncQueue(io, client, sync, { workers: WORKERS, held: true })

  const ownerOf = (object: ApiObject) => cronJobs.ownerOf(object, 'CronJob')
  const enqueue = (cronJob: CronJob | undefined) => cronJob && queue.add(keyOf(cronJob))
  const enqueueOwner = (job: Job) => enqueue(ownerOf(job))

  cronJobs.listen({
    add: enqueue,
    update: (cronJob, old) => {
      const { schedule: text, timeZone } = cronJob.spec
      if (text === old.spec.schedule && timeZone === old.spec.timeZone) return enqueue(cronJob)
      const schedule = parseSchedule(text)
      if ('error' in schedule) {
        const message = `unparseable schedule for cronjob: ${text}`
        events.event(cronJob, { type: 'Warning', reason: 'UnParseableCronJobSchedule', message })
      } else wakeIn(keyOf(cronJob), untilNext(cronJob, schedule, io.epochNow))
    },
    delete: enqueue,
  })
  jobs.listen(
    {
      add: enqueueOwner,
      update: (job, old) => {
        if (controllerOf(job)?.uid !== controllerOf(old)?.uid) enqueueOwner(old)
        enqueueOwner(job)
      },
      delete: enqueueOwner,
    },
    NO_RESYNC,
  )
  startWhenSynced(queue, jobs, cronJobs)

  /** A matter of the background: a cluster where nothing but a schedule goes on is at rest. */
  function wakeIn(key: string, delay: number): void {
    queue.addAfter(key, delay, true)
  }

  function* sync(key: string): Sync {
    const cronJob = cronJobs.at(key)
    if (!cronJob) return
    // Since 1.37 (#133313) not by its name alone: what another of that name owns is not its own.
    const owned = jobs.ownedBy(cronJob.metadata.uid!).filter((job) => ownerOf(job) === cronJob)
    const next = yield* new CronJobSync(io, events, cronJob, owned).run()
    if (next !== null) wakeIn(key, next)
  }
}
