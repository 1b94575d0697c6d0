// Whether what a Pod's claims were promised has come to be: asked again and again after the writes, until all are bound or one cannot be.
// Leaves out: translation of in-tree volumes to CSI.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/binder.go (checkBindings)

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import {
  fitsNode,
  SELECTED_NODE,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import type { ApiObject } from '../../api/object'
import type { Handle, WatchedResource } from '../framework/handle'
import { isFullyBound, notFound } from './claims'

/** What was written: volumes, each for a claim, and claims whose volume is to be made. */
export interface Written {
  readonly bindings: readonly { readonly volume: PersistentVolume; readonly claim: PersistentVolumeClaim }[]
  readonly provisions: readonly PersistentVolumeClaim[]
}

type Check = 'bound' | 'waiting' | { readonly error: string }

export function checkBindings({ metadata, spec }: Pod, { bindings, provisions }: Written, handle: Handle): Check {
  const node = handle.cache.node(spec.nodeName!)?.node
  if (!node) return { error: `failed to get node "${spec.nodeName}": ${notFound('node', spec.nodeName!)}` }
  if (!handle.pod(metadata.namespace!, metadata.name!)) return { error: `pod does not exist any more: ${notFound('pod', metadata.name!)}` }
  for (const { volume, claim } of bindings) {
    const check = checkBinding(volume, claim, node, handle)
    if (check !== 'bound') return check
  }
  for (const claim of provisions) {
    const check = checkProvision(claim, node, handle)
    if (check !== 'bound') return check
  }
  return 'bound'
}

function checkBinding(written: PersistentVolume, { metadata }: PersistentVolumeClaim, node: Node, handle: Handle): Check {
  const volume = seen('persistentvolumes', written, handle) as PersistentVolume | undefined
  const claim = seen('persistentvolumeclaims', { metadata }, handle) as PersistentVolumeClaim | undefined
  if (!volume) return { error: `failed to check binding: ${notFound('persistentvolumes', written.metadata.name!)}` }
  if (!claim) return { error: `failed to check binding: ${notFound('persistentvolumeclaims', `${metadata.namespace}/${metadata.name}`)}` }
  if (isOlder(volume, written)) return 'waiting'
  if (!fitsNode(volume, node)) return unreachable(volume, node)
  if (!volume.spec.claimRef?.uid) return { error: `ClaimRef got reset for pv "${volume.metadata.name}"` }
  return isFullyBound(claim) ? 'bound' : 'waiting'
}

function checkProvision(written: PersistentVolumeClaim, node: Node, handle: Handle): Check {
  const { namespace, name } = written.metadata
  const claim = seen('persistentvolumeclaims', written, handle) as PersistentVolumeClaim | undefined
  if (!claim) return { error: `failed to check provisioning pvc: ${notFound('persistentvolumeclaims', `${namespace}/${name}`)}` }
  if (isOlder(claim, written)) return 'waiting'
  const { annotations } = claim.metadata
  if (!annotations) return { error: `selectedNode annotation reset for PVC "${name}"` }
  // A provisioner that fails takes the annotation away.
  if (annotations[SELECTED_NODE] !== node.metadata.name) return { error: `provisioning failed for PVC "${name}"` }
  if (claim.spec.volumeName) {
    const volume = handle.lister('persistentvolumes').get('', claim.spec.volumeName) as PersistentVolume | undefined
    if (!volume) return 'waiting'
    if (!fitsNode(volume, node)) return unreachable(volume, node)
  }
  return isFullyBound(claim) ? 'bound' : 'waiting'
}

const seen = (resource: WatchedResource, { metadata }: Pick<ApiObject, 'metadata'>, handle: Handle) =>
  handle.lister(resource).get(metadata.namespace ?? '', metadata.name!)

/** The watch has not shown yet what was written. */
const isOlder = (object: ApiObject, written: ApiObject) =>
  Number(object.metadata.resourceVersion) < Number(written.metadata.resourceVersion)

const unreachable = ({ metadata }: PersistentVolume, node: Node): Check => ({
  error: `pv "${metadata.name}" node affinity doesn't match node "${node.metadata.name}": no matching NodeSelectorTerms`,
})
