// What becomes of a volume whose claim is gone: it is kept, or deleted with its data. Here only what a node keeps in /tmp can be deleted;
// volumes of CSI drivers, and those that an external provisioner made, are left to these.
// Simplified: what failed is not tried again.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (reclaimVolume, deleteVolumeOperation), pkg/volume/hostpath

import { PROVISIONED_BY, type PersistentVolume } from '../../api/kinds/persistentvolume/persistentVolumes'
import { read, remove } from '../../client/requests'
import { ask, demand, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { writePhase } from './binding'

export function* reclaim(volume: PersistentVolume, failed: (message: string) => void): Sync {
  const { spec, status } = volume
  if (spec.persistentVolumeReclaimPolicy !== 'Delete' || status?.phase === 'Failed' || isExternal(volume)) return
  const why = whyNotDeletable(volume)
  if (why) {
    yield* writePhase(volume, 'Failed', why)
    return failed(why)
  }
  yield* demand(read(pathOf('persistentVolumes', volume)))
  yield* ask(remove(pathOf('persistentVolumes', volume)))
}

function isExternal({ metadata, spec }: PersistentVolume): boolean {
  const provisioner = metadata.annotations?.[PROVISIONED_BY]
  return provisioner ? !provisioner.startsWith('kubernetes.io/') : spec.csi !== undefined
}

function whyNotDeletable({ metadata, spec }: PersistentVolume): string | null {
  const provisioner = metadata.annotations?.[PROVISIONED_BY]
  if (provisioner) return `no volume plugin matched name: ${provisioner}`
  if (spec.hostPath)
    return /\/tmp\/.+/.test(spec.hostPath.path)
      ? null
      : `host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}`
  const matched = spec.nfs ? 'no deletable volume plugin matched' : 'no volume plugin matched'
  return `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: ${matched}`
}
