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
import { replace } from '../../client/requests'
import { demand, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { sparse } from '../workloads'

/** The volume and its phase, then the claim and its status. */
export function* bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Sync {
  const meant = boundTo(volume, claim)
  const written = meant === volume ? volume : yield* demand<PersistentVolume>(replace(pathOf('persistentVolumes', volume), meant))
  const bound = yield* writePhase(written, 'Bound')
  yield* writeClaimStatus(yield* completeBinding(claim, bound), 'Bound', bound)
}

function* completeBinding(claim: PersistentVolumeClaim, { metadata: { name } }: PersistentVolume): Sync<PersistentVolumeClaim> {
  const isNew = claim.spec.volumeName !== name
  if (!isNew && hasAnnotation(claim, BIND_COMPLETED)) return claim
  const marked = withAnnotations(claim, { [BIND_COMPLETED]: 'yes', ...(isNew ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}) })
  const body = { ...marked, spec: { ...claim.spec, volumeName: name } }
  return yield* demand<PersistentVolumeClaim>(replace(pathOf('persistentVolumeClaims', claim), body))
}

/** `volume`: what it is bound to, if anything. */
export function* writeClaimStatus(claim: PersistentVolumeClaim, phase: string, volume: PersistentVolume | null): Sync {
  const status = volume ? boundStatus(claim.status ?? {}, phase, volume) : unboundStatus(claim.status ?? {}, phase)
  if (!equalJson(status, claim.status)) yield* demand(replace(pathOf('persistentVolumeClaims', claim, 'status'), { ...claim, status }))
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
export function* writePhase(volume: PersistentVolume, phase: string, message = ''): Sync<PersistentVolume> {
  if (volume.status?.phase === phase) return volume
  const status = sparse({ ...volume.status, phase, message })
  return yield* demand<PersistentVolume>(replace(pathOf('persistentVolumes', volume, 'status'), { ...volume, status }))
}

/** Who was bound by the controller is free again; a volume that the user meant for a claim stays meant for it. */
export function* unbind(volume: PersistentVolume): Sync {
  const { metadata, spec } = volume
  const { annotations = {} } = metadata
  const free = hasAnnotation(volume, BOUND_BY_CONTROLLER)
    ? { ...volume, metadata: { ...metadata, annotations: without(annotations, BOUND_BY_CONTROLLER) }, spec: without(spec, 'claimRef') }
    : { ...volume, spec: { ...spec, claimRef: without(spec.claimRef!, 'uid') } }
  yield* writePhase(yield* demand<PersistentVolume>(replace(pathOf('persistentVolumes', volume), free)), 'Available')
}
