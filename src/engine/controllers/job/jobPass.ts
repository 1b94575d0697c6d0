// What a look at a Job begins with: its Pods sorted into active, succeeded and failed, by index where it has indexes.
// Upstream: kubernetes pkg/controller/job/job_controller.go (syncJob, getNewFinishedPods), indexed_job_utils.go

import type { Answered } from '../../client/types'
import type { Pod } from '../../api/kinds/pod/types'
import type { PartIo } from '../../base/part'
import type { EventRecorder } from '../../client/eventRecorder'
import type { Expectations } from '../expectations'
import { isActive } from '../podFacts'
import { hasIndex, parseIndexes, total, withIndexes, type Indexes } from './completionIndexes'
import { allIndexFailures, hasFailed, indexOf, isIndexFailed, isTracked } from './jobPods'
import { finishedAt, NO_FAILURES, recordAfter, type BackoffRecord } from './podBackoff'
import { judgeFailure } from './policies'
import { isIndexed, type Job } from './types'

export interface JobSurroundings {
  readonly io: PartIo
  readonly events: EventRecorder
  readonly expectations: Expectations
  /** By Job: uids of Pods whose finalizer was taken off and the cache does not show it yet. */
  readonly released: Map<string, Set<string>>
  readonly backoff: Map<string, BackoffRecord>
  /** Uids of Jobs that were written as finished. */
  readonly finished: Set<string>
  wrote(what: 'pods' | 'jobs', key: string, answer: Answered): void
  /** Not sooner than other things that are looked at together. */
  lookAgain(key: string, delay: number): void
  wakeAt(key: string, delay: number): void
}

/** What is known of a Job when a look at it begins. */
export interface JobPass {
  readonly key: string
  readonly job: Job
  readonly pods: readonly Pod[]
  /** Uids of Pods that go once the cache shows that their finalizer was taken off. */
  readonly expectedGone: ReadonlySet<string>
  readonly active: readonly Pod[]
  /** Pods that have ended so, whether the status counts them yet or not; those whose failure the policy lets pass do not count. */
  readonly succeeded: number
  readonly failed: number
  readonly record: BackoffRecord
  /** Of an indexed Job: the indexes that the status counts, those that have succeeded, those that have failed for good. */
  readonly countedIndexes: Indexes
  readonly succeededIndexes: Indexes
  readonly failedIndexes: Indexes
  /** Where failures count for each index: the Pod of an index that failed last, until another takes its place. */
  readonly lastFailed: ReadonlyMap<number, Pod>
}

export function passOf(around: JobSurroundings, key: string, job: Job, pods: readonly Pod[]): JobPass {
  const { status, spec } = job
  const { succeeded: won = [], failed: lost = [] } = status.uncountedTerminatedPods ?? {}
  const expectedGone = new Set(around.released.get(key))
  const active = pods.filter(isActive)
  const newlySucceeded = newlyEnded(job, pods, expectedGone, won, (pod) => pod.status.phase === 'Succeeded')
  const newlyFailed = newlyEnded(job, pods, expectedGone, lost, (pod) => hasFailed(pod, job))
  const counted = newlyFailed.filter((pod) => judgeFailure(spec.podFailurePolicy, pod).counts)
  const indexes = indexesOf(job, pods)
  return {
    key,
    job,
    pods,
    expectedGone,
    active,
    succeeded: isIndexed(job) ? total(indexes.succeededIndexes) : (status.succeeded ?? 0) + newlySucceeded.length + won.length,
    failed: (status.failed ?? 0) + counted.length + lost.length,
    record: recordAfter(around.backoff.get(key) ?? NO_FAILURES, newlySucceeded, newlyFailed),
    ...indexes,
    lastFailed: countsEachIndex(job)
      ? lastFailed(
          job,
          newlyEnded(job, pods, expectedGone, [], (pod) => hasFailed(pod, job)),
          active,
          indexes,
        )
      : new Map<number, Pod>(),
  }
}

/** Failures count for each index by itself. */
export const countsEachIndex = (job: Job): boolean => isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined

/** Whether a Pod has still to be counted: it has its finalizer, as far as is known. */
export const isToBeCounted = (pod: Pod, expectedGone: ReadonlySet<string>): boolean =>
  isTracked(pod) && !expectedGone.has(pod.metadata.uid!)

/** Pods that ended and stand neither in the count nor on the list of those to be counted. */
function newlyEnded(
  job: Job,
  pods: readonly Pod[],
  expectedGone: ReadonlySet<string>,
  listed: readonly string[],
  ended: (pod: Pod) => boolean,
): readonly Pod[] {
  return pods.filter(
    (pod) =>
      isToBeCounted(pod, expectedGone) &&
      !listed.includes(pod.metadata.uid!) &&
      (!isIndexed(job) || indexOf(pod, job) !== undefined) &&
      ended(pod),
  )
}

function indexesOf(job: Job, pods: readonly Pod[]): Pick<JobPass, 'countedIndexes' | 'succeededIndexes' | 'failedIndexes'> {
  if (!isIndexed(job)) return { countedIndexes: [], succeededIndexes: [], failedIndexes: [] }
  const { status, spec } = job
  const completions = spec.completions ?? 0
  const of = (fits: (pod: Pod) => boolean) => pods.flatMap((pod) => (isTracked(pod) && fits(pod) ? (indexOf(pod, job) ?? []) : []))
  const countedIndexes = parseIndexes(status.completedIndexes ?? '', completions)
  const succeeded = of((pod) => pod.status.phase === 'Succeeded')
  const failed = countsEachIndex(job) ? of((pod) => isIndexFailed(pod, job)) : []
  return {
    countedIndexes,
    succeededIndexes: withIndexes(countedIndexes, succeeded),
    failedIndexes: countsEachIndex(job) ? withIndexes(parseIndexes(status.failedIndexes ?? '', completions), failed) : [],
  }
}

/** Index → the Pod that failed last; none where another runs in its place, or the index is through. */
function lastFailed(
  job: Job,
  failed: readonly Pod[],
  active: readonly Pod[],
  { succeededIndexes, failedIndexes }: Pick<JobPass, 'succeededIndexes' | 'failedIndexes'>,
): ReadonlyMap<number, Pod> {
  const running = new Set(active.map((pod) => indexOf(pod, job)))
  const last = new Map<number, Pod>()
  for (const pod of failed) {
    const index = indexOf(pod, job)!
    if (running.has(index) || hasIndex(succeededIndexes, index) || hasIndex(failedIndexes, index)) continue
    const known = last.get(index)
    const later = !known || (allIndexFailures(known) <= allIndexFailures(pod) && finishedAt(pod) >= finishedAt(known))
    if (later) last.set(index, pod)
  }
  return last
}
