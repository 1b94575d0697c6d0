// A volume that is bound is not removed before its time: its finalizer goes when no claim has it any more.
// Upstream: kubernetes pkg/controller/volume/pvprotection/pv_protection_controller.go

import type { ApiObject } from '../../api/object'
import type { PersistentVolume } from '../../api/kinds/persistentvolume/persistentVolumes'
import { replace } from '../../client/requests'
import { demand, syncQueue, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { pathOf, RESOURCES } from '../resources'

const FINALIZER = 'kubernetes.io/pv-protection'

export const volumeProtection: StartController = ({ io, client, informers }) => {
  const volumes = informers.of(RESOURCES.persistentVolumes)
  const queue = syncQueue(io, client, function* (name): Sync {
    const volume = volumes.get('', name) as PersistentVolume | undefined
    if (!volume || isRight(volume)) return
    const { finalizers = [], deletionTimestamp } = volume.metadata
    if (deletionTimestamp && volume.status?.phase === 'Bound') return
    const next = deletionTimestamp ? finalizers.filter((f) => f !== FINALIZER) : [...finalizers, FINALIZER]
    yield* demand(replace(pathOf('persistentVolumes', volume), { ...volume, metadata: { ...volume.metadata, finalizers: next } }))
  })
  volumes.whenSynced(() => {
    const look = (volume: ApiObject) => isRight(volume) || queue.add(volume.metadata.name!)
    volumes.listen({ add: look, update: look })
  })
}

/** It has the finalizer while it lives, and not when it goes. */
const isRight = ({ metadata: { finalizers = [], deletionTimestamp } }: ApiObject) =>
  finalizers.includes(FINALIZER) === (deletionTimestamp === undefined)
