// How a DaemonSet moves to its new template: with no surge, old Pods are deleted as far as may be unavailable, and new ones come after them;
// with a surge, new Pods come beside the old ones, and these go when the new ones are available.
// Upstream: kubernetes pkg/controller/daemon/update.go (rollingUpdate)

import type { Pod } from '../../api/kinds/pod/types'
import { scaledValue } from '../../api/scalars/scaledValue'
import { isAvailable } from '../podFacts'
import { isUpdated } from './daemonPods'
import type { DaemonSet } from './types'

interface Rollout {
  readonly set: DaemonSet
  readonly hash: string
  readonly now: number
  /** Node → Pods of the set there; a node that should have one and has none is there too. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>
  readonly desired: number
  /** Throws where the node is not known. */
  shouldRun(node: string): boolean
}

interface Steps {
  readonly doomed: readonly Pod[]
  readonly nodes: readonly string[]
}

export const isRolling = ({ spec }: DaemonSet): boolean => (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate'

export function surgeOf(set: DaemonSet, desired: number): number {
  return isRolling(set) ? scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxSurge, desired, true) : 0
}

export function rolloutSteps(rollout: Rollout): Steps {
  const { set, desired } = rollout
  const surge = surgeOf(set, desired)
  const unavailable = scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable, desired, true)
  if (surge > 0) return surgeSteps(rollout, surge)
  return deleteSteps(rollout, desired > 0 && unavailable === 0 ? 1 : unavailable)
}

function deleteSteps({ set, hash, now, byNode }: Rollout, maxUnavailable: number): Steps {
  const wait = set.spec.minReadySeconds ?? 0
  let unavailable = 0
  const allowed: Pod[] = []
  const candidates: Pod[] = []
  for (const pods of byNode.values()) {
    const found = oldAndNew(pods, set, hash)
    if (!found || Boolean(found.old) === Boolean(found.fresh)) unavailable++
    else if (found.fresh) unavailable += isAvailable(found.fresh, wait, now) ? 0 : 1
    else if (!isAvailable(found.old!, wait, now)) {
      allowed.push(found.old!)
      unavailable++
    } else if (unavailable < maxUnavailable) candidates.push(found.old!)
  }
  const more = Math.max(0, maxUnavailable - unavailable)
  return { doomed: [...allowed, ...candidates.slice(0, more)], nodes: [] }
}

function surgeSteps({ set, hash, now, byNode, desired, shouldRun }: Rollout, maxSurge: number): Steps {
  const wait = set.spec.minReadySeconds ?? 0
  let surge = 0
  let available = 0
  const doomed: Pod[] = []
  const misplaced: Pod[] = []
  const allowed: string[] = []
  const candidates: string[] = []
  for (const [node, pods] of byNode) {
    const found = oldAndNew(pods, set, hash)
    if (!found) {
      surge++
      continue
    }
    const { old, fresh } = found
    if (isAvailableOrNone(old ?? fresh, wait, now)) available++
    if (!old) continue
    if (fresh) {
      if (isAvailable(fresh, wait, now)) doomed.push(old)
      else surge++
    } else if (!isAvailable(old, wait, now)) {
      if (shouldRun(node)) allowed.push(node)
      else doomed.push(old)
    } else if (!shouldRun(node)) misplaced.push(old)
    else if (surge < maxSurge) candidates.push(node)
  }
  doomed.push(...misplaced.slice(0, Math.max(0, available - desired)))
  return { doomed, nodes: [...allowed, ...candidates.slice(0, Math.max(0, maxSurge - surge))] }
}

const isAvailableOrNone = (pod: Pod | undefined, wait: number, now: number): boolean => pod !== undefined && isAvailable(pod, wait, now)

/** Null where there are two of a kind: that is for `manage` to put right first. */
function oldAndNew(pods: readonly Pod[], set: DaemonSet, hash: string): { readonly old?: Pod; readonly fresh?: Pod } | null {
  const staying = pods.filter(({ metadata }) => !metadata.deletionTimestamp)
  const fresh = staying.filter((pod) => isUpdated(pod, set, hash))
  const old = staying.filter((pod) => !fresh.includes(pod))
  return fresh.length > 1 || old.length > 1 ? null : { old: old[0], fresh: fresh[0] }
}
