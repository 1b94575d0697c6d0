// One look at one Deployment: finds or makes its newest ReplicaSet, moves replicas from the old ones to it, and writes the status.
// `deployment` is the cached object with what this sync changed in it; its revision stays the one that was read, so a second write of the status
// is often refused as stale and the whole look is repeated: upstream does the same, and its audit log shows those conflicts.
// Upstream: kubernetes pkg/controller/deployment/{deployment_controller,sync,rolling,recreate,rollback}.go

import { equalJson } from '../../api/equal'
import type { Pod } from '../../api/kinds/pod/types'
import type { PartIo } from '../../base/part'
import type { EventRecorder } from '../../client/eventRecorder'
import type { JsonObject } from '../../base/json'
import { messageOf, namespaceGoes, objectOf, reasonOf, succeeded } from '../../client/answers'
import { create, remove, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import {
  countedStatus,
  hasDeadline,
  conditionOf,
  isComplete,
  pausedStatus,
  rolloutStatus,
  stuckCheckIn,
  withCondition,
} from './deploymentStatus'
import { byAge } from '../byAge'
import { noteGap } from '../gap'
import { controllerOf, ownerReference } from '../ownership'
import { isTerminal } from '../podFacts'
import { pathIn, pathOf } from '../resources'
import { rollbackTo, rolledBack } from './rollback'
import { findNewest, newestAnnotations, REVISION, revisionOf, sameTemplate, sizeAnnotations, TEMPLATE_HASH } from './revisions'
import {
  actualIn,
  annotated,
  availableIn,
  DESIRED,
  isRolling,
  maxUnavailable,
  newReplicas,
  proportions,
  wishedIn,
  wishOf,
} from './rollingUpdate'
import { templateHash } from '../templateHash'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../workloads'

const LONGEST_NAME = 253

export interface DeploymentSurroundings {
  readonly io: PartIo
  readonly events: EventRecorder
  podsOf(set: ReplicaSet): readonly Pod[]
  replicaSet(namespace: string, name: string): ReplicaSet | undefined
  lookAgain(key: string, delay: number | null): void
}

export class DeploymentSync {
  constructor(
    private readonly around: DeploymentSurroundings,
    private readonly key: string,
    private deployment: Deployment,
    /** Those that the Deployment controls. */
    private readonly sets: readonly ReplicaSet[],
  ) {}

  *run(): Sync {
    if (this.deployment.metadata.deletionTimestamp) return yield* this.writeCounts(yield* this.generations(false))
    yield* this.notePause()
    if (this.deployment.spec.paused) return yield* this.resize()
    if (rollbackTo(this.deployment) !== undefined) return yield* this.rollBack()
    if (yield* this.wasResized()) return yield* this.resize()
    return yield* isRolling(this.deployment) ? this.roll() : this.recreate()
  }

  /** An annotation of old asks for an earlier template: it becomes the Deployment's. */
  private *rollBack(): Sync {
    const { newest, old } = yield* this.generations(true)
    const { deployment, said } = rolledBack(this.deployment, withNewest(old, newest))
    yield* demand(replace(pathOf('deployments', deployment), deployment))
    this.around.events.event(this.deployment, said)
  }

  private get now(): number {
    return this.around.io.epochNow
  }

  // ---- the ways to roll out ---------------------------------------------------------------------------------------------

  private *roll(): Sync {
    const { newest, old } = yield* this.generations(true)
    const all = [...old, newest!]
    if (yield* this.growNewest(all, newest!)) return yield* this.writeRollout(all, newest)
    if (yield* this.tryToShrinkOld(all, old, newest!)) return yield* this.writeRollout(all, newest)
    if (isComplete(this.deployment, this.deployment.status)) yield* this.forgetOld(old)
    yield* this.writeRollout(all, newest)
  }

  /** First no old Pod runs, then new ones come. */
  private *recreate(): Sync {
    let { newest, old } = yield* this.generations(false)
    let shrunk = false
    const before = withNewest(old, newest)
    for (const set of old) if (wishOf(set) > 0) shrunk = (yield* this.scale(set, 0)).scaled || shrunk
    if (shrunk || actualIn(old) > 0 || this.oldPodsRun(newest)) return yield* this.writeRollout(before, newest)
    if (!newest) ({ newest, old } = yield* this.generations(true))
    yield* this.scale(newest!, wishOf(this.deployment))
    if (isComplete(this.deployment, this.deployment.status)) yield* this.forgetOld(old)
    yield* this.writeRollout(withNewest(old, newest), newest)
  }

  private oldPodsRun(newest: ReplicaSet | null): boolean {
    return this.sets.some((set) => set.metadata.uid !== newest?.metadata.uid && this.around.podsOf(set).some((pod) => !isTerminal(pod)))
  }

  private *growNewest(all: readonly ReplicaSet[], newest: ReplicaSet): Sync<boolean> {
    const wish = wishOf(this.deployment)
    if (wishOf(newest) === wish) return false
    const size = wishOf(newest) > wish ? wish : newReplicas(this.deployment, all, wishOf(newest))
    return (yield* this.scale(newest, size)).scaled
  }

  /** An old one that could not be written is let be: its next change brings another look. */
  private *tryToShrinkOld(all: readonly ReplicaSet[], old: readonly ReplicaSet[], newest: ReplicaSet): Sync<boolean> {
    try {
      return yield* this.shrinkOld(all, old, newest)
    } catch (error) {
      if (error instanceof GiveUp) return false
      throw error
    }
  }

  /** Pods that are not available go first: they serve nobody. Then as many as the minimum of available ones allows. */
  private *shrinkOld(all: readonly ReplicaSet[], sets: readonly ReplicaSet[], newest: ReplicaSet): Sync<boolean> {
    let old = sets.filter((set) => wishOf(set) > 0).sort(byAge)
    const minimum = wishOf(this.deployment) - maxUnavailable(this.deployment)
    const unavailable = wishOf(newest) - (newest.status.availableReplicas ?? 0)
    const most = wishedIn(all) - minimum - unavailable
    if (wishedIn(old) === 0 || most <= 0) return false
    let healed = 0
    const left: ReplicaSet[] = []
    for (const set of old) {
      const ill = Math.min(most - healed, wishOf(set) - (set.status.availableReplicas ?? 0))
      if (ill <= 0) {
        left.push(set)
        continue
      }
      left.push((yield* this.scale(set, wishOf(set) - ill)).set)
      healed += ill
    }
    old = left
    const spare = availableIn([...old, newest]) - minimum
    let taken = 0
    for (const set of old) {
      const less = Math.min(wishOf(set), spare - taken)
      if (less <= 0) continue
      yield* this.scale(set, wishOf(set) - less)
      taken += less
    }
    return healed + taken > 0
  }

  // ---- scaling without a rollout ----------------------------------------------------------------------------------------

  private *wasResized(): Sync<boolean> {
    const { newest, old } = yield* this.generations(false)
    return withNewest(old, newest).some((set) => {
      const desired = annotated(set, DESIRED)
      return wishOf(set) > 0 && desired !== undefined && desired !== wishOf(this.deployment)
    })
  }

  private *resize(): Sync {
    const { newest, old } = yield* this.generations(false)
    yield* this.spread(newest, old)
    if (this.deployment.spec.paused) yield* this.forgetOld(old)
    yield* this.writeCounts({ newest, old })
  }

  private *spread(newest: ReplicaSet | null, old: readonly ReplicaSet[]): Sync {
    const wish = wishOf(this.deployment)
    const active = withNewest(old, newest).filter((set) => wishOf(set) > 0)
    if (active.length <= 1) {
      const only = active[0] ?? newest ?? [...old].sort(byAge).at(-1)
      if (only && wishOf(only) !== wish) yield* this.scale(only, wish)
      return
    }
    const saturated = newest && wishOf(newest) === wish && annotated(newest, DESIRED) === wish && newest.status.availableReplicas === wish
    if (saturated) {
      for (const set of old) if (wishOf(set) > 0) yield* this.scale(set, 0)
    } else if (isRolling(this.deployment)) {
      const sizes = proportions(this.deployment, active)
      for (const set of active) yield* this.scale(set, sizes.get(set.metadata.name!)!, true)
    }
  }

  /** `always`: its annotations are brought up to date even where its size stays. */
  private *scale(set: ReplicaSet, size: number, always = false): Sync<{ readonly set: ReplicaSet; readonly scaled: boolean }> {
    const before = wishOf(set)
    const annotations = sizeAnnotations(this.deployment, set.metadata.annotations ?? {})
    if (before === size && (!always || annotations === set.metadata.annotations)) return { set, scaled: false }
    const body = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas: size } }
    const updated = yield* demand<ReplicaSet>(replace(pathOf('replicaSets', set), body))
    if (before !== size) this.noteScaled(updated, before, size)
    return { set: updated, scaled: before !== size }
  }

  private noteScaled({ metadata }: ReplicaSet, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${metadata.name ?? ''} from ${from} to ${to}`
    this.around.events.event(this.deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message })
  }

  // ---- generations of ReplicaSets ---------------------------------------------------------------------------------------

  private *generations(mayCreate: boolean): Sync<{ readonly newest: ReplicaSet | null; readonly old: readonly ReplicaSet[] }> {
    const found = findNewest(this.deployment, this.sets)
    const old = this.sets.filter((set) => set !== found)
    const revision = Math.max(0, ...old.map(revisionOf)) + 1
    if (found) return { newest: yield* this.keepNewest(found, revision), old }
    return { newest: mayCreate ? yield* this.makeNewest(old, revision) : null, old }
  }

  /** The newest exists (it may be an old one that the template went back to): its annotations follow the Deployment's. */
  private *keepNewest(set: ReplicaSet, revision: number): Sync<ReplicaSet> {
    const current = set.metadata.annotations ?? {}
    const annotations = newestAnnotations(this.deployment, current, revision, true)
    const { minReadySeconds } = this.deployment.spec
    if (annotations !== current || (set.spec.minReadySeconds ?? 0) !== (minReadySeconds ?? 0)) {
      const body = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, minReadySeconds } }
      return yield* demand<ReplicaSet>(replace(pathOf('replicaSets', set), body))
    }
    let tell = this.setRevision(annotations[REVISION] ?? '')
    if (hasDeadline(this.deployment) && !conditionOf(this.deployment.status, 'Progressing')) {
      this.say('True', 'FoundNewReplicaSet', `Found new replica set "${set.metadata.name ?? ''}"`)
      tell = true
    }
    if (tell) yield* this.writeStatus(this.deployment.status)
    return set
  }

  private *makeNewest(old: readonly ReplicaSet[], revision: number): Sync<ReplicaSet> {
    const { deployment } = this
    const set = this.draft(old, revision)
    noteGap(this.around.io, 'deployment-controller', deployment, { of: 'ReplicaSet', wanted: 1, there: 0 })
    const answer = yield* ask(create(pathIn('replicaSets', deployment.metadata.namespace!), set))
    const known = reasonOf(answer) === 'AlreadyExists' ? yield* this.known(set.metadata.name!, messageOf(answer)) : null
    if (!known && !succeeded(answer)) {
      const message = `Failed to create new replica set "${set.metadata.name ?? ''}": ${messageOf(answer)}`
      if (!namespaceGoes(answer)) {
        if (hasDeadline(deployment)) {
          this.say('False', 'ReplicaSetCreateError', message)
          yield* ask(replace(pathOf('deployments', deployment, 'status'), this.deployment))
        }
        this.around.events.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message })
      }
      throw new GiveUp(message, !namespaceGoes(answer))
    }
    const made = known ?? objectOf<ReplicaSet>(answer)
    if (!known && wishOf(set) > 0) this.noteScaled(made, 0, wishOf(set))
    let tell = this.setRevision(String(revision))
    if (!known && hasDeadline(deployment)) {
      this.say('True', 'NewReplicaSetCreated', `Created new replica set "${made.metadata.name ?? ''}"`)
      tell = true
    }
    if (tell) yield* this.writeStatus(this.deployment.status)
    return made
  }

  private draft(old: readonly ReplicaSet[], revision: number): ReplicaSet {
    const { metadata, spec, status } = this.deployment
    const hash = templateHash(spec.template, status.collisionCount)
    const labels = { ...spec.template.metadata?.labels, [TEMPLATE_HASH]: hash }
    const matchLabels = { ...(spec.selector.matchLabels as JsonObject | undefined), [TEMPLATE_HASH]: hash }
    const annotations = newestAnnotations(this.deployment, {}, revision, false)
    return {
      kind: 'ReplicaSet',
      apiVersion: 'apps/v1',
      metadata: {
        name: `${(metadata.name ?? '').slice(0, LONGEST_NAME - 1 - hash.length)}-${hash}`,
        namespace: metadata.namespace,
        labels,
        annotations,
        ownerReferences: [ownerReference(this.deployment)],
      },
      spec: {
        replicas: newReplicas(this.deployment, old, 0),
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        selector: { ...spec.selector, matchLabels },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
      status: { replicas: 0 },
    }
  }

  /** The cache was behind and the ReplicaSet is ours already, or two templates have the same hash and the next try takes another. */
  private *known(name: string, message: string): Sync<ReplicaSet> {
    const { metadata, spec, status } = this.deployment
    const set = this.around.replicaSet(metadata.namespace!, name)
    if (set && controllerOf(set)?.uid === metadata.uid && sameTemplate(set.spec.template, spec.template)) return set
    if (set) yield* this.writeStatus({ ...status, collisionCount: (status.collisionCount ?? 0) + 1 })
    throw new GiveUp(message)
  }

  /** Empty ones beyond the limit of history go, the oldest revision first. */
  private *forgetOld(old: readonly ReplicaSet[]): Sync {
    const { revisionHistoryLimit } = this.deployment.spec
    if (revisionHistoryLimit === undefined) return
    const kept = old.filter((set) => !set.metadata.deletionTimestamp).sort((a, b) => revisionOf(a) - revisionOf(b))
    for (const set of kept.slice(0, Math.max(0, kept.length - revisionHistoryLimit))) {
      const behind = (set.metadata.generation ?? 0) > (set.status.observedGeneration ?? 0)
      if (set.status.replicas || wishOf(set) > 0 || behind) continue
      const answer = yield* ask(remove(pathOf('replicaSets', set), {}))
      if (!succeeded(answer) && answer.status !== 404) throw new GiveUp(messageOf(answer))
    }
  }

  // ---- status -----------------------------------------------------------------------------------------------------------

  private *notePause(): Sync {
    const status = pausedStatus(this.deployment, this.now)
    if (status === this.deployment.status) return
    this.deployment = { ...this.deployment, status }
    yield* this.writeStatus(status)
  }

  private *writeCounts({ newest, old }: { readonly newest: ReplicaSet | null; readonly old: readonly ReplicaSet[] }): Sync {
    const status = countedStatus(this.deployment, withNewest(old, newest), newest, this.now)
    if (!equalJson(status, this.deployment.status)) yield* this.writeStatus(status)
  }

  private *writeRollout(all: readonly ReplicaSet[], newest: ReplicaSet | null): Sync {
    const status = rolloutStatus(this.deployment, all, newest, this.now)
    if (!equalJson(status, this.deployment.status)) return yield* this.writeStatus(status)
    this.around.lookAgain(this.key, stuckCheckIn(this.deployment, status, this.now))
  }

  private *writeStatus(status: DeploymentStatus): Sync {
    yield* demand(replace(pathOf('deployments', this.deployment, 'status'), { ...this.deployment, status }))
  }

  private say(value: string, reason: string, message: string): void {
    const status = withCondition(this.deployment.status, this.now, 'Progressing', value, reason, message)
    this.deployment = { ...this.deployment, status }
  }

  /** The annotation travels with the next write of the status. */
  private setRevision(revision: string): boolean {
    const { metadata } = this.deployment
    if (metadata.annotations?.[REVISION] === revision) return false
    this.deployment = { ...this.deployment, metadata: { ...metadata, annotations: { ...metadata.annotations, [REVISION]: revision } } }
    return true
  }
}

const withNewest = (old: readonly ReplicaSet[], newest: ReplicaSet | null): readonly ReplicaSet[] => (newest ? [...old, newest] : old)
