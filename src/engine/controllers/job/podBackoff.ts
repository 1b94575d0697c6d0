// How long a Job waits before it replaces a Pod that failed: 10 s, doubled by each further failure since the last success, at most 10 min.
// Upstream: kubernetes pkg/controller/job/backoff_utils.go

import type { Pod } from '../../api/kinds/pod/types'
import { parseTime } from '../../api/scalars/time'
import { allIndexFailures } from './jobPods'

const FIRST = 10_000
const LONGEST = 10 * 60_000

export interface BackoffRecord {
  readonly failures: number
  /** Epoch milliseconds. */
  readonly last: number
}

export const NO_FAILURES: BackoffRecord = { failures: 0, last: 0 }

/** The record with what ended since. */
export function recordAfter(before: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  const failedAt = failed.map(finishedAt)
  if (succeeded.length === 0)
    return failed.length === 0 ? before : { failures: before.failures + failed.length, last: Math.max(...failedAt) }
  const lastSuccess = Math.max(...succeeded.map(finishedAt))
  const later = failedAt.filter((at) => at > lastSuccess)
  return later.length === 0 ? NO_FAILURES : { failures: later.length, last: Math.max(...later) }
}

/** Milliseconds. */
export function remaining({ failures, last }: BackoffRecord, now: number): number {
  if (failures === 0) return 0
  return Math.max(0, Math.min(LONGEST, FIRST * 2 ** (failures - 1)) - (now - last))
}

/** As `remaining`, for the index of a Pod that failed. */
export const remainingAfter = (pod: Pod | undefined, now: number): number =>
  pod ? remaining({ failures: allIndexFailures(pod) + 1, last: finishedAt(pod) }, now) : 0

export function finishedAt({ metadata, spec, status }: Pod): number {
  const sidecars = new Set((spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
  const counted = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []).filter((c) => sidecars.has(c.name))]
  // Of a container that never ran it is null.
  const ends: readonly (string | null | undefined)[] = counted.map(({ state }) => state?.terminated?.finishedAt)
  if (ends.length > 0 && ends.every((end) => typeof end === 'string')) return Math.max(...ends.map((end) => parseTime(end)))
  const unready = status.conditions?.find(({ type, status: value }) => type === 'Ready' && value === 'False')
  if (unready?.lastTransitionTime) return parseTime(unready.lastTransitionTime)
  if (metadata.deletionTimestamp) return parseTime(metadata.deletionTimestamp) - Number(metadata.deletionGracePeriodSeconds ?? 0) * 1000
  return parseTime(metadata.creationTimestamp ?? '')
}
