// One look at one Deployment, while it lasts: the Deployment as this look has changed it, the ReplicaSets that it controls, and what every
// way of rolling out does to them: scale, forget, write the status.
// The Deployment's resourceVersion stays the one that was read, so a second write of the status is often refused as stale and the whole look is
// repeated: upstream does the same, and its audit log shows those conflicts.
// Upstream: kubernetes pkg/controller/deployment/sync.go (scaleReplicaSet, cleanupDeployment, syncDeploymentStatus)

import { equalJson } from '../../base/equal'
import type { Pod } from '../../api/kinds/pod/types'
import type { PartIo } from '../../base/part'
import type { EventRecorder } from '../../client/eventRecorder'
import { messageOf, succeeded } from '../../client/answers'
import { remove, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../workloads'
import { countedStatus, pausedStatus, progressing, rolloutStatus, stuckCheckIn, withDeploymentCondition } from './deploymentStatus'
import { desiredReplicas } from './replicaCounts'
import { REVISION, revisionOf, sizeAnnotations } from './revisions'

export interface DeploymentSurroundings {
  readonly io: PartIo
  readonly events: EventRecorder
  podsOf(set: ReplicaSet): readonly Pod[]
  replicaSet(namespace: string, name: string): ReplicaSet | undefined
  /** After so many milliseconds; null: not at all. */
  lookAgain(key: string, delay: number | null): void
}

export class Rollout {
  constructor(
    readonly around: DeploymentSurroundings,
    private readonly key: string,
    public deployment: Deployment,
    /** Those that the Deployment controls. */
    readonly sets: readonly ReplicaSet[],
  ) {}

  private get now(): number {
    return this.around.io.epochNow
  }

  // ---- ReplicaSets -----------------------------------------------------------------------------------------------------

  /** `always`: its annotations are brought up to date even where its size stays. */
  *scale(set: ReplicaSet, size: number, always = false): Sync<{ readonly set: ReplicaSet; readonly scaled: boolean }> {
    const before = desiredReplicas(set)
    const annotations = sizeAnnotations(this.deployment, set.metadata.annotations ?? {})
    if (before === size && (!always || annotations === set.metadata.annotations)) return { set, scaled: false }
    const body = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } }
    const updated = yield* demand<ReplicaSet>(replace(pathOf('replicaSets', set), body))
    if (before !== size) this.noteScaled(updated, before, size)
    return { set: updated, scaled: before !== size }
  }

  noteScaled({ metadata }: ReplicaSet, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${metadata.name ?? ''} from ${from} to ${to}`
    this.around.events.event(this.deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message })
  }

  /** Empty ones beyond revisionHistoryLimit go, the oldest revision first. Upstream: cleanupDeployment */
  *forgetOld(old: readonly ReplicaSet[]): Sync {
    const { revisionHistoryLimit } = this.deployment.spec
    if (revisionHistoryLimit === undefined) return
    const alive = old.filter((set) => !set.metadata.deletionTimestamp).sort((a, b) => revisionOf(a) - revisionOf(b))
    for (const set of alive.slice(0, Math.max(0, alive.length - revisionHistoryLimit))) {
      const behind = (set.metadata.generation ?? 0) > (set.status.observedGeneration ?? 0)
      if (set.status.replicas || desiredReplicas(set) > 0 || behind) continue
      const answer = yield* ask(remove(pathOf('replicaSets', set), {}))
      if (!succeeded(answer) && answer.status !== 404) throw new GiveUp(messageOf(answer))
    }
  }

  // ---- the status ------------------------------------------------------------------------------------------------------

  /** Says in the status that the rollout is paused, or goes on. */
  *notePause(): Sync {
    const status = pausedStatus(this.deployment, this.now)
    if (status === this.deployment.status) return
    this.deployment = { ...this.deployment, status }
    yield* this.writeStatus(status)
  }

  /** The counts alone: the rollout does not go on. */
  *writeCounts(newSet: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
    const status = countedStatus(this.deployment, withNewSet(old, newSet), newSet, this.now)
    if (!equalJson(status, this.deployment.status)) yield* this.writeStatus(status)
  }

  /** The counts, and how the rollout goes; where nothing changes, a look is taken once it may be stuck. */
  *writeRollout(newSet: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
    const status = rolloutStatus(this.deployment, withNewSet(old, newSet), newSet, this.now)
    if (!equalJson(status, this.deployment.status)) return yield* this.writeStatus(status)
    this.around.lookAgain(this.key, stuckCheckIn(this.deployment, status, this.now))
  }

  *writeStatus(status: DeploymentStatus): Sync {
    yield* demand(replace(pathOf('deployments', this.deployment, 'status'), { ...this.deployment, status }))
  }

  /** The condition Progressing; it travels with the next write of the status. */
  setProgressing(value: string, reason: string, message: string): void {
    const status = withDeploymentCondition(this.deployment.status, progressing(value, reason, message), this.now)
    this.deployment = { ...this.deployment, status }
  }

  /** The annotation `deployment.kubernetes.io/revision`: it travels with the next write of the status; false where it is there already. */
  setRevision(revision: string): boolean {
    const { metadata } = this.deployment
    if (metadata.annotations?.[REVISION] === revision) return false
    this.deployment = { ...this.deployment, metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } }
    return true
  }
}

export const withNewSet = (old: readonly ReplicaSet[], newSet: ReplicaSet | null): readonly ReplicaSet[] =>
  newSet ? [...old, newSet] : old
