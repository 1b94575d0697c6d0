// One look at one StatefulSet: its Pods one after the other (or all at once), those above its size from the last, a new template from the last;
// and the status that counts them.
// Leaves out: the comparison of an old revision after defaulting it anew (a matter of upgrades).
// Upstream: kubernetes pkg/controller/statefulset/stateful_set_control.go

import type { Pod } from '../../api/kinds/pod/types'
import { scaledValue } from '../../api/scalars/scaledValue'
import type { PartIo } from '../../base/part'
import { messageOf, succeeded, type Answered } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, GiveUp, sideBySide, type Sync } from '../../client/sync'
import {
  byRevision,
  createRevision,
  deleteRevision,
  keepsTemplate,
  renumber,
  templateOf,
  templatePatch,
  type ControllerRevision,
} from '../controllerRevisions'
import { noteGap } from '../gap'
import { isAvailable, isReady, isTerminal } from '../podFacts'
import { pathOf } from '../resources'
import { sparse } from '../workloads'
import { isInRange, ordinalOf, startOf, wishOf } from './ordinals'
import type { StatefulControl } from './statefulControl'
import { hasIdentity, hasStorage, isOrdered, isRolling, partitionOf, revisionOf, statefulPod } from './statefulPods'
import type { StatefulSet, StatefulSetStatus } from './types'

const HASH_LABEL = 'controller.kubernetes.io/hash'
const CONFLICT_TRIES = 5
/** Upstream keeps a place for each Pod that is wished for, and has not the memory for two thousand million. */
const MOST_MISSING = 500

export interface StatefulSurroundings {
  readonly io: PartIo
  readonly control: StatefulControl
  /** As the cache has it by now. */
  stored(set: StatefulSet): StatefulSet | undefined
  wroteStatus(set: StatefulSet, answer: Answered): void
}

interface Generations {
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly collisions: number
}

export class StatefulSync {
  private readonly revisions: readonly ControllerRevision[]
  /** One moment for the whole look. */
  private readonly now: number

  constructor(
    private readonly around: StatefulSurroundings,
    private readonly set: StatefulSet,
    private readonly pods: readonly Pod[],
    revisions: readonly ControllerRevision[],
  ) {
    this.revisions = [...revisions].sort(byRevision)
    this.now = around.io.epochNow
  }

  /** The status as it was found and, where it was news, written. */
  *run(): Sync<StatefulSetStatus> {
    const generations = yield* this.generations()
    const replicas = this.replicas(generations)
    const condemned = this.pods
      .filter((pod) => !isInRange(this.set, pod) && ordinalOf(pod) >= 0)
      .sort((a, b) => ordinalOf(b) - ordinalOf(a))
    let taken = 0
    let failure: GiveUp | null = null
    // While Pods come and go, those without a number are not counted.
    let counted: readonly Pod[] = [...replicas, ...condemned]
    try {
      if (this.set.metadata.deletionTimestamp) counted = this.pods
      else if (yield* this.settle(replicas, condemned)) taken = yield* this.roll(replicas, generations.update)
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      failure = error
    }
    const status = this.completed(this.count(counted, generations, taken))
    if (this.isNews(status)) {
      try {
        yield* this.writeStatus(status)
      } catch (error) {
        if (!(error instanceof GiveUp)) throw error
        failure ??= error
      }
    }
    yield* this.forgetOld(generations)
    if (failure) throw failure
    return status
  }

  // ---- history ---------------------------------------------------------------------------------------------------------

  private *generations(): Sync<Generations> {
    const { spec, status } = this.set
    const last = this.revisions.at(-1)
    const same = this.revisions.filter((revision) => keepsTemplate(revision, spec.template)).at(-1)
    let collisions = status.collisionCount ?? 0
    let newest: ControllerRevision
    if (same) newest = same === last ? same : yield* renumber(same, Number(last!.revision) + 1)
    else {
      const labels = spec.template.metadata?.labels ?? {}
      const wished = { data: templatePatch(spec.template), revision: Number(last?.revision ?? 0) + 1, labels }
      ;({ made: newest, collisions } = yield* createRevision(this.set, wished, HASH_LABEL, collisions))
    }
    const current = this.revisions.find(({ metadata }) => metadata.name === status.currentRevision) ?? newest
    return { current, update: newest, collisions }
  }

