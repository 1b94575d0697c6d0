// The status of a StatefulSet: what its Pods come to, whether that is news, and its writing.
// Upstream: kubernetes pkg/controller/statefulset/{stateful_set_control,stateful_set_status_updater}.go (updateStatus, completeRollingUpdate, inconsistentStatus)

import type { Pod } from '../../api/kinds/pod/types'
import { messageOf, succeeded } from '../../client/answers'
import type { Answered } from '../../client/types'
import { replace } from '../../client/requests'
import { ask, GiveUp, type Sync } from '../../client/sync'
import { isAvailable, isReady } from '../podFacts'
import { pathOf } from '../resources'
import { sparse } from '../workloads'
import { wishOf } from './ordinals'
import type { Generations } from './statefulHistory'
import { revisionOf } from './statefulPods'
import type { StatefulSet, StatefulSetStatus } from './types'

const CONFLICT_TRIES = 5

export interface StatusWriting {
  /** As the cache has it by now. */
  stored(set: StatefulSet): StatefulSet | undefined
  wroteStatus(set: StatefulSet, answer: Answered): void
}

export const isRunningAndReady = (pod: Pod): boolean => pod.status.phase === 'Running' && isReady(pod)

/** `taken`: how many Pods of the current template were deleted just now; `now`: milliseconds since 1970. */
export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update, collisions }: Generations,
  taken: number,
  now: number,
): StatefulSetStatus {
  const made = pods.filter(({ status }) => status.phase)
  const staying = made.filter(({ metadata }) => !metadata.deletionTimestamp)
  const running = pods.filter(isRunningAndReady)
  const isOf = (revision: string | undefined) => (pod: Pod) => revisionOf(pod) === revision
  return completed(set, {
    ...sparse({
      observedGeneration: set.metadata.generation,
      readyReplicas: running.length,
      currentReplicas: staying.filter(isOf(current.metadata.name)).length - taken,
      updatedReplicas: staying.filter(isOf(update.metadata.name)).length,
    }),
    replicas: made.length,
    availableReplicas: running.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisions,
  })
}

/** A rollout is over when all Pods are of the new template and ready: it is the current one from then on (since 1.37 with OnDelete, too). */
function completed(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const wish = wishOf(set)
  const over = [status.updatedReplicas, status.readyReplicas, status.replicas].every((n) => (n ?? 0) === wish)
  return over ? { ...status, ...sparse({ currentReplicas: status.updatedReplicas }), currentRevision: status.updateRevision } : status
}

const COUNTS = ['replicas', 'currentReplicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'] as const

export function isNews({ status: before }: StatefulSet, status: StatefulSetStatus): boolean {
  return (
    (status.observedGeneration ?? 0) > (before.observedGeneration ?? 0) ||
    COUNTS.some((name) => (status[name] ?? 0) !== (before[name] ?? 0)) ||
    status.currentRevision !== before.currentRevision ||
    status.updateRevision !== before.updateRevision
  )
}

/** Tries again over what the cache has by then, where somebody else has written the set. */
export function* writeStatus({ stored, wroteStatus }: StatusWriting, set: StatefulSet, status: StatefulSetStatus): Sync {
  let at = set
  for (let tries = 1; ; tries++) {
    const answer = yield* ask(replace(pathOf('statefulSets', at, 'status'), { ...at, status }))
    wroteStatus(set, answer)
    if (succeeded(answer)) return
    if (answer.status !== 409 || tries === CONFLICT_TRIES) throw new GiveUp(messageOf(answer))
    at = stored(at) ?? at
  }
}
