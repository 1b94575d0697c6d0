// One look at one StatefulSet: its Pods one after the other (or all at once), those above its size from the last, a new template from the last;
// and the status that counts them.
// Upstream: kubernetes pkg/controller/statefulset/stateful_set_control.go; v1.37 (#137666): in parallel, what is unavailable is replaced at once

import type { Pod } from '../../api/kinds/pod/types'
import { scaledValue } from '../../api/scalars/scaledValue'
import type { PartIo } from '../../base/part'
import { GiveUp, sideBySide, type Sync } from '../../client/sync'
import { byRevision, templateOf, type ControllerRevision } from '../controllerRevisions'
import { noteGap } from '../gap'
import { isAvailable, isTerminal } from '../podFacts'
import { isInRange, ordinalOf, startOf, wishOf } from './ordinals'
import type { StatefulControl } from './statefulControl'
import { forgetOld, generationsOf, type Generations } from './statefulHistory'
import { hasIdentity, hasStorage, isOrdered, isRolling, partitionOf, revisionOf, statefulPod } from './statefulPods'
import { isNews, isRunningAndReady, statusOf, writeStatus, type StatusWriting } from './statefulStatus'
import type { StatefulSet, StatefulSetStatus } from './types'

/** Upstream keeps a place for each Pod that is wished for, and has not the memory for two thousand million. */
const MOST_MISSING = 500

export interface StatefulSurroundings extends StatusWriting {
  readonly io: PartIo
  readonly control: StatefulControl
}

export class StatefulSync {
  private readonly revisions: readonly ControllerRevision[]
  /** One moment for the whole look. */
  private readonly now: number
  /** How many Pods of an old template it has deleted. */
  private taken = 0

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
    const generations = yield* generationsOf(this.set, this.revisions)
    const replicas = this.replicas(generations)
    const condemned = this.pods
      .filter((pod) => !isInRange(this.set, pod) && ordinalOf(pod) >= 0)
      .sort((a, b) => ordinalOf(b) - ordinalOf(a))
    let failure: GiveUp | null = null
    // While Pods come and go, those without a number are not counted.
    let counted: readonly Pod[] = [...replicas, ...condemned]
    try {
      if (this.set.metadata.deletionTimestamp) counted = this.pods
      else if (yield* this.settle(replicas, condemned)) yield* this.roll(replicas, generations.update)
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      failure = error
    }
    const status = statusOf(this.set, counted, generations, this.taken, this.now)
    if (isNews(this.set, status)) {
      try {
        yield* writeStatus(this.around, this.set, status)
      } catch (error) {
        if (!(error instanceof GiveUp)) throw error
        failure ??= error
      }
    }
    yield* forgetOld(this.set, this.pods, this.revisions, generations)
    if (failure) throw failure
    return status
  }

  /** A Pod for each number: the one that is there, or the one that should be; of those, no more than one pass can make. */
  private replicas({ current, update }: Generations): readonly Pod[] {
    const { set } = this
    const there = new Map(this.pods.filter((pod) => isInRange(set, pod)).map((pod) => [ordinalOf(pod), pod]))
    const rolling = set.spec.updateStrategy?.rollingUpdate
    const keptBelow = startOf(set) + (rolling ? partitionOf(set) : isRolling(set) ? (set.status.currentReplicas ?? 0) : 0)
    const replicas: Pod[] = []
    for (let ordinal = startOf(set), missing = 0; ordinal < startOf(set) + wishOf(set) && missing < MOST_MISSING; ordinal++) {
      const pod = there.get(ordinal)
      const revision = ordinal < keptBelow ? current : update
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
    if (ordered && (pod.metadata.deletionTimestamp || !isRunningAndReady(pod) || !this.isAvailable(pod))) return false
    if (!hasIdentity(this.set, pod) || !hasStorage(this.set, pod) || !control.claimsAreRight(this.set, pod))
      yield* control.updatePod(this.set, pod)
    return true
  }

  private *fixClaims(pod: Pod): Sync<boolean> {
    if (!this.around.control.claimsAreRight(this.set, pod)) yield* this.around.control.setClaimOwners(this.set, pod, true)
    return true
  }

  /** The last goes first, and only when all before it are well; the first that is ill may go itself. */
  private *dismiss(pod: Pod, ill: Pod | undefined): Sync<boolean> {
    const ordered = isOrdered(this.set)
    if (pod.metadata.deletionTimestamp) return !ordered
    if (ordered && pod !== ill && (!isRunningAndReady(pod) || !this.isAvailable(pod))) return false
    this.noteGap()
    yield* this.around.control.deletePod(this.set, pod)
    return false
  }

  private noteGap(): void {
    const there = this.pods.filter(({ metadata }) => !metadata.deletionTimestamp).length
    noteGap(this.around.io, 'statefulset-controller', this.set, { of: 'Pod', wanted: wishOf(this.set), there })
  }

  /** Deletes Pods of an old template, the last first, as many as may be unavailable; in parallel also those that are unavailable anyway. */
  private *roll(replicas: readonly Pod[], update: ControllerRevision): Sync {
    if (!isRolling(this.set)) return
    const { maxUnavailable = 1 } = this.set.spec.updateStrategy?.rollingUpdate ?? {}
    const most = Math.max(1, scaledValue(maxUnavailable, wishOf(this.set), false))
    const room = Math.max(0, most - replicas.filter((pod) => this.isUnavailable(pod)).length)
    const old = replicas
      .slice(partitionOf(this.set))
      .filter((pod) => revisionOf(pod) !== update.metadata.name && !pod.metadata.deletionTimestamp)
      .reverse()
    if (isOrdered(this.set)) return yield* this.take(old.slice(0, room))
    yield* this.take(old.filter((pod) => !this.isAvailable(pod)))
    yield* this.take(old.filter((pod) => this.isAvailable(pod)).slice(0, room))
  }

  private *take(pods: readonly Pod[]): Sync {
    for (const pod of pods) {
      yield* this.around.control.deletePod(this.set, pod)
      this.taken++
    }
  }

  private isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.now)
  }

  private isUnavailable(pod: Pod): boolean {
    return !this.isAvailable(pod) || pod.metadata.deletionTimestamp !== undefined
  }
}
