// Brings a Job's active Pods to the number that is wished now: too many are deleted, missing ones made, after a failure not before its delay is over.
// Upstream: kubernetes pkg/controller/job/job_controller.go (manageJob, deleteJobPods), indexed_job_utils.go

import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { keyOf } from '../../client/informer'
import { messageOf, namespaceGoes, succeeded } from '../../client/answers'
import { strategicPatch } from '../../client/requests'
import { ask, GiveUp, sideBySide, type Sync } from '../../client/sync'
import { noteGap } from '../gap'
import { createPods, deletePods } from '../podControl'
import { bySeniority, isReady, isTerminating } from '../podFacts'
import { pathOf } from '../resources'
import { firstWithout, merge, withIndexes, type Indexes } from './completionIndexes'
import { indexedPod, indexOf, isTracked, jobPod, TRACKING } from './jobPods'
import type { JobPass, JobSurroundings } from './jobPass'
import { remaining, remainingAfter } from './podBackoff'
import { isIndexed, isSuspended, replacesOnlyFailed, type Job } from './types'

/** At most so many Pods are made or deleted in one sync. */
const BURST = 500

export interface Managed {
  /** As the status says it: Pods that were asked for count already. */
  readonly active: number
  readonly deleted: number
  readonly deletedReady: number
  readonly failure?: string
}

export const removeFinalizer = (pod: Pod) =>
  strategicPatch(pathOf('pods', pod), { metadata: { '$deleteFromPrimitiveList/finalizers': [TRACKING] } })

export function* manageJob(around: JobSurroundings, pass: JobPass): Sync<Managed> {
  const { job, active } = pass
  const wish = isSuspended(job) ? 0 : wishedActive(pass)
  const doomed = podsTooMany(job, active, isSuspended(job) ? active.length : Math.max(0, active.length - wish)).slice(0, BURST)
  const note = () => noteGap(around.io, 'job-controller', job, { of: 'Pod', wanted: wish, there: active.length })
  if (doomed.length > 0) note()
  if (doomed.length > 0 || isSuspended(job)) return yield* removePods(around, pass, doomed)
  const ending = replacesOnlyFailed(job) ? pass.pods.filter(isTerminating).length : 0
  const missing = wish - ending - active.length
  if (missing <= 0) return { active: active.length, deleted: 0, deletedReady: 0 }
  note()
  return yield* addPods(around, pass, Math.min(missing, BURST))
}

function wishedActive({ job: { spec }, active, succeeded: done }: JobPass): number {
  const parallelism = spec.parallelism ?? 1
  // A work queue: once one has succeeded, the others only finish.
  if (spec.completions === undefined) return done > 0 ? active.length : parallelism
  return Math.max(0, Math.min(parallelism, spec.completions - done))
}

function* removePods(around: JobSurroundings, { key, job, active }: JobPass, doomed: readonly Pod[]): Sync<Managed> {
  around.expectations.expect(key, 0, doomed.map(keyOf))
  const failures = yield* sideBySide(doomed.map((pod) => removePod(around, key, job, pod)))
  const failure = failures.find((message) => message !== null)
  const deleted = doomed.length - failures.filter((message) => message !== null).length
  return {
    active: active.length - deleted,
    deleted,
    deletedReady: doomed.filter((pod, i) => failures[i] === null && isReady(pod)).length,
    ...(failure ? { failure } : {}),
  }
}

/** Why it could not be deleted; null when it is. */
function* removePod({ expectations, events, wrote }: JobSurroundings, key: string, job: Job, pod: Pod): Sync<string | null> {
  if (isTracked(pod)) {
    const answer = yield* ask(removeFinalizer(pod))
    wrote('pods', key, answer)
    if (!succeeded(answer)) {
      expectations.deleted(key, keyOf(pod))
      return answer.status === 404 ? null : `removing completion finalizer: ${messageOf(answer)}`
    }
  }
  const [answer] = yield* deletePods(events, job, [pod])
  if (succeeded(answer!)) return null
  expectations.deleted(key, keyOf(pod))
  return answer!.status === 404 ? null : messageOf(answer!)
}

