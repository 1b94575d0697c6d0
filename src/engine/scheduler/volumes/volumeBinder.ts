// Which volumes a Pod's claims would get on a node: bound ones must be reachable from it, others are matched with free volumes or provisioned.
// Leaves out: translation of in-tree volumes to CSI.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/binder.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import {
  claimsOf,
  classOf,
  findMatchingVolume,
  fitsNode,
  SELECTED_NODE,
  sizeOf,
  waitsForConsumer,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { compareQuantities } from '../../api/scalars/quantity'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import type { Handle } from '../framework/handle'
import type { AssumedVolumes } from './assumedVolumes'
import { isFullyBound, volumeLimit, type CsiDriver, type StorageCapacity } from './claims'

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[]
  readonly unboundImmediate: readonly PersistentVolumeClaim[]
  /** Of classes that wait for the first consumer. */
  readonly unboundDelayed: readonly PersistentVolumeClaim[]
}

export interface PodVolumes {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[]
  readonly provisions: readonly Provision[]
}

/** A claim that its class's driver is to make a volume for. */
export interface Provision {
  readonly claim: PersistentVolumeClaim
  /** What the driver says that it has for the node; undefined: it says nothing. */
  readonly capacity: StorageCapacity | undefined
}

const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity"
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind"
const NOT_ENOUGH_SPACE = 'node(s) did not have enough free storage'
const NO_VOLUME = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'
const NOT_SUPPORTED = 'kubernetes.io/no-provisioner'

export function podClaims(pod: Pod, volumes: AssumedVolumes): PodClaims {
  const claims = claimsOf(pod).flatMap(({ name }) => volumes.claim(pod.metadata.namespace!, name) ?? [])
  const waits = (claim: PersistentVolumeClaim) => !claim.spec.volumeName && waitsForConsumer(volumes.storageClass(classOf(claim)))
  const unbound = claims.filter((c) => !isFullyBound(c))
  return { bound: claims.filter(isFullyBound), unboundImmediate: unbound.filter((c) => !waits(c)), unboundDelayed: unbound.filter(waits) }
}

/** What the claims would get, or the reasons why the node will not do. */
export function findPodVolumes(
  claims: PodClaims,
  node: Node,
  volumes: AssumedVolumes,
  handle: Handle,
): PodVolumes | { readonly reasons: readonly string[] } {
  const reasons: string[] = []
  let missing = false
  for (const claim of claims.bound) {
    const volume = volumes.volume(claim.spec.volumeName!)
    if (!volume) missing = true
    else if (!fitsNode(volume, node)) reasons.push(NODE_CONFLICT)
    if (missing || reasons.length > 0) break
  }
  const found = claims.unboundDelayed.length === 0 ? NOTHING : findUnbound(claims.unboundDelayed, node, volumes, handle)
  if ('reason' in found) reasons.push(found.reason)
  if (missing) reasons.push(NO_VOLUME)
  return reasons.length > 0 || 'reason' in found ? { reasons } : found
}

const NOTHING: PodVolumes = { bindings: [], provisions: [] }

function findUnbound(
  claims: readonly PersistentVolumeClaim[],
  node: Node,
  volumes: AssumedVolumes,
  handle: Handle,
): PodVolumes | { readonly reason: string } {
  const selected = (claim: PersistentVolumeClaim) => claim.metadata.annotations?.[SELECTED_NODE]
  if (claims.some((c) => selected(c) !== undefined && selected(c) !== node.metadata.name)) return { reason: BIND_CONFLICT }
  const toProvision = claims.filter((c) => selected(c) !== undefined)
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = []
  const bySize = claims.filter((c) => selected(c) === undefined).sort((a, b) => compareQuantities(sizeOf(a), sizeOf(b)))
  for (const claim of bySize) {
    const taken = new Set(bindings.map((b) => b.volume.metadata.name!))
    const volume = findMatchingVolume(claim, volumes.volumes(), { node, taken })
    if (volume) bindings.push({ claim, volume })
    else toProvision.push(claim)
  }
  const provisions: Provision[] = []
  for (const claim of toProvision) {
    const found = provisionOf(claim, node, volumes, handle)
    if ('reason' in found) return found
    provisions.push(found)
  }
  return { bindings, provisions }
}

function provisionOf(
  claim: PersistentVolumeClaim,
  node: Node,
  volumes: AssumedVolumes,
  handle: Handle,
): Provision | { readonly reason: string } {
  const storageClass = volumes.storageClass(classOf(claim))
  if (!storageClass || !storageClass.provisioner || storageClass.provisioner === NOT_SUPPORTED) return { reason: BIND_CONFLICT }
  const { labels } = node.metadata
  const allowed = storageClass.allowedTopologies
  const matches = allowed?.some((term) =>
    (term.matchLabelExpressions ?? []).every(({ key, values }) => labels?.[key] !== undefined && values.includes(labels[key])),
  )
  if (allowed?.length && !matches) return { reason: BIND_CONFLICT }
  const driver = handle.lister('csidrivers').get('', storageClass.provisioner) as CsiDriver | undefined
  if (!driver?.spec.storageCapacity) return { claim, capacity: undefined }
  const capacity = capacityFor(claim, node, handle)
  return capacity ? { claim, capacity } : { reason: NOT_ENOUGH_SPACE }
}

/** Asked only of drivers that publish their capacity. */
function capacityFor(claim: PersistentVolumeClaim, node: Node, handle: Handle): StorageCapacity | undefined {
  for (const object of handle.lister('csistoragecapacities').values()) {
    const capacity = object as StorageCapacity
    const limit = volumeLimit(capacity)
    const selector = labelSelectorOf(capacity.nodeTopology)
    if (capacity.storageClassName !== classOf(claim) || !limit || compareQuantities(limit, sizeOf(claim)) < 0) continue
    if (selector && matchesLabels(selector, node.metadata.labels)) return capacity
  }
  return undefined
}
