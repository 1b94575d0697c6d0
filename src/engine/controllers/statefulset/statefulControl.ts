// What a StatefulSet's controller does to one of its Pods and to the claims of its volumes, each with an event about the set.
// Upstream: kubernetes pkg/controller/statefulset/stateful_pod_control.go

import { aggregated } from '../../api/errors/aggregated'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import type { EventRecorder } from '../../client/eventRecorder'
import { messageOf, reasonOf, succeeded } from '../../client/answers'
import type { Answered } from '../../client/types'
import { create, remove, replace } from '../../client/requests'
import { ask, GiveUp, type Sync } from '../../client/sync'
import { pathIn, pathOf } from '../resources'
import type { Watched } from '../watched'
import { claimNames, claimsOf, isContested, isStale, keepsWhenScaled, ownersAreRight, withRightOwners } from './claims'
import { hasIdentity, hasStorage, withIdentity, withStorage } from './statefulPods'
import type { Claim, StatefulSet } from './types'

const CONFLICT_TRIES = 5

export class StatefulControl {
  constructor(
    private readonly events: EventRecorder,
    private readonly pods: Watched<Pod>,
    private readonly claims: Watched<Claim>,
    private readonly wrote: (what: 'pods' | 'claims', set: StatefulSet, answer: Answered) => void,
  ) {}

  *createPod(set: StatefulSet, pod: Pod): Sync {
    yield* this.makeClaims(set, pod, 'create')
    const answer = yield* ask(create(pathIn('pods', set.metadata.namespace!), pod as unknown as JsonObject))
    this.wrote('pods', set, answer)
    if (reasonOf(answer) === 'AlreadyExists') throw new GiveUp(messageOf(answer))
    yield* this.setClaimOwners(set, pod)
    this.notePod(set, pod, 'create', succeeded(answer) ? null : messageOf(answer))
    if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
  }

  /** Puts right what of the Pod's identity, volumes and claims is not as it should be. */
  *updatePod(set: StatefulSet, stored: Pod): Sync {
    let pod = stored
    let last: Answered | null = null
    for (let tries = 0; tries < CONFLICT_TRIES; tries++) {
      const before = pod
      if (!hasIdentity(set, pod)) pod = withIdentity(pod)
      if (!hasStorage(set, pod)) {
        pod = withStorage(set, pod)
        yield* this.makeClaims(set, pod, 'update')
      }
      const owned = this.claimsAreRight(set, pod)
      if (!owned) yield* this.setClaimOwners(set, pod)
      if (pod === before && owned) break
      last = yield* ask(replace(pathOf('pods', pod), pod))
      this.wrote('pods', set, last)
      if (last.status !== 409) break
      pod = this.pods.get(set.metadata.namespace!, pod.metadata.name!) ?? pod
    }
    if (!last) return
    this.notePod(set, pod, 'update', succeeded(last) ? null : messageOf(last))
    if (!succeeded(last)) throw new GiveUp(messageOf(last))
  }

  *deletePod(set: StatefulSet, pod: Pod): Sync {
    const answer = yield* ask(remove(pathOf('pods', pod), {}))
    const done = succeeded(answer) || answer.status === 404
    this.notePod(set, pod, 'delete', done ? null : messageOf(answer))
    if (!done) throw new GiveUp(messageOf(answer))
  }

  /** Makes the claims that are missing. */
  *makeClaims(set: StatefulSet, pod: Pod, verb?: 'create' | 'update'): Sync {
    const failures: string[] = []
    for (const claim of claimsOf(set, pod)) {
      const { namespace = '', name = '' } = claim.metadata
      const known = this.claims.get(namespace, name)
      if (known?.metadata.deletionTimestamp) failures.push(`pvc ${name} is being deleted`)
      if (known) continue
      const answer = yield* ask(create(pathIn('persistentVolumeClaims', namespace), claim))
      this.wrote('claims', set, answer)
      if (!succeeded(answer)) failures.push(`failed to create PVC ${name}: ${messageOf(answer)}`)
      if (reasonOf(answer) !== 'AlreadyExists') this.noteClaim(set, pod, name, succeeded(answer) ? null : messageOf(answer))
    }
    if (failures.length === 0) return
    const message = aggregated(failures)
    if (verb) this.notePod(set, pod, verb, message)
    throw new GiveUp(message)
  }

  claimsAreRight(set: StatefulSet, pod: Pod): boolean {
    return this.known(set, pod).every((claim) => ownersAreRight(claim, set, pod))
  }

  /** `silent`: a failure is no event (of a Pod above the set's size it is none). */
  *setClaimOwners(set: StatefulSet, pod: Pod, silent = false): Sync {
    for (const claim of this.known(set, pod)) {
      const { name = '' } = claim.metadata
      if (isContested(claim, set, pod)) {
        const message = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`
        this.events.event(set, { type: 'Warning', reason: 'ConflictingController', message })
      }
      if (ownersAreRight(claim, set, pod)) continue
      const answer = yield* ask(replace(pathOf('persistentVolumeClaims', claim), withRightOwners(claim, set, pod)))
      this.wrote('claims', set, answer)
      if (succeeded(answer)) continue
      const message = `could not update claim ${name} for delete policy ownerRefs: ${messageOf(answer)}`
      if (!silent) this.notePod(set, pod, 'update', message)
      throw new GiveUp(message)
    }
  }

  /** A claim that waits for the garbage collector: its Pod is made after that. */
  hasStaleClaim(set: StatefulSet, pod: Pod): boolean {
    return !keepsWhenScaled(set) && this.known(set, pod).some((claim) => isStale(claim, pod))
  }

  private known(set: StatefulSet, pod: Pod): readonly Claim[] {
    return claimNames(set, pod).flatMap((name) => this.claims.get(set.metadata.namespace!, name) ?? [])
  }

  private notePod(set: StatefulSet, pod: Pod, verb: string, error: string | null): void {
    this.note(set, verb, `Pod ${pod.metadata.name ?? ''} in StatefulSet ${set.metadata.name ?? ''}`, 'successful', error)
  }

  private noteClaim(set: StatefulSet, pod: Pod, claim: string, error: string | null): void {
    const who = `Pod ${pod.metadata.name ?? ''} in StatefulSet ${set.metadata.name ?? ''}`
    this.note(set, 'create', `Claim ${claim} ${error === null ? '' : 'for '}${who}`, 'success', error)
  }

  private note(set: StatefulSet, verb: string, what: string, well: string, error: string | null): void {
    const title = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
    this.events.event(
      set,
      error === null
        ? { type: 'Normal', reason: `Successful${title}`, message: `${title} ${what} ${well}` }
        : { type: 'Warning', reason: `Failed${title}`, message: `${title} ${what} failed error: ${error}` },
    )
  }
}
