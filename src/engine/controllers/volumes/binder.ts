// Binds claims to volumes: to the one that a claim names, or to the smallest that is large enough and matches. Volumes for claims that wait for their
// first consumer are chosen by the scheduler. Nothing in this cluster makes a new volume: a claim that waits for one says what it waits for.
// Leaves out: provisioning and recycling by plugins, volumes of kinds that were built in and that CSI drivers serve now.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/{pv_controller,pv_controller_base,index}.go

import { defaultClass } from '../../api/kinds/defaultClass'
import type { Pod } from '../../api/kinds/pod/types'
import { DEFAULT_STORAGE_CLASS } from '../../api/kinds/storageclass'
import type { ApiObject } from '../../api/object'
import {
  allowsModes,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  capacityOf,
  claimsOf,
  classOf,
  findMatchingVolume,
  hasAnnotation,
  isBoundTo,
  namesClass,
  PROVISIONED_BY,
  sameAttributes,
  sameMode,
  SELECTED_NODE,
  sizeOf,
  waitsForConsumer,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { compareQuantities } from '../../api/scalars/quantity'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { read, replace } from '../../client/requests'
import { ask, demand, GiveUp, syncQueue, type Sync } from '../../client/sync'
import type { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import { isDown } from '../podFacts'
import { podsByNamespace } from '../podsBy'
import { pathIn, pathOf } from '../resources'
import { startWhenSynced, Watched } from '../watched'
import { bind, unbind, writeClaimStatus, writePhase, type Copies } from './binding'
import { OwnCopies } from './ownCopies'
import { Provisioning, type Say } from './provisioning'
import { Reclaiming } from './reclaim'

/** Milliseconds: --pvclaimbinder-sync-period. */
const RESYNC = 15_000

export const volumeBinder: StartController = ({ io, client, informers }) => {
  const claims = new Watched<PersistentVolumeClaim>(informers, 'persistentVolumeClaims')
  const volumes = new Watched<PersistentVolume>(informers, 'persistentVolumes')
  const classes = new Watched<StorageClass>(informers, 'storageClasses')
  const pods = podsByNamespace(informers)
  const own: Copies = { claims: new OwnCopies(claims), volumes: new OwnCopies(volumes) }
  const provisioning = new Provisioning(io, own.claims)
  const reclaiming = new Reclaiming(io, own, (namespace, name) =>
    usersOf(namespace, name)
      .map((pod) => `${namespace}/${pod.metadata.name ?? ''}`)
      .sort(),
  )
  const events = new EventRecorder(io, client, { component: 'persistentvolume-controller' })
  const claimQueue: WorkQueue = syncQueue(io, client, syncClaim, { held: true })
  const volumeQueue: WorkQueue = syncQueue(io, client, syncVolume, { held: true })
  const say = (about: ApiObject, ...[type, reason, message]: Parameters<Say>) => events.event(about, { type, reason, message })

  const considerClaim = (claim: PersistentVolumeClaim) => claimQueue.add(keyOf(claim))
  const considerVolume = (volume: PersistentVolume) => volumeQueue.add(keyOf(volume))
  claims.listen({
    add: considerClaim,
    update: considerClaim,
    delete: ({ spec: { volumeName } }) => volumeName && volumeQueue.add(`/${volumeName}`),
  })
  volumes.listen({
    add: considerVolume,
    update: considerVolume,
    delete: ({ spec: { claimRef } }) => claimRef && claimQueue.add(`${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`),
  })
  startWhenSynced(claimQueue, claims, volumes, classes)
  startWhenSynced(volumeQueue, claims, volumes, classes)
  const resync = () => {
    for (const claim of claims.values()) considerClaim(claim)
    for (const volume of volumes.values()) considerVolume(volume)
    io.after(RESYNC, resync, { background: true })
  }
  io.after(RESYNC, resync, { background: true })

  // ---- claims ----------------------------------------------------------------------------------------------------------

  function* syncClaim(key: string): Sync {
    const claim = own.claims.current(key)
    if (claim) yield* hasAnnotation(claim, BIND_COMPLETED) ? syncBound(claim) : syncUnbound(claim)
  }

  /** A claim that was bound once is so, or has lost what it was bound to. */
  function* syncBound(claim: PersistentVolumeClaim): Sync {
    const { volumeName } = claim.spec
    if (!volumeName)
      return yield* lose(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
    const volume = own.volumes.get('', volumeName)
    if (!volume) return yield* lose(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
    const { claimRef } = volume.spec
    if (!claimRef || claimRef.uid === claim.metadata.uid) return yield* bind(own, volume, claim)
    yield* lose(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
  }

  function* lose(claim: PersistentVolumeClaim, reason: string, message: string): Sync {
    if (claim.status?.phase === 'Lost') return
    yield* writeClaimStatus(own, claim, 'Lost', null)
    say(claim, 'Warning', reason, message)
  }

  function* syncUnbound(claim: PersistentVolumeClaim): Sync {
    if (claim.spec.volumeName) return yield* bindNamed(claim, own.volumes.get('', claim.spec.volumeName))
    const storageClass = classes.get('', classOf(claim))
    const waits = waitsForConsumer(storageClass)
    const volume = bestMatch(claim, own.volumes.values(), waits)
    if (volume) return yield* bind(own, volume, claim)
    if (yield* takeDefaultClass(claim)) return
    if (waits && !hasAnnotation(claim, SELECTED_NODE)) sayWhoIsWaitedFor(claim)
    else if (classOf(claim) !== '') return yield* provisioning.ask(claim, storageClass, (...said) => say(claim, ...said))
    else say(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
    yield* writeClaimStatus(own, claim, 'Pending', null)
  }

  /** The user asks for a volume by name. */
  function* bindNamed(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): Sync {
    if (!volume) return yield* writeClaimStatus(own, claim, 'Pending', null)
    if (isBoundTo(volume, claim)) return yield* bind(own, volume, claim)
    const name = JSON.stringify(volume.metadata.name)
    if (volume.spec.claimRef) {
      const message = `volume ${name} already bound to a different claim.`
      say(claim, 'Warning', 'FailedBinding', message)
      if (hasAnnotation(claim, BOUND_BY_CONTROLLER)) throw new GiveUp(message)
    } else {
      const why = whyNotSatisfied(volume, claim)
      if (!why) return yield* bind(own, volume, claim)
      say(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume ${name}: ${why}`)
    }
    yield* writeClaimStatus(own, claim, 'Pending', null)
  }

  /** A default that was set later than the claim was made; whether there is one. */
  function* takeDefaultClass(claim: PersistentVolumeClaim): Sync<boolean> {
    const found = namesClass(claim) ? undefined : defaultClass(classes.values(), DEFAULT_STORAGE_CLASS)
    if (!found) return false
    const body = { ...claim, spec: { ...claim.spec, storageClassName: found } }
    yield* demand(replace(pathOf('persistentVolumeClaims', claim), body))
    return true
  }

  function sayWhoIsWaitedFor(claim: PersistentVolumeClaim): void {
    const { namespace, name } = claim.metadata
    const names = usersOf(namespace!, name!).flatMap(({ metadata, spec }) => (spec.nodeName ? [] : [metadata.name!]))
    if (names.length === 0) return say(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    say(claim, 'Normal', 'WaitForPodScheduled', `waiting for ${names.length > 1 ? 'pods' : 'pod'} ${names.join()} to be scheduled`)
  }

  function usersOf(namespace: string, claim: string): readonly Pod[] {
    const all = [...pods.by('namespace', namespace)] as Pod[]
    return all.filter((pod) => !isDown(pod) && claimsOf(pod).some((use) => use.name === claim))
  }

  // ---- volumes ---------------------------------------------------------------------------------------------------------

  function* syncVolume(key: string): Sync {
    const volume = own.volumes.current(key)
    if (!volume) return
    if (!volume.spec.claimRef?.uid) return void (yield* writePhase(own, volume, 'Available'))
    const claim = yield* claimOf(volume)
    if (!claim) return yield* release(volume)
    const { volumeName } = claim.spec
    if (volumeName === volume.metadata.name) yield* writePhase(own, volume, 'Bound')
    else if (!volumeName && sameMode(claim, volume)) claimQueue.add(keyOf(claim))
    else if (!volumeName) sayModesDiffer(volume, claim)
    else if (hasAnnotation(volume, PROVISIONED_BY) && volume.spec.persistentVolumeReclaimPolicy === 'Delete') yield* release(volume)
    else yield* unbind(own, volume)
  }

  /** The claim that a volume is bound to; before it is held to be gone, the server must agree. */
  function* claimOf({ spec, status }: PersistentVolume): Sync<PersistentVolumeClaim | null> {
    const { namespace = '', name = '', uid } = spec.claimRef!
    const known = own.claims.get(namespace, name)
    if (known?.metadata.uid === uid) return known!
    if (!known && isReleased(status)) return null
    const answer = yield* ask(read(pathIn('persistentVolumeClaims', namespace, name)))
    if (answer.status === 404) return null
    if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    const claim = objectOf<PersistentVolumeClaim>(answer)
    return claim.metadata.uid === uid ? claim : null
  }

  function* release(volume: PersistentVolume): Sync {
    const released = isReleased(volume.status) ? volume : yield* writePhase(own, volume, 'Released')
    yield* reclaiming.reclaim(released, (...said) => say(released, ...said))
  }

  function sayModesDiffer(volume: PersistentVolume, claim: PersistentVolumeClaim): void {
    const [pv, pvc] = [JSON.stringify(volume.metadata.name), JSON.stringify(claim.metadata.name)]
    const why = 'due to incompatible volumeMode.'
    say(volume, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${pvc} ${why}`)
    say(claim, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume ${pv} to requested PersistentVolumeClaim ${why}`)
  }
}

const isReleased = (status: PersistentVolume['status']) => status?.phase === 'Released' || status?.phase === 'Failed'

/** Of the volumes that allow what the claim asks for, those that allow the least come first. */
function bestMatch(claim: PersistentVolumeClaim, all: readonly PersistentVolume[], leavesUnbound: boolean): PersistentVolume | undefined {
  const possible = all.filter((volume) => allowsModes(volume, claim))
  const modesOf = ({ spec }: PersistentVolume) => new Set(spec.accessModes).size
  for (const modes of [...new Set(possible.map(modesOf))].sort((a, b) => a - b)) {
    const found = findMatchingVolume(
      claim,
      possible.filter((volume) => modesOf(volume) === modes),
      { leavesUnbound },
    )
    if (found) return found
  }
  return undefined
}

/** Why a claim cannot have the volume that it names; null when it can. */
function whyNotSatisfied(volume: PersistentVolume, claim: PersistentVolumeClaim): string | null {
  if (volume.metadata.deletionTimestamp) return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`
  if (compareQuantities(capacityOf(volume), sizeOf(claim)) < 0) return 'requested PV is too small'
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match'
  if (!sameAttributes(claim, volume)) return 'volumeAttributesClassName does not match'
  if (!sameMode(claim, volume)) return 'incompatible volumeMode'
  return allowsModes(volume, claim) ? null : 'incompatible accessMode'
}