function* addPods(around: JobSurroundings, pass: JobPass, missing: number): Sync<Managed> {
  const { key, job, active } = pass
  const now = around.io.epochNow
  const eachIndex = job.spec.backoffLimitPerIndex !== undefined
  const nothing = (delay: number): Managed => {
    around.lookAgain(key, delay)
    return { active: 0, deleted: 0, deletedReady: 0 }
  }
  const delay = eachIndex ? 0 : remaining(pass.record, now)
  if (delay > 0) return nothing(delay)
  let made = new Array<JsonObject>(missing).fill(jobPod(job))
  if (isIndexed(job)) {
    const pending = firstWithout(takenIndexes(pass), missing, job.spec.completions ?? 0)
    const ready = pending.filter((index) => remainingAfter(pass.lastFailed.get(index), now) === 0)
    if (pending.length > 0 && ready.length === 0)
      return nothing(Math.min(...pending.map((index) => remainingAfter(pass.lastFailed.get(index), now))))
    made = ready.map((index) => indexedPod(job, index, pass.lastFailed.get(index)))
  }
  around.expectations.expect(key, made.length)
  const answers = yield* createPods(around.events, job, made)
  const refused = answers.filter((answer) => !succeeded(answer) && !namespaceGoes(answer))
  const skipped = made.length - answers.length
  around.expectations.added(key, refused.length + skipped)
  for (const answer of answers) around.wrote('pods', key, answer)
  return {
    active: active.length + made.length - refused.length - skipped,
    deleted: 0,
    deletedReady: 0,
    ...(refused[0] ? { failure: messageOf(refused[0]) } : {}),
  }
}

function takenIndexes({ job, pods, active, succeededIndexes, failedIndexes }: JobPass): Indexes {
  const indexes = (of: readonly Pod[]) => of.flatMap((pod) => indexOf(pod, job) ?? [])
  const ending = replacesOnlyFailed(job) ? indexes(pods.filter(isTerminating)) : []
  return merge(withIndexes(succeededIndexes, [...indexes(active), ...ending]), failedIndexes)
}

/** Pods without an index of the Job, all but the oldest of an index, and then the youngest until there are enough. */
function podsTooMany(job: Job, active: readonly Pod[], atLeast: number): readonly Pod[] {
  const doomed: Pod[] = []
  let left: readonly Pod[] = active
  if (isIndexed(job)) {
    const senior = new Map<number, Pod>()
    for (const pod of [...active].sort(bySeniority)) {
      const index = indexOf(pod, job)
      const before = index === undefined ? pod : senior.get(index)
      if (before) doomed.push(before)
      if (index !== undefined) senior.set(index, pod)
    }
    left = [...senior].sort(([a], [b]) => a - b).map(([, pod]) => pod)
  }
  const more = Math.max(0, atLeast - doomed.length)
  return [...doomed, ...(more > 0 ? [...left].sort(bySeniority).slice(0, more) : [])]
}

/** Deletes what still runs of a Job that has ended; their finalizers stay until they are counted. */
export function* endActive({ events }: JobSurroundings, { job, active }: JobPass): Sync<Managed> {
  const answers = yield* deletePods(events, job, active)
  const failed = answers.filter((answer) => !succeeded(answer) && answer.status !== 404)
  return {
    active: failed.length,
    deleted: active.length - failed.length,
    deletedReady: active.filter(isReady).length,
    ...(failed[0] ? { failure: messageOf(failed[0]) } : {}),
  }
}

export function* releasePods(
  around: JobSurroundings,
  key: string,
  pods: readonly Pod[],
): Sync<{ readonly released: ReadonlySet<string>; readonly failure: GiveUp | null }> {
  const expected = around.released.get(key) ?? new Set<string>()
  around.released.set(key, expected)
  for (const { metadata } of pods) expected.add(metadata.uid!)
  const released = new Set<string>()
  let failure: GiveUp | null = null
  const answers = yield* sideBySide(pods.map((pod) => ask(removeFinalizer(pod))))
  for (const [i, answer] of answers.entries()) {
    const { uid } = pods[i]!.metadata
    around.wrote('pods', key, answer)
    if (!succeeded(answer)) expected.delete(uid!)
    if (succeeded(answer) || answer.status === 404) released.add(uid!)
    else failure ??= new GiveUp(messageOf(answer))
  }
  return { released, failure }
}
