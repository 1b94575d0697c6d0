// What becomes of a volume whose claim is gone: it is kept, or deleted with its data. Here only what a node keeps in /tmp can be deleted;
// volumes of CSI drivers, and those that an external provisioner made, are left to these. What failed is tried again after a while, with the
// next look at the volume.
// Leaves out: the Pod that empties a volume to be recycled.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (reclaimVolume and what it calls), pkg/volume/hostpath

import { PROVISIONED_BY, type PersistentVolume, type PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { PartIo } from '../../base/part'
import { bodyOf, messageOf, objectOf, succeeded } from '../../client/answers'
import { read, remove, replace } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'
import { pathOf } from '../resources'
import { Attempts } from './attempts'
import type { Copies } from './binding'
import type { Say } from './provisioning'

const HOST_PATH = 'kubernetes.io/host-path'
const MIGRATED_TO = 'pv.kubernetes.io/migrated-to'
/** Of volumes that the controller itself made. */
const FINALIZER = 'kubernetes.io/pv-controller'
const RECYCLE_FAILED = 'VolumeFailedRecycle'
const DELETE_FAILED = 'VolumeFailedDelete'

export class Reclaiming {
  private readonly attempts: Attempts

  /** `usersOf`: the Pods that have not ended and use a claim. */
  constructor(
    io: PartIo,
    private readonly own: Copies,
    private readonly usersOf: (namespace: string, claim: string) => readonly string[],
  ) {
    this.attempts = new Attempts(io)
  }

  *reclaim(volume: PersistentVolume, say: Say): Sync {
    if (volume.metadata.annotations?.[MIGRATED_TO]) return
    const { persistentVolumeReclaimPolicy: policy } = volume.spec
    if (policy === 'Recycle') yield* this.recycle(volume, say)
    if (policy === 'Delete') yield* this.delete(volume, say)
  }

  private *recycle(volume: PersistentVolume, say: Say): Sync {
    const live = yield* this.released(volume)
    if (!live) return
    const { namespace = '', name = '' } = volume.spec.claimRef ?? {}
    const users = this.usersOf(namespace, name)
    if (users.length > 0 && !this.own.claims.get(namespace, name))
      return say('Normal', RECYCLE_FAILED, `Volume is used by pods: ${users.join(',')}`)
    if (!live.spec.hostPath && !live.spec.nfs) yield* this.fail(live, RECYCLE_FAILED, 'No recycler plugin found for the volume!', say)
  }

  private *delete(volume: PersistentVolume, say: Say): Sync {
    if (isExternal(volume)) return
    const why = whyWithoutDeleter(volume)
    if (why) return yield* this.fail(volume, DELETE_FAILED, why, say)
    const { uid = '' } = volume.metadata
    if (this.attempts.mustWait(uid) || !(yield* this.released(volume))) return
    const problem = problemOfPath(volume) ?? (yield* this.letGo(volume))
    if (problem !== null) {
      this.attempts.failed(uid)
      return yield* this.fail(volume, DELETE_FAILED, problem, say)
    }
    this.attempts.succeeded(uid)
    yield* ask(remove(pathOf('persistentVolumes', volume), {}))
  }

  /** As it is by now; null where it is not to be reclaimed any more. */
  private *released(volume: PersistentVolume): Sync<PersistentVolume | null> {
    const live = bodyOf<PersistentVolume>(yield* ask(read(pathOf('persistentVolumes', volume))))
    if (!live?.spec.claimRef?.uid) return null
    const { namespace = '', name = '', uid } = live.spec.claimRef
    const claim: PersistentVolumeClaim | undefined = this.own.claims.get(namespace, name)
    const isHeld = claim?.metadata.uid === uid && [undefined, '', live.metadata.name].includes(claim?.spec.volumeName)
    return isHeld ? null : live
  }

  /** The finalizer that held it until its data were deleted; why it stays, or null. */
  private *letGo(volume: PersistentVolume): Sync<string | null> {
    const path = pathOf('persistentVolumes', volume)
    const answer = yield* ask(read(path))
    if (!succeeded(answer)) return messageOf(answer)
    const { metadata, ...live } = objectOf<PersistentVolume>(answer)
    if (!metadata.finalizers?.includes(FINALIZER)) return null
    const finalizers = metadata.finalizers.filter((f) => f !== FINALIZER)
    const written = yield* ask(replace(path, { ...live, metadata: { ...metadata, finalizers } }))
    return succeeded(written) ? null : `persistent volume controller can't update finalizer: ${messageOf(written)}`
  }

  private *fail(volume: PersistentVolume, reason: string, message: string, say: Say): Sync {
    if (volume.status?.phase === 'Failed') return
    const status = { ...volume.status, phase: 'Failed', message }
    const answer = yield* ask(replace(pathOf('persistentVolumes', volume, 'status'), { ...volume, status }))
    if (!succeeded(answer)) return
    this.own.volumes.note(objectOf<PersistentVolume>(answer))
    say('Warning', reason, message)
  }
}

function isExternal({ metadata, spec }: PersistentVolume): boolean {
  const provisioner = metadata.annotations?.[PROVISIONED_BY]
  return provisioner ? !provisioner.startsWith('kubernetes.io/') : spec.csi !== undefined
}

function whyWithoutDeleter({ metadata, spec }: PersistentVolume): string | null {
  const provisioner = metadata.annotations?.[PROVISIONED_BY]
  if (provisioner) return provisioner === HOST_PATH ? null : `no volume plugin matched name: ${provisioner}`
  if (spec.hostPath) return null
  const matched = spec.nfs ? 'no deletable volume plugin matched' : 'no volume plugin matched'
  return `error getting deleter volume plugin for volume ${JSON.stringify(metadata.name)}: ${matched}`
}

function problemOfPath({ metadata, spec: { hostPath } }: PersistentVolume): string | null {
  if (!hostPath) return `failed to create deleter for volume ${JSON.stringify(metadata.name)}: spec.PersistentVolumeSource.HostPath is nil`
  return /\/tmp\/.+/.test(hostPath.path) ? null : `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
}