  /** Revisions that no Pod has and nobody goes back to, the oldest first. */
  private *forgetOld({ current, update: newest }: Generations): Sync {
    const live = new Set([current.metadata.name, newest.metadata.name, ...this.pods.map(revisionOf)])
    const idle = this.revisions.filter(({ metadata }) => !live.has(metadata.name))
    for (const revision of idle.slice(0, Math.max(0, idle.length - (this.set.spec.revisionHistoryLimit ?? 10))))
      yield* deleteRevision(revision)
  }

  // ---- Pods ------------------------------------------------------------------------------------------------------------

  /** A Pod for each number: the one that is there, or the one that should be; of those, no more than one pass can make. */
  private replicas({ current, update: newest }: Generations): readonly Pod[] {
    const { set } = this
    const there = new Map(this.pods.filter((pod) => isInRange(set, pod)).map((pod) => [ordinalOf(pod), pod]))
    const rolling = set.spec.updateStrategy?.rollingUpdate
    const keptBelow = startOf(set) + (rolling ? partitionOf(set) : isRolling(set) ? (set.status.currentReplicas ?? 0) : 0)
    const replicas: Pod[] = []
    for (let ordinal = startOf(set), missing = 0; ordinal < startOf(set) + wishOf(set) && missing < MOST_MISSING; ordinal++) {
      const pod = there.get(ordinal)
      const revision = ordinal < keptBelow ? current : newest
      if (!pod) missing++
      else there.delete(ordinal)
      replicas.push(pod ?? statefulPod(set, templateOf(revision), revision.metadata.name!, ordinal))
    }
    return replicas.concat([...there.values()].sort((one, other) => ordinalOf(one) - ordinalOf(other)))
  }

  /** False where something is still to be waited for before the next step. */
  private *settle(replicas: readonly Pod[], condemned: readonly Pod[]): Sync<boolean> {
    const ill = [...replicas, ...[...condemned].reverse()].find((pod) => this.isUnavailable(pod))
    return (
      (yield* this.forAll(replicas, (pod) => this.keep(pod))) &&
      (yield* this.forAll(condemned, (pod) => this.fixClaims(pod))) &&
      (yield* this.forAll(condemned, (pod) => this.dismiss(pod, ill)))
    )
  }

  /** In order one at a time, until one asks to wait; otherwise in batches of 1, 2, 4, …, and nobody waits. */
  private *forAll(pods: readonly Pod[], step: (pod: Pod) => Sync<boolean>): Sync<boolean> {
    if (isOrdered(this.set)) {
      for (const pod of pods) if (!(yield* step(pod))) return false
      return true
    }
    for (let from = 0, size = 1; from < pods.length; from += size, size = from + 1)
      yield* sideBySide(pods.slice(from, from + size).map(step))
    return true
  }

  private *keep(pod: Pod): Sync<boolean> {
    const { control } = this.around
    const ordered = isOrdered(this.set)
    if (isTerminal(pod)) {
      if (!pod.metadata.deletionTimestamp) yield* control.deletePod(this.set, pod)
      return false
    }
    if (!pod.status.phase) {
      if (control.hasStaleClaim(this.set, pod)) return false
      this.noteGap()
      yield* control.createPod(this.set, pod)
      if (ordered) return false
    }
    if (pod.status.phase === 'Pending') {
      yield* control.makeClaims(this.set, pod)
      yield* control.setClaimOwners(this.set, pod)
    }
    if (ordered && (pod.metadata.deletionTimestamp || !this.isRunning(pod) || !this.isAvailable(pod))) return false
    if (!hasIdentity(this.set, pod) || !hasStorage(this.set, pod) || !control.claimsAreRight(this.set, pod))
      yield* control.updatePod(this.set, pod)
    return true
  }

  private *fixClaims(pod: Pod): Sync<boolean> {
    if (!this.around.control.claimsAreRight(this.set, pod)) yield* this.around.control.setClaimOwners(this.set, pod)
    return true
  }

