// Jobs that ended and say how long they want to be kept are deleted after that, their Pods first.
// Upstream: kubernetes pkg/controller/ttlafterfinished/ttlafterfinished_controller.go

import { parseTime } from '../api/scalars/time'
import { keyOf } from '../client/informer'
import { messageOf, objectOf, succeeded } from '../client/answers'
import { read, remove } from '../client/requests'
import { ask, GiveUp, syncQueue, type Sync } from '../client/sync'
import type { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'
import { finishedAs, type Job } from './job/types'
import { pathOf } from './resources'
import { startWhenSynced, Watched } from './watched'

const WORKERS = 5

export const ttlAfterFinishedController: StartController = ({ io, client, informers }) => {
  const jobs = new Watched<Job>(informers, 'jobs')
  const queue: WorkQueue = syncQueue(io, client, sync, { workers: WORKERS, held: true })
  const enqueue = (job: Job) => {
    if (expiresAt(job) !== null) queue.add(keyOf(job))
  }
  jobs.listen({ add: enqueue, update: enqueue })
  startWhenSynced(queue, jobs)

  function* sync(key: string): Sync {
    const job = jobs.at(key)
    if (!job || !hasExpired(job)) return
    // The time may have been made longer, and the cache not know it yet.
    const answer = yield* ask(read(pathOf('jobs', job)))
    if (answer.status === 404) return
    if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    const fresh = objectOf<Job>(answer)
    if (!hasExpired(fresh)) return
    const options = { propagationPolicy: 'Foreground', preconditions: { uid: fresh.metadata.uid } }
    const deleted = yield* ask(remove(pathOf('jobs', fresh), options))
    if (!succeeded(deleted)) throw new GiveUp(messageOf(deleted))
  }

  /** If not, it is looked at again when it has. */
  function hasExpired(job: Job): boolean {
    const at = expiresAt(job)
    if (at === null) return false
    if (at > io.epochNow) queue.addAfter(keyOf(job), at - io.epochNow, true)
    return at <= io.epochNow
  }
}

/** Epoch milliseconds; null where it is not to be deleted. */
function expiresAt(job: Job): number | null {
  const { ttlSecondsAfterFinished: ttl } = job.spec
  const finished = finishedAs(job)
  if (job.metadata.deletionTimestamp || ttl === undefined || !finished) return null
  return parseTime(finished.lastTransitionTime ?? '') + ttl * 1000
}
