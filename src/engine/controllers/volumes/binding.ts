// The writes that bind a claim and a volume to each other, and those that part them. Each is made only where it is needed.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (bind, unbindVolume, updateClaimStatus, updateVolumePhase)

import { equalJson } from '../../base/equal'
import type { JsonObject } from '../../api/object'
import {
  withAnnotations,
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  boundTo,
  hasAnnotation,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { compareQuantities } from '../../api/scalars/quantity'
import { without } from '../../base/without'
import type { Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { sparse } from '../workloads'
import type { OwnCopies } from './ownCopies'

/** What the controller knows of claims and volumes, by its own writes too. */
export interface Copies {
  readonly claims: OwnCopies<PersistentVolumeClaim>
  readonly volumes: OwnCopies<PersistentVolume>
}

/** The volume and its phase, then the claim and its status. */
export function* bind(own: Copies, volume: PersistentVolume, claim: PersistentVolumeClaim): Sync {
  const meant = boundTo(volume, claim)
  const written = meant === volume ? volume : yield* own.volumes.put(pathOf('persistentVolumes', volume), meant)
  const bound = yield* writePhase(own, written, 'Bound')
  yield* writeClaimStatus(own, yield* completeBinding(own, claim, bound), 'Bound', bound)
}

function* completeBinding(own: Copies, claim: PersistentVolumeClaim, volume: PersistentVolume): Sync<PersistentVolumeClaim> {
  const { name } = volume.metadata
  const isNew = claim.spec.volumeName !== name
  if (!isNew && hasAnnotation(claim, BIND_COMPLETED)) return claim
  const marked = withAnnotations(claim, { [BIND_COMPLETED]: 'yes', ...(isNew ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}) })
  const body = { ...marked, spec: { ...claim.spec, volumeName: name } }
  return yield* own.claims.put(pathOf('persistentVolumeClaims', claim), body)
}

/** `volume`: what it is bound to, if anything. */
export function* writeClaimStatus(own: Copies, claim: PersistentVolumeClaim, phase: string, volume: PersistentVolume | null): Sync {
  const status = volume ? boundStatus(claim.status ?? {}, phase, volume) : unboundStatus(claim.status ?? {}, phase)
  if (!equalJson(status, claim.status)) yield* own.claims.put(pathOf('persistentVolumeClaims', claim, 'status'), { ...claim, status })
}

const unboundStatus = (status: JsonObject, phase: string): JsonObject => ({
  ...without(status, 'accessModes', 'capacity', 'currentVolumeAttributesClassName'),
  phase,
})

function boundStatus(status: JsonObject, phase: string, { spec }: PersistentVolume): JsonObject {
  const { accessModes, capacity, volumeAttributesClassName } = spec
  const bound = { ...status, phase, accessModes }
  if (status.phase === phase) return bound
  const had = (status.capacity as PersistentVolume['spec']['capacity'])?.storage
  const isOther = had === undefined || compareQuantities(had, capacity?.storage ?? '0') !== 0
  return {
    ...bound,
    ...(isOther ? { capacity } : {}),
    ...(status.phase === 'Pending' ? sparse({ currentVolumeAttributesClassName: volumeAttributesClassName }) : {}),
  }
}

/** The volume as it is then. */
export function* writePhase(own: Copies, volume: PersistentVolume, phase: string): Sync<PersistentVolume> {
  if (volume.status?.phase === phase) return volume
  const status = { ...without(volume.status ?? {}, 'message'), phase }
  return yield* own.volumes.put(pathOf('persistentVolumes', volume, 'status'), { ...volume, status })
}

/** Who was bound by the controller is free again; a volume that the user meant for a claim stays meant for it. */
export function* unbind(own: Copies, volume: PersistentVolume): Sync {
  const { metadata, spec } = volume
  const { annotations = {} } = metadata
  const free = hasAnnotation(volume, BOUND_BY_CONTROLLER)
    ? { ...volume, metadata: { ...metadata, annotations: without(annotations, BOUND_BY_CONTROLLER) }, spec: without(spec, 'claimRef') }
    : { ...volume, spec: { ...spec, claimRef: without(spec.claimRef!, 'uid') } }
  yield* writePhase(own, yield* own.volumes.put(pathOf('persistentVolumes', volume), free), 'Available')
}
