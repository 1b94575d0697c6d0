// Counts the Pods of a Job that have ended, in three steps, so that no crash counts one twice or never: its uid goes into the status,
// its finalizer goes, its uid leaves the status for the count.
// Upstream: kubernetes pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers, cleanUncountedPodsWithoutFinalizers)

import type { Pod } from '../../api/kinds/pod/types'
import type { Condition } from '../workloads'
import { hasIndex, printIndexes, total, withIndexes } from './completionIndexes'
import { hasFailed, indexOf } from './jobPods'
import { countsEachIndex, isToBeCounted, type JobPass } from './jobPass'
import type { JobStatusDraft } from './jobStatusDraft'
import { judgeFailure } from './policies'
import { isIndexed } from './types'

/** So many uids at most stand in the status at a time. */
const MOST_UNCOUNTED = 500

export interface Ended {
  /** Pods whose finalizer may go. */
  readonly pods: readonly Pod[]
  /** There may be more of them than the status has room for. */
  readonly full: boolean
}

/** Puts the uids of Pods that ended, and count, into the status; `end`: the condition that the Job ends with, if it does. */
export function listEnded(pass: JobPass, draft: JobStatusDraft, end: Condition | null): Ended {
  const { job, expectedGone, countedIndexes } = pass
  const { succeeded: won, failed: lost } = draft.uncounted
  const pods: Pod[] = []
  const newWon: string[] = []
  const newLost: string[] = []
  let indexes = 0
  const listed = () => indexes + won.length + newWon.length + lost.length + newLost.length
  const failing = end !== null && end.type !== 'SuccessCriteriaMet'
  const ordered = isIndexed(job) ? [...pass.pods].sort((a, b) => (indexOf(a, job) ?? -1) - (indexOf(b, job) ?? -1)) : pass.pods
  for (const pod of ordered) {
    if (!isToBeCounted(pod, expectedGone) || !mayRelease(pass, pod, end !== null)) continue
    pods.push(pod)
    const uid = pod.metadata.uid!
    const index = indexOf(pod, job)
    if (pod.status.phase === 'Succeeded' && !lost.includes(uid)) {
      if (!isIndexed(job)) {
        if (!won.includes(uid)) newWon.push(uid)
      } else if (index !== undefined && !hasIndex(countedIndexes, index)) indexes++
    } else if (hasFailed(pod, job) || failing) {
      const fits = !lost.includes(uid) && (!isIndexed(job) || index !== undefined)
      if (fits && judgeFailure(job.spec.podFailurePolicy, pod).counts) newLost.push(uid)
    }
    if (listed() >= MOST_UNCOUNTED) break
  }
  if (indexes + newWon.length + newLost.length > 0) draft.dirty = true
  draft.uncounted.succeeded = [...won, ...newWon]
  draft.uncounted.failed = [...lost, ...newLost]
  return { pods, full: listed() >= MOST_UNCOUNTED }
}

function mayRelease({ job, lastFailed }: JobPass, pod: Pod, ends: boolean): boolean {
  if (job.metadata.deletionTimestamp || ends || pod.status.phase === 'Succeeded') return true
  if (!hasFailed(pod, job)) return false
  // The last of an index that failed stays: its annotations count the failures.
  return lastFailed.get(indexOf(pod, job) ?? -1) !== pod
}

/** Of an indexed Job: which indexes have succeeded and failed, with what has ended just now. */
export function countIndexes({ job, succeededIndexes, failedIndexes: lost }: JobPass, draft: JobStatusDraft, ended: readonly Pod[]): void {
  const won = ended.flatMap((pod) => (pod.status.phase === 'Succeeded' ? (indexOf(pod, job) ?? []) : []))
  const indexes = withIndexes(succeededIndexes, won)
  const completedIndexes = printIndexes(indexes)
  const failedIndexes = countsEachIndex(job) ? printIndexes(lost) : undefined
  const { status } = draft
  if (completedIndexes !== (status.completedIndexes ?? '') || failedIndexes !== status.failedIndexes) draft.dirty = true
  draft.set({ succeeded: total(indexes), completedIndexes, failedIndexes })
}

/** Uids whose Pods have no finalizer any more move from the list into the count; `waiting`: uids of those that still have it. */
export function countReleased(draft: JobStatusDraft, waiting: ReadonlySet<string>): void {
  const { uncounted, status } = draft
  const { succeeded: won, failed: lost } = uncounted
  const isWaiting = (uid: string) => waiting.has(uid)
  const keptWon = won.filter(isWaiting)
  const keptLost = lost.filter(isWaiting)
  if (keptWon.length + keptLost.length === won.length + lost.length) return
  uncounted.succeeded = keptWon
  uncounted.failed = keptLost
  draft.change({
    succeeded: (status.succeeded ?? 0) + won.length - keptWon.length,
    failed: (status.failed ?? 0) + lost.length - keptLost.length,
  })
}
