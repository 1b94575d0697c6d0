// Jobs: hears of them and of their Pods, and looks at each Job that may have something to do; what Pods do is looked at once a second.
// Pods that no Job will count any more lose the finalizer that kept them for it.
// Upstream: kubernetes pkg/controller/job/job_controller.go

import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../api/object'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import { parseTime } from '../../api/scalars/time'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { NO_RESYNC } from '../../client/sharedInformer'
import type { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import { Expectations } from '../expectations'
import { Owners } from '../owners'
import { OwnWrites } from '../ownWrites'
import { claim, controllerOf } from '../ownership'
import { messageOf, succeeded } from '../../client/answers'
import { ask, GiveUp, syncQueue, type Sync } from '../../client/sync'
import type { Answered } from '../../client/types'
import { startWhenSynced, Watched } from '../watched'
import { isTracked, TRACKING } from './jobPods'
import type { JobSurroundings } from './jobPass'
import { JobSync } from './jobSync'
import { removeFinalizer } from './manageJob'
import { finishedAs, type Job } from './types'

const WORKERS = 5
/** Milliseconds. */
const BATCH = 1000
const DELAYS = { baseDelay: 1000, maxDelay: 60_000 }
const SELF = 'kubernetes.io/job-controller'

export const jobController: StartController = ({ io, client, informers }) => {
  const events = new EventRecorder(io, client, { component: 'job-controller' })
  const expectations = new Expectations(io)
  const ownWrites = new OwnWrites()
  const jobs = new Watched<Job>(informers, 'jobs')
  const pods = new Watched<Pod>(informers, 'pods')
  const trackedPods = pods.informer.index(TRACKING, (pod) => (isTracked(pod as Pod) ? pod.metadata.namespace : undefined))
  const options = { workers: WORKERS, held: true, ...DELAYS }
  const queue: WorkQueue = syncQueue(io, client, sync, options)
  /** Keys are Pods, or `namespace?selector` for all Pods that a selector matches. */
  const orphans: WorkQueue = syncQueue(io, client, release, options)

  const around: JobSurroundings = {
    io,
    events,
    expectations,
    released: new Map(),
    backoff: new Map(),
    finished: new Set(),
    wrote: (what, key, answer) => ownWrites.note(key, what === 'pods' ? pods : jobs, answer),
    lookAgain: (key, delay) => queue.addAfter(key, Math.max(delay, BATCH)),
    wakeAt: (key, delay) => queue.addAfter(key, delay, true),
  }

  const selectorOf = ({ spec }: Job) => labelSelectorOf(spec.selector) ?? []
  const soon = (job: Job) => queue.addAfter(keyOf(job), BATCH)
  const owners = new Owners(jobs, 'Job', selectorOf, soon)
  const observed = (job: Job | undefined, pod: Pod) => job && around.released.get(keyOf(job))?.delete(pod.metadata.uid!)
  const releaseAllOf = ({ metadata, spec }: Job) => orphans.add(`${metadata.namespace ?? ''}?${JSON.stringify(spec.selector)}`)
  const gone = (pod: Pod, final: boolean) => {
    const job = owners.of(pod)
    if (!job || finishedAs(job)) {
      if (isTracked(pod)) orphans.add(keyOf(pod))
      return
    }
    expectations.deleted(keyOf(job), keyOf(pod))
    if (final || !isTracked(pod)) observed(job, pod)
    soon(job)
  }

  jobs.listen({
    add: (job) => queue.add(keyOf(job)),
    update: (job, old) => {
      const key = keyOf(job)
      if (finishedAs(job)) return releaseAllOf(job)
      if (job.metadata.generation === old.metadata.generation) queue.addAfter(key, BATCH)
      else queue.add(key)
      const { activeDeadlineSeconds } = job.spec
      if (job.status.startTime === undefined || activeDeadlineSeconds === undefined) return
      if (old.spec.activeDeadlineSeconds === activeDeadlineSeconds) return
      queue.addAfter(key, parseTime(job.status.startTime) + Number(activeDeadlineSeconds) * 1000 - io.epochNow)
    },
    delete: (job) => {
      forget(keyOf(job))
      around.finished.delete(job.metadata.uid!)
      queue.add(keyOf(job))
      releaseAllOf(job)
    },
  })
  pods.listen(
    {
      add: (pod) => {
        if (pod.metadata.deletionTimestamp) return gone(pod, false)
        if (!controllerOf(pod) && isTracked(pod)) orphans.add(keyOf(pod))
        const job = owners.added(pod)
        if (job) expectations.added(keyOf(job))
      },
      update: (pod, old) => {
        if (pod.metadata.deletionTimestamp) return gone(pod, false)
        if (!isTracked(pod)) for (const job of [owners.of(old), owners.of(pod)]) observed(job, pod)
        else if (!controllerOf(pod)) orphans.add(keyOf(pod))
        owners.changed(pod, old)
      },
      delete: (pod) => gone(pod, true),
    },
    NO_RESYNC,
  )
  startWhenSynced(queue, pods, jobs)
  startWhenSynced(orphans, pods, jobs)

  function forget(key: string): void {
    expectations.forget(key)
    ownWrites.forget(key)
    around.released.delete(key)
    around.backoff.delete(key)
  }

  function* sync(key: string): Sync {
    ownWrites.mustBeSeen(key)
    const job = jobs.at(key)
    if (!job) return forget(key)
    if (isForeign(job)) return
    if (finishedAs(job)) {
      around.backoff.delete(key)
      around.finished.delete(job.metadata.uid!)
      return ownWrites.forget(key)
    }
    if (around.finished.has(job.metadata.uid!)) return
    const satisfied = expectations.satisfied(key)
    const owned = yield* claim({
      owner: job,
      ownerResource: 'jobs',
      resource: 'pods',
      selector: selectorOf(job),
      finalizers: [TRACKING],
      adopted: (answer) => ownWrites.note(key, pods, answer),
      candidates: [...pods.ownedBy(job.metadata.uid!), ...pods.orphans(job.metadata.namespace!)],
    })
    yield* new JobSync(around, key, job, owned).run(satisfied)
  }

  function* release(key: string): Sync {
    const query = key.indexOf('?')
    if (query < 0) {
      const pod = pods.at(key)
      const refused = pod && (yield* releaseOrphan(pod))
      if (refused) throw new GiveUp(messageOf(refused))
      return
    }
    const selector = labelSelectorOf(JSON.parse(key.slice(query + 1)) as JsonObject) ?? []
    // Of many, one that is refused is not tried again for its own sake.
    for (const pod of [...trackedPods.by(TRACKING, key.slice(0, query))] as Pod[])
      if (matchesLabels(selector, pod.metadata.labels)) yield* releaseOrphan(pod)
  }

  /** The answer that refused it, if one did. */
  function* releaseOrphan(pod: Pod): Sync<Answered | null> {
    const reference = controllerOf(pod)
    if (reference && (reference.kind !== 'Job' || reference.apiVersion !== 'batch/v1')) return null
    const job = owners.of(pod)
    if (!isTracked(pod) || (job && (isForeign(job) || !finishedAs(job)))) return null
    const answer = yield* ask(removeFinalizer(pod))
    return succeeded(answer) || answer.status === 404 ? null : answer
  }
}

/** Another controller was told to care for it. */
const isForeign = ({ spec }: Job): boolean => spec.managedBy !== undefined && spec.managedBy !== SELF
