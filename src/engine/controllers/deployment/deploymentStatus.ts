// What a Deployment says of itself: counts over its ReplicaSets, and the conditions Available, Progressing and ReplicaFailure.
// Upstream: kubernetes pkg/controller/deployment/{progress,sync}.go, util/deployment_util.go

import { parseTime, rfc3339 } from '../../api/scalars/time'
import { actualIn, availableIn, terminatingIn, maxUnavailable, readyIn, desiredIn, desiredReplicas } from './replicaCounts'
import { sparse, type Condition, type Deployment, type DeploymentStatus, type ReplicaSet } from '../workloads'

/** The largest number means that there is no deadline. */
const NO_DEADLINE = 2 ** 31 - 1
const TIMED_OUT = 'ProgressDeadlineExceeded'
export const AVAILABLE_SET = 'NewReplicaSetAvailable'

export const hasDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE

export function deploymentCondition(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((c) => c.type === type)
}

/** What a condition says: its times are given to it where it is put into a status. */
export type SaidCondition = Required<Pick<Condition, 'type' | 'status' | 'reason' | 'message'>>

/**
 * The status with the condition at the end of its list; itself where nothing new is said. Status that stays keeps the time of its change.
 * Upstream: SetDeploymentCondition, NewDeploymentCondition
 */
export function withDeploymentCondition(status: DeploymentStatus, condition: SaidCondition, now: number): DeploymentStatus {
  const known = deploymentCondition(status, condition.type)
  if (known?.status === condition.status && known.reason === condition.reason) return status
  const time = rfc3339(now)
  const lastTransitionTime = known?.status === condition.status ? known.lastTransitionTime! : time
  const others = status.conditions?.filter((c) => c.type !== condition.type) ?? []
  const { type, status: value, reason, message } = condition
  return { ...status, conditions: [...others, { type, status: value, lastUpdateTime: time, lastTransitionTime, reason, message }] }
}

function withoutDeploymentCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  return deploymentCondition(status, type) ? { ...status, conditions: status.conditions!.filter((c) => c.type !== type) } : status
}

export function countedStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | null,
  now: number,
): DeploymentStatus {
  const { status, metadata } = deployment
  const available = availableIn(all)
  const counted: DeploymentStatus = {
    ...sparse({
      observedGeneration: metadata.generation,
      replicas: actualIn(all),
      updatedReplicas: newSet ? actualIn([newSet]) : 0,
      readyReplicas: readyIn(all),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, desiredIn(all) - available),
    }),
    terminatingReplicas: terminatingIn(all),
    ...(status.collisionCount === undefined ? {} : { collisionCount: status.collisionCount }),
    ...(status.conditions ? { conditions: status.conditions } : {}),
  }
  const enough = available >= desiredReplicas(deployment) - maxUnavailable(deployment)
  return withDeploymentCondition(counted, enough ? MINIMUM_AVAILABLE : MINIMUM_UNAVAILABLE, now)
}

const MINIMUM_AVAILABLE: SaidCondition = {
  type: 'Available',
  status: 'True',
  reason: 'MinimumReplicasAvailable',
  message: 'Deployment has minimum availability.',
}
const MINIMUM_UNAVAILABLE: SaidCondition = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  message: 'Deployment does not have minimum availability.',
}

/** The counted status with what it says of the rollout's progress. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newSet: ReplicaSet | null,
  now: number,
): DeploymentStatus {
  const counted = countedStatus(deployment, all, newSet, now)
  const status = hasDeadline(deployment)
    ? withProgress(deployment, counted, newSet, now)
    : withoutDeploymentCondition(counted, 'Progressing')
  const failure = failureOf(all, newSet)
  if (!failure) return withoutDeploymentCondition(status, 'ReplicaFailure')
  const { status: value, reason = '', message = '', lastTransitionTime = '' } = failure
  // Its time is the ReplicaSet's.
  return withDeploymentCondition(status, { type: 'ReplicaFailure', status: value, reason, message }, parseTime(lastTransitionTime))
}

function withProgress(deployment: Deployment, status: DeploymentStatus, newSet: ReplicaSet | null, now: number): DeploymentStatus {
  const known = deploymentCondition(deployment.status, 'Progressing')
  const isOver = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && known?.reason === AVAILABLE_SET
  if (isOver) return status
  const who = newSet ? `ReplicaSet "${newSet.metadata.name ?? ''}"` : `Deployment "${deployment.metadata.name ?? ''}"`
  if (isComplete(deployment, status))
    return withDeploymentCondition(status, progressing('True', AVAILABLE_SET, `${who} has successfully progressed.`), now)
  if (isProgressing(deployment.status, status)) {
    const since = known?.status === 'True' ? known.lastTransitionTime! : rfc3339(now)
    // Its time says when progress was made last, so it is written anew even where nothing else changes.
    const rest = withoutDeploymentCondition(status, 'Progressing')
    const told = withDeploymentCondition(rest, progressing('True', 'ReplicaSetUpdated', `${who} is progressing.`), now)
    return { ...told, conditions: told.conditions!.map((c) => (c.type === 'Progressing' ? { ...c, lastTransitionTime: since } : c)) }
  }
  if (!isTimedOut(deployment, status, now)) return status
  return withDeploymentCondition(status, progressing('False', TIMED_OUT, `${who} has timed out progressing.`), now)
}

export const progressing = (status: string, reason: string, message: string): SaidCondition => ({
  type: 'Progressing',
  status,
  reason,
  message,
})

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = desiredReplicas(deployment)
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

function isProgressing(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = deploymentCondition(status, 'Progressing')
  if (!condition || condition.reason === AVAILABLE_SET) return false
  return condition.reason === TIMED_OUT || deadlineOf(deployment, condition) < now
}

const deadlineOf = ({ spec }: Deployment, { lastUpdateTime = '' }: Condition): number =>
  parseTime(lastUpdateTime) + (spec.progressDeadlineSeconds ?? 0) * 1000

/** When to look whether the rollout is stuck, in milliseconds from now; null when there is nothing to wait for. */
export function stuckCheckIn(deployment: Deployment, status: DeploymentStatus, now: number): number | null {
  const condition = deploymentCondition(deployment.status, 'Progressing')
  if (!hasDeadline(deployment) || !condition || isComplete(deployment, status) || condition.reason === TIMED_OUT) return null
  return Math.max(0, deadlineOf(deployment, condition) - now)
}

/** Pausing stops the clock of the deadline, and says so; the status is the same one when nothing is to be said. */
export function pausedStatus(deployment: Deployment, now: number): DeploymentStatus {
  const { spec, status } = deployment
  if (!hasDeadline(deployment)) return status
  const known = deploymentCondition(status, 'Progressing')
  if (known?.reason === TIMED_OUT) return status
  const said = known?.reason === 'DeploymentPaused'
  if (spec.paused && !said) return withDeploymentCondition(status, progressing('Unknown', 'DeploymentPaused', 'Deployment is paused'), now)
  if (!spec.paused && said)
    return withDeploymentCondition(status, progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed'), now)
  return status
}

function failureOf(all: readonly ReplicaSet[], newSet: ReplicaSet | null): Condition | undefined {
  const ordered = newSet ? [newSet, ...all.filter((set) => set !== newSet)] : all
  for (const { status } of ordered) {
    const failure = status.conditions?.find((c) => c.type === 'ReplicaFailure')
    if (failure) return failure
  }
  return undefined
}
