// How many volumes of a CSI driver a node can hold: the limit stands in its CSINode. A driver may want no Pod where it is not installed.
// Leaves out: in-tree volumes that are served by CSI drivers.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodevolumelimits/csi.go

import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import {
  claimsOf,
  classOf,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { Action, podsOf } from '../framework/events'
import type { Handle } from '../framework/handle'
import { unschedulable, type Plugin } from '../framework/interface'
import { isOwnClaim, type CsiDriver } from '../volumes/claims'

const TOO_MANY = unschedulable('node(s) exceed max volume count')

interface CsiNode extends ApiObject {
  readonly spec: { readonly drivers?: readonly { readonly name: string; readonly allocatable?: { readonly count?: number } }[] }
}

export function createNodeVolumeLimits(handle: Handle): Plugin {
  return {
    name: 'NodeVolumeLimits',
    preFilter: (_state, pod) => (claimsOf(pod).length === 0 ? 'skip' : null),
    filter(_state, pod, node) {
      const wanted = volumesOf(pod, handle)
      if (wanted.size === 0) return null
      const csiNode = handle.lister('csinodes').get('', node.name) as CsiNode | undefined
      for (const driver of wanted.values())
        if (isMissed(driver, csiNode, handle)) return unschedulable(`${driver} CSI driver is not installed on the node`)
      const limits = limitsOf(csiNode)
      if (limits.size === 0) return null
      const used = new Map<string, string>()
      for (const { pod: other } of node.pods.values()) for (const [volume, driver] of volumesOf(other, handle)) used.set(volume, driver)
      const counts = new Map<string, number>()
      const count = (driver: string) => counts.set(driver, (counts.get(driver) ?? 0) + 1)
      for (const driver of used.values()) count(driver)
      for (const [volume, driver] of attachmentsOf(node.name, handle)) if (!used.has(volume)) count(driver)
      // A wanted volume that is attached already, but that no Pod uses, is counted for both.
      const added = [...wanted].flatMap(([volume, driver]) => (used.has(volume) ? [] : [driver]))
      added.forEach(count)
      return added.some((driver) => counts.get(driver)! > (limits.get(driver) ?? Infinity)) ? TOO_MANY : null
    },
    events: [
      { resource: 'CSINode', actions: Action.Add },
      {
        resource: 'CSINode',
        actions: Action.Update,
        helps(_pod, { old, new: now }) {
          const before = limitsOf(old as CsiNode)
          return [...limitsOf(now as CsiNode)].some(([driver, limit]) => limit > (before.get(driver) ?? 0))
        },
      },
      {
        resource: 'Pod',
        actions: Action.Delete,
        helps(_pod, event) {
          const { old } = podsOf(event)
          return !!old && !!(old.spec.nodeName || old.status.nominatedNodeName) && claimsOf(old).length > 0
        },
      },
      { resource: 'PersistentVolumeClaim', actions: Action.Add, helps: isOwnClaim },
      { resource: 'VolumeAttachment', actions: Action.Delete, helps: (pod) => claimsOf(pod).some((c) => !c.ephemeral) },
    ],
  }
}

/** The driver is not on the node, and wants no Pod where it is not. */
function isMissed(name: string, csiNode: CsiNode | undefined, handle: Handle): boolean {
  const driver = handle.lister('csidrivers').get('', name) as CsiDriver | undefined
  return driver?.spec.preventPodSchedulingIfMissing === true && !csiNode?.spec.drivers?.some((d) => d.name === name)
}

function limitsOf(csiNode: CsiNode | undefined): ReadonlyMap<string, number> {
  return new Map(
    (csiNode?.spec.drivers ?? []).flatMap(({ name, allocatable }) => (allocatable?.count === undefined ? [] : [[name, allocatable.count]])),
  )
}

/** The Pod's CSI volumes, each with its driver. A claim without a volume counts as one of its class's driver. */
function volumesOf(pod: Pod, handle: Handle): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const namespace = pod.metadata.namespace!
  for (const { name } of claimsOf(pod)) {
    const claim = handle.lister('persistentvolumeclaims').get(namespace, name) as PersistentVolumeClaim | undefined
    if (!claim) continue
    const volume = claim.spec.volumeName
      ? (handle.lister('persistentvolumes').get('', claim.spec.volumeName) as PersistentVolume | undefined)
      : undefined
    if (volume) {
      const { csi } = volume.spec
      if (csi) out.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver)
      continue
    }
    const storageClass = handle.lister('storageclasses').get('', classOf(claim)) as StorageClass | undefined
    if (storageClass) out.set(`${storageClass.provisioner}/${namespace}/${name}`, storageClass.provisioner)
  }
  return out
}

interface Attachment extends ApiObject {
  readonly spec: { readonly attacher: string; readonly nodeName: string; readonly source: { readonly persistentVolumeName?: string } }
}

function attachmentsOf(node: string, handle: Handle): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  for (const object of handle.lister('volumeattachments').values()) {
    const { spec } = object as Attachment
    const name = spec.nodeName === node ? spec.source.persistentVolumeName : undefined
    const volume = name === undefined ? undefined : (handle.lister('persistentvolumes').get('', name) as PersistentVolume | undefined)
    if (volume?.spec.csi) out.set(`${spec.attacher}/${volume.spec.csi.volumeHandle}`, spec.attacher)
  }
  return out
}
