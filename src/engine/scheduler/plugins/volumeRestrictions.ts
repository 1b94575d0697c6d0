// Disks that only one node, and claims that only one Pod, may use at a time.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumerestrictions

import type { Pod, Volume } from '../../api/kinds/pod/types'
import type { PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { PodInfo } from '../cache/podInfo'
import { stateKey, type StateData } from '../framework/cycleState'
import { Action, podsOf } from '../framework/events'
import type { Handle } from '../framework/handle'
import { unresolvable, unschedulable, type Plugin } from '../framework/interface'
import { isOwnClaim, notFound } from '../volumes/claims'

const DISK_CONFLICT = unschedulable('node(s) had no available disk')
const CLAIM_CONFLICT = unschedulable(
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
)

interface Restrictions extends StateData {
  /** Names of the Pod's claims that only one Pod may use. */
  readonly exclusive: ReadonlySet<string>
  conflicts: number
  clone(): Restrictions
}

const STATE = stateKey<Restrictions>('VolumeRestrictions')

export function createVolumeRestrictions(handle: Handle): Plugin {
  const change = (state: Restrictions, pod: Pod, other: PodInfo, by: 1 | -1) => {
    if (other.pod.metadata.namespace !== pod.metadata.namespace) return
    for (const name of namedClaims(other.pod)) if (state.exclusive.has(name)) state.conflicts += by
  }
  return {
    name: 'VolumeRestrictions',
    preFilter(state, pod) {
      const namespace = pod.metadata.namespace!
      const exclusive = new Set<string>()
      for (const name of namedClaims(pod)) {
        const claim = handle.lister('persistentvolumeclaims').get(namespace, name) as PersistentVolumeClaim | undefined
        if (!claim) return unresolvable(notFound('persistentvolumeclaim', name))
        if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.add(name)
      }
      const conflicts = [...exclusive].filter((name) => handle.cache.claimIsUsed(`${namespace}/${name}`)).length
      if (conflicts === 0 && !(pod.spec.volumes ?? []).some(isDisk)) return 'skip'
      state.write(STATE, restrictions(exclusive, conflicts))
      return null
    },
    addPod: (state, pod, added) => change(state.read(STATE), pod, added, 1),
    removePod: (state, pod, removed) => change(state.read(STATE), pod, removed, -1),
    filter(state, pod, node) {
      const disks = (pod.spec.volumes ?? []).filter(isDisk)
      if (disks.length > 0) for (const info of node.pods.values()) if (disks.some((disk) => conflicts(disk, info.pod))) return DISK_CONFLICT
      return state.read(STATE).conflicts > 0 ? CLAIM_CONFLICT : null
    },
    events: [
      {
        resource: 'Pod',
        actions: Action.Delete,
        helps(pod, event) {
          const { old } = podsOf(event)
          if (!old || old.metadata.namespace !== pod.metadata.namespace) return false
          if ((pod.spec.volumes ?? []).some((volume) => isDisk(volume) && conflicts(volume, old))) return true
          const claims = namedClaims(pod)
          return namedClaims(old).some((name) => claims.includes(name))
        },
      },
      { resource: 'Node', actions: Action.Add },
      { resource: 'PersistentVolumeClaim', actions: Action.Add, helps: isOwnClaim },
    ],
  }
}

const restrictions = (exclusive: ReadonlySet<string>, count: number): Restrictions => ({
  exclusive,
  conflicts: count,
  clone() {
    return restrictions(exclusive, this.conflicts)
  },
})

const namedClaims = ({ spec }: Pod): readonly string[] =>
  (spec.volumes ?? []).flatMap((v) => (v.persistentVolumeClaim as { readonly claimName: string } | undefined)?.claimName ?? [])

interface Disks {
  readonly gcePersistentDisk?: { readonly pdName: string; readonly readOnly?: boolean }
  readonly awsElasticBlockStore?: { readonly volumeID: string }
  readonly iscsi?: { readonly iqn: string; readonly readOnly?: boolean }
  readonly rbd?: { readonly monitors: readonly string[]; readonly pool?: string; readonly image: string; readonly readOnly?: boolean }
}

const isDisk = (volume: Volume) => !!(volume.gcePersistentDisk || volume.awsElasticBlockStore || volume.iscsi || volume.rbd)

/** The same disk, unless both only read it. */
function conflicts(volume: Volume, { spec }: Pod): boolean {
  const own = volume as Disks
  return ((spec.volumes ?? []) as readonly Disks[]).some((other) => {
    const [gce, aws, iscsi, rbd] = [own.gcePersistentDisk, own.awsElasticBlockStore, own.iscsi, own.rbd]
    if (gce && other.gcePersistentDisk?.pdName === gce.pdName && !(gce.readOnly && other.gcePersistentDisk.readOnly)) return true
    if (aws && other.awsElasticBlockStore?.volumeID === aws.volumeID) return true
    if (iscsi && other.iscsi?.iqn === iscsi.iqn && !(iscsi.readOnly && other.iscsi.readOnly)) return true
    const theirs = other.rbd
    return (
      !!rbd &&
      !!theirs &&
      rbd.monitors.some((m) => theirs.monitors.includes(m)) &&
      (rbd.pool ?? 'rbd') === (theirs.pool ?? 'rbd') &&
      rbd.image === theirs.image &&
      !(rbd.readOnly && theirs.readOnly)
    )
  })
}
