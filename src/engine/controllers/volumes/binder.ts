// Binds claims to volumes that are there: the smallest that is large enough and matches in class, modes and labels. Nothing makes new volumes in
// this cluster, and a claim that waits for one says what it waits for.
// Leaves out: provisioning and deleting by plugins (there are none), volumes bound by the scheduler.
// Upstream: kubernetes pkg/controller/volume/persistentvolume/{pv_controller,index}.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { compareQuantities } from '../../api/quantity'
import { labelSelectorOf, matchesLabels } from '../../api/selectors'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { bodyOf, replace, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { podsByNamespace } from '../podsBy'
import { claimPath, CLAIMS, CLASSES, volumePath, VOLUMES, type Claim, type Volume } from './types'

/** Milliseconds: all are looked at again. */
const RESYNC = 15_000
const BOUND_BY = 'pv.kubernetes.io/bound-by-controller'
const COMPLETED = 'pv.kubernetes.io/bind-completed'
const PROVISIONERS = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner']

interface StorageClass extends ApiObject {
  readonly provisioner: string
  readonly volumeBindingMode?: string
}

export const volumeBinder: StartController = (io, client, _shared, _options, informers) => {
  const claims = informers.of(CLAIMS)
  const volumes = informers.of(VOLUMES)
  const classes = informers.of(CLASSES)
  const pods = podsByNamespace(informers)
  const events = new EventRecorder(io, client, { component: 'persistentvolume-controller' })

  const claimQueue = syncQueue(io, client, function* (key): Sync<Outcome> {
    const [namespace = '', name = ''] = key.split('/')
    const claim = claims.get(namespace, name) as Claim | undefined
    if (!claim || claim.metadata.deletionTimestamp) return 'done'
    if (claim.metadata.annotations?.[COMPLETED]) return yield* looked(claim)
    const { volumeName } = claim.spec
    const volume = volumeName ? (volumes.get('', volumeName) as Volume | undefined) : best(claim)
    if (!volume) return volumeName ? 'done' : yield* waits(claim)
    const { claimRef } = volume.spec
    if (claimRef && !refersTo(claimRef, claim)) return 'done'
    return yield* bound(claim, volume)
  })

  /** A claim that was bound once is so, or has lost what it was bound to. */
  function* looked(claim: Claim): Sync<Outcome> {
    const volume = volumes.get('', claim.spec.volumeName ?? '') as Volume | undefined
    if (volume) return refersTo(volume.spec.claimRef ?? {}, claim) ? yield* bound(claim, volume) : 'done'
    if (claim.status.phase === 'Lost') return 'done'
    const { status } = yield replace(claimPath(claim, '/status'), { ...claim, status: { phase: 'Lost' } })
    if (status !== 200) return 'failed'
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'
    events.event(claim, { type: 'Warning', reason: 'ClaimLost', message })
    return 'done'
  }

  function* waits(claim: Claim): Sync<Outcome> {
    const say = (type: 'Normal' | 'Warning', reason: string, message: string) => events.event(claim, { type, reason, message })
    const className = claim.spec.storageClassName ?? ''
    if (className === '') {
      say('Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
      return 'done'
    }
    const storage = classes.get('', className) as StorageClass | undefined
    if (!storage) say('Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`)
    else if (storage.volumeBindingMode === 'WaitForFirstConsumer') {
      const [user] = ([...pods.by('namespace', claim.metadata.namespace!)] as Pod[]).filter((pod) => !pod.spec.nodeName && uses(pod, claim))
      if (user) say('Normal', 'WaitForPodScheduled', `waiting for pod ${user.metadata.name} to be scheduled`)
      else say('Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    } else if (storage.provisioner.startsWith('kubernetes.io/'))
      say('Warning', 'ProvisioningFailed', `no volume plugin matched name: ${storage.provisioner}`)
    else {
      const { annotations = {} } = claim.metadata
      if (PROVISIONERS.some((key) => annotations[key] !== storage.provisioner)) {
        const marked = { ...annotations, ...Object.fromEntries(PROVISIONERS.map((key) => [key, storage.provisioner])) }
        const { status } = yield replace(claimPath(claim), { ...claim, metadata: { ...claim.metadata, annotations: marked } })
        if (status !== 200) return 'failed'
      }
      say(
        'Normal',
        'ExternalProvisioning',
        `Waiting for a volume to be created either by the external provisioner '${storage.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
      )
    }
    return 'done'
  }

  /** Four writes, each only where it is needed: the volume and its phase, the claim and its status. */
  function* bound(claim: Claim, volume: Volume): Sync<Outcome> {
    let pv = volume
    if (!pv.spec.claimRef?.uid) {
      const { namespace, name, uid, resourceVersion } = claim.metadata
      const claimRef = { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion }
      const byUs = pv.spec.claimRef ? {} : { [BOUND_BY]: 'yes' }
      const metadata = { ...pv.metadata, annotations: { ...pv.metadata.annotations, ...byUs } }
      const stored = bodyOf<Volume>(yield replace(volumePath(pv), { ...pv, metadata, spec: { ...pv.spec, claimRef } }))
      if (!stored) return 'failed'
      pv = stored
    }
    if (pv.status.phase !== 'Bound' && (yield* phased(pv, 'Bound')) === 'failed') return 'failed'
    let pvc = claim
    if (!pvc.metadata.annotations?.[COMPLETED]) {
      const byUs = pvc.spec.volumeName ? {} : { [BOUND_BY]: 'yes' }
      const metadata = { ...pvc.metadata, annotations: { ...pvc.metadata.annotations, [COMPLETED]: 'yes', ...byUs } }
      const stored = bodyOf<Claim>(yield replace(claimPath(pvc), { ...pvc, metadata, spec: { ...pvc.spec, volumeName: pv.metadata.name } }))
      if (!stored) return 'failed'
      pvc = stored
    }
    if (pvc.status.phase === 'Bound') return 'done'
    const { accessModes, capacity } = pv.spec
    const { status } = yield replace(claimPath(pvc, '/status'), { ...pvc, status: { phase: 'Bound', accessModes, capacity } })
    return status === 200 ? 'done' : 'failed'
  }

  const volumeQueue = syncQueue(io, client, function* (name): Sync<Outcome> {
    const volume = volumes.get('', name) as Volume | undefined
    const ref = volume?.spec.claimRef
    if (!volume) return 'done'
    if (!ref?.uid) return volume.status.phase === 'Available' ? 'done' : yield* phased(volume, 'Available')
    const claim = claims.get(ref.namespace ?? '', ref.name ?? '') as Claim | undefined
    if (claim?.metadata.uid === ref.uid) {
      claimQueue.add(keyOf(claim))
      return 'done'
    }
    const { phase } = volume.status
    if (phase === 'Released' || phase === 'Failed') return 'done'
    const outcome = yield* phased(volume, 'Released')
    if (outcome === 'failed' || volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return outcome
    const message = `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`
    events.event(volume, { type: 'Warning', reason: 'VolumeFailedDelete', message })
    return 'done'
  })

  function* phased(volume: Volume, phase: string): Sync<'done' | 'failed'> {
    const { status } = yield replace(volumePath(volume, '/status'), { ...volume, status: { ...volume.status, phase } })
    return status === 200 ? 'done' : 'failed'
  }

  /** The smallest that fits; one that was meant for this claim before any other. */
  function best(claim: Claim): Volume | undefined {
    const all = [...volumes.values()] as Volume[]
    const meant = all.find((volume) => volume.spec.claimRef && refersTo(volume.spec.claimRef, claim))
    if (meant) return meant
    const asked = claim.spec.resources?.requests?.storage ?? '0'
    const selector = claim.spec.selector ? labelSelectorOf(claim.spec.selector) : []
    const size = ({ spec }: Volume) => spec.capacity?.storage ?? '0'
    const fits = all.filter(
      (volume) =>
        !volume.spec.claimRef &&
        !volume.metadata.deletionTimestamp &&
        volume.status.phase === 'Available' &&
        (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
        (volume.spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
        (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
        selector !== null &&
        matchesLabels(selector, volume.metadata.labels) &&
        compareQuantities(size(volume), asked) >= 0,
    )
    return fits.sort((a, b) => compareQuantities(size(a), size(b)) || (a.metadata.name! < b.metadata.name! ? -1 : 1))[0]
  }

  whenSynced([claims, volumes, classes, pods], () => {
    const look = (claim: ApiObject) => claimQueue.add(keyOf(claim))
    const lookAtVolume = (volume: ApiObject) => volumeQueue.add(volume.metadata.name!)
    claims.listen({
      add: look,
      update: look,
      delete: (claim) => {
        const { volumeName } = (claim as Claim).spec
        if (volumeName) volumeQueue.add(volumeName)
      },
    })
    volumes.listen({
      add: lookAtVolume,
      update: lookAtVolume,
      delete: ({ spec }) => {
        const { claimRef } = spec as Volume['spec']
        if (claimRef?.name) claimQueue.add(`${claimRef.namespace}/${claimRef.name}`)
      },
    })
    const resync = () => {
      for (const claim of claims.values()) if ((claim as Claim).status.phase === 'Pending') look(claim)
      io.after(RESYNC, resync, { background: true })
    }
    io.after(RESYNC, resync, { background: true })
  })
}

const refersTo = (ref: NonNullable<Volume['spec']['claimRef']>, { metadata }: Claim) =>
  ref.namespace === metadata.namespace && ref.name === metadata.name && (!ref.uid || ref.uid === metadata.uid)

const uses = ({ spec }: Pod, { metadata }: Claim) =>
  (spec.volumes ?? []).some((v) => (v.persistentVolumeClaim as { claimName?: string } | undefined)?.claimName === metadata.name)
