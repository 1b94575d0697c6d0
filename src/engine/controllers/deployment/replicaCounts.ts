// The arithmetic of a Deployment's rollout: how many Pods may be above and below the desired number, and how many each ReplicaSet gets.
// Upstream: kubernetes pkg/controller/deployment/util/deployment_util.go

import { scaledValue } from '../../api/scalars/scaledValue'
import { byAge } from '../byAge'
import type { Deployment, ReplicaSet } from '../workloads'

export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
export const MAX = 'deployment.kubernetes.io/max-replicas'

export const desiredReplicas = ({ spec }: Deployment | ReplicaSet): number => spec.replicas ?? 1

export const isRolling = ({ spec }: Deployment): boolean => (spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate'

/** Both zero would be a standstill: then one may be unavailable. */
function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {}
  const desired = desiredReplicas(deployment)
  const surge = scaledValue(maxSurge, desired, true)
  const unavailable = scaledValue(maxUnavailable, desired, false)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

export const maxSurge = (deployment: Deployment): number => (isRolling(deployment) ? fenceposts(deployment).surge : 0)

export function maxUnavailable(deployment: Deployment): number {
  const desired = desiredReplicas(deployment)
  return isRolling(deployment) && desired > 0 ? Math.min(fenceposts(deployment).unavailable, desired) : 0
}

export const desiredIn = (sets: readonly ReplicaSet[]): number => sum(sets, desiredReplicas)
export const actualIn = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.replicas)
export const readyIn = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.readyReplicas)
export const availableIn = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.availableReplicas)
export const terminatingIn = (sets: readonly ReplicaSet[]): number => sum(sets, ({ status }) => status.terminatingReplicas)

function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (of(set) ?? 0), 0)
}

/** How many replicas the new ReplicaSet may have now; `all` is with it. */
export function newReplicas(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const desired = desiredReplicas(deployment)
  if (!isRolling(deployment)) return desired
  const room = desired + maxSurge(deployment) - desiredIn(all)
  return room <= 0 ? current : current + Math.min(room, desired - current)
}

/** When a Deployment is scaled while two ReplicaSets live, each gets its share; the largest, which comes first, takes what rounding leaves. */
export function proportions(deployment: Deployment, active: readonly ReplicaSet[]): ReadonlyMap<ReplicaSet, number> {
  const desired = desiredReplicas(deployment)
  const allowed = desired > 0 ? desired + maxSurge(deployment) : 0
  const toAdd = allowed - desiredIn(active)
  const newer = toAdd > 0 ? -1 : 1
  const ordered = [...active].sort((a, b) => desiredReplicas(b) - desiredReplicas(a) || newer * byAge(a, b))
  const sizes = new Map<ReplicaSet, number>()
  let added = 0
  for (const set of ordered) {
    const share = toAdd === 0 || toAdd === added || desiredReplicas(set) === 0 ? 0 : shareOf(set, deployment, toAdd - added)
    sizes.set(set, desiredReplicas(set) + share)
    added += share
  }
  const [largest] = ordered
  if (largest && toAdd !== 0) sizes.set(largest, Math.max(0, sizes.get(largest)! + toAdd - added))
  return sizes
}

function shareOf(set: ReplicaSet, deployment: Deployment, left: number): number {
  const fraction = fractionOf(set, deployment)
  return left > 0 ? Math.min(fraction, left) : Math.max(fraction, left)
}

function fractionOf(set: ReplicaSet, deployment: Deployment): number {
  const size = desiredReplicas(set)
  if (desiredReplicas(deployment) === 0) return -size
  const before = annotatedNumber(set, MAX) || (deployment.status.replicas ?? 0)
  return before === 0 ? 0 : Math.round((size * (desiredReplicas(deployment) + maxSurge(deployment))) / before) - size
}

export function annotatedNumber({ metadata }: ReplicaSet, name: string): number | undefined {
  const text = metadata.annotations?.[name]
  return text !== undefined && /^\d+$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined
}
