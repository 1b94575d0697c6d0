// What controllers ask of a Pod: is it alive, ready, available since long enough, and which one goes first when there are too many.
// Upstream: kubernetes pkg/api/v1/pod/util.go; pkg/controller/controller_utils.go (ActivePods, ActivePodsWithRanks); pkg/volume/util (IsPodTerminated)

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Pod, PodCondition } from '../api/kinds/pod/types'
import { parseTime } from '../api/scalars/time'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

export const isTerminal = ({ status }: Pod): boolean => isPodPhaseTerminal(status.phase)
export const isTerminating = (pod: Pod): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp !== undefined
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && pod.metadata.deletionTimestamp === undefined
/** It has ended, or is deleted and nothing of it runs. */
export const isDown = (pod: Pod): boolean =>
  isTerminal(pod) ||
  (pod.metadata.deletionTimestamp !== undefined &&
    (pod.status.containerStatuses ?? []).every(({ state }) => state?.terminated ?? state?.waiting))
export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True'

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  const ready = readyCondition(pod)
  if (ready?.status !== 'True') return false
  return minReadySeconds === 0 || parseTime(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 <= now
}

/** Milliseconds until the next of the Pods that are ready is available; undefined when none is to be waited for. */
export function untilAvailable(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  let least: number | undefined
  for (const pod of pods) {
    const ready = readyCondition(pod)
    const left = ready?.status === 'True' ? parseTime(ready.lastTransitionTime ?? '') + minReadySeconds * 1000 - now : 0
    if (left > 0 && (least === undefined || left < least)) least = left
  }
  return least
}

function readyCondition({ status }: Pod): PodCondition | undefined {
  return status.conditions?.find((c) => c.type === 'Ready')
}

type Order = (a: Pod, b: Pod) => number

/** Sorts those that should be deleted first to the front; `related` counts the active Pods of the same kin on each node. */
export function byDeletionRank(now: number, related: ReadonlyMap<string, number>): Order {
  const rank = (pod: Pod): number => related.get(pod.spec.nodeName ?? '') ?? 0
  const cost = ({ metadata }: Pod): number => Number(metadata.annotations?.[DELETION_COST] ?? 0) || 0
  /** Ages count by their logarithm, so that chance (the uid) decides between Pods of about the same age. */
  const younger = (a: number, b: number, x: Pod, y: Pod): number => {
    if (a === b) return 0
    const difference = magnitude(now - a) - magnitude(now - b)
    return difference !== 0 ? difference : x.metadata.uid! < y.metadata.uid! ? -1 : 1
  }
  return (a, b) => byProgress(a, b) || cost(a) - cost(b) || rank(b) - rank(a) || byYouth(a, b, younger)
}

/** As `byDeletionRank`, of Pods that have no kin and no cost: the younger goes first. */
export const bySeniority: Order = (a, b) => byProgress(a, b) || byYouth(a, b, (x, y) => y - x)

/** Unbound, pending and unready ones first. */
const byProgress: Order = (a, b) => {
  const phases: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }
  return (
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    (phases[a.status.phase ?? ''] ?? 0) - (phases[b.status.phase ?? ''] ?? 0) ||
    Number(isReady(a)) - Number(isReady(b))
  )
}

function byYouth(a: Pod, b: Pod, younger: (a: number, b: number, x: Pod, y: Pod) => number): number {
  const readySince = (pod: Pod): number => parseTime(readyCondition(pod)?.lastTransitionTime ?? '')
  const bornAt = ({ metadata }: Pod): number => parseTime(metadata.creationTimestamp ?? '')
  return (
    (isReady(a) && isReady(b) ? younger(readySince(a), readySince(b), a, b) : 0) ||
    restarts(b) - restarts(a) ||
    sidecarRestarts(b) - sidecarRestarts(a) ||
    younger(bornAt(a), bornAt(b), a, b)
  )
}

const magnitude = (milliseconds: number): number => (milliseconds > 0 ? Math.floor(Math.log2(milliseconds * 1e6)) : -1)

function restarts({ status }: Pod): number {
  return Math.max(0, ...(status.containerStatuses ?? []).map((c) => c.restartCount))
}

function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set((spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
  return Math.max(0, ...(status.initContainerStatuses ?? []).filter((c) => sidecars.has(c.name)).map((c) => c.restartCount))
}