  /** The last goes first, and only when all before it are well; the first that is ill may go itself. */
  private *dismiss(pod: Pod, ill: Pod | undefined): Sync<boolean> {
    const ordered = isOrdered(this.set)
    if (pod.metadata.deletionTimestamp) return !ordered
    if (ordered && pod !== ill && (!this.isRunning(pod) || !this.isAvailable(pod))) return false
    this.noteGap()
    yield* this.around.control.deletePod(this.set, pod)
    return false
  }

  private noteGap(): void {
    const there = this.pods.filter(({ metadata }) => !metadata.deletionTimestamp).length
    noteGap(this.around.io, 'statefulset-controller', this.set, { of: 'Pod', wanted: wishOf(this.set), there })
  }

  /** Deletes Pods of an old template, the last first, as many as may be unavailable; how many. */
  private *roll(replicas: readonly Pod[], newest: ControllerRevision): Sync<number> {
    if (!isRolling(this.set)) return 0
    const { maxUnavailable = 1 } = this.set.spec.updateStrategy?.rollingUpdate ?? {}
    const most = Math.max(1, scaledValue(maxUnavailable, wishOf(this.set), false))
    const room = most - replicas.filter((pod) => this.isUnavailable(pod)).length
    let taken = 0
    for (let i = replicas.length - 1; i >= partitionOf(this.set) && taken < room; i--) {
      const pod = replicas[i]!
      if (revisionOf(pod) === newest.metadata.name || pod.metadata.deletionTimestamp) continue
      yield* this.around.control.deletePod(this.set, pod)
      taken++
    }
    return taken
  }

  private isRunning(pod: Pod): boolean {
    return pod.status.phase === 'Running' && isReady(pod)
  }

  private isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.now)
  }

  private isUnavailable(pod: Pod): boolean {
    return !this.isAvailable(pod) || pod.metadata.deletionTimestamp !== undefined
  }

  // ---- status ----------------------------------------------------------------------------------------------------------

  /** `taken`: Pods of the current template that were deleted just now. */
  private count(pods: readonly Pod[], { current, update: newest, collisions }: Generations, taken: number): StatefulSetStatus {
    const made = pods.filter(({ status }) => status.phase)
    const staying = made.filter(({ metadata }) => !metadata.deletionTimestamp)
    const running = pods.filter((pod) => this.isRunning(pod))
    return {
      ...sparse({
        observedGeneration: this.set.metadata.generation,
        readyReplicas: running.length,
        currentReplicas: staying.filter((pod) => revisionOf(pod) === current.metadata.name).length - taken,
        updatedReplicas: staying.filter((pod) => revisionOf(pod) === newest.metadata.name).length,
      }),
      replicas: made.length,
      availableReplicas: running.filter((pod) => this.isAvailable(pod)).length,
      currentRevision: current.metadata.name,
      updateRevision: newest.metadata.name,
      collisionCount: collisions,
    }
  }

  /** The rollout is over when all Pods are of the new template and ready: it is the current one from then on. */
  private completed(status: StatefulSetStatus): StatefulSetStatus {
    const wish = wishOf(this.set)
    const over = isRolling(this.set) && [status.updatedReplicas, status.readyReplicas, status.replicas].every((n) => (n ?? 0) === wish)
    return over ? { ...status, ...sparse({ currentReplicas: status.updatedReplicas }), currentRevision: status.updateRevision } : status
  }

  private isNews(status: StatefulSetStatus): boolean {
    const before = this.set.status
    const counts = ['replicas', 'currentReplicas', 'readyReplicas', 'updatedReplicas', 'availableReplicas'] as const
    return (
      (status.observedGeneration ?? 0) > (before.observedGeneration ?? 0) ||
      counts.some((name) => (status[name] ?? 0) !== (before[name] ?? 0)) ||
      status.currentRevision !== before.currentRevision ||
      status.updateRevision !== before.updateRevision
    )
  }

  private *writeStatus(status: StatefulSetStatus): Sync {
    let at = this.set
    for (let tries = 1; ; tries++) {
      const answer = yield* ask(replace(pathOf('statefulSets', at, 'status'), { ...at, status }))
      this.around.wroteStatus(this.set, answer)
      if (succeeded(answer)) return
      if (answer.status !== 409 || tries === CONFLICT_TRIES) throw new GiveUp(messageOf(answer))
      at = this.around.stored(at) ?? at
    }
  }
}
