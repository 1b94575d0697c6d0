// Claims that are bound must be reachable from the node; claims that wait for their first consumer are bound, or handed to the provisioner,
// once a node is chosen: before the Pod is. Of several nodes the one whose storage would be emptier is better.
// Upstream: kubernetes pkg/scheduler/framework/plugins/volumebinding/volume_binding.go

import { equalJson } from '../../base/equal'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../../api/object'
import {
  SELECTED_NODE,
  withAnnotations,
  boundTo,
  claimsOf,
  notMadeFor,
  wasMadeFor,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '../../api/kinds/persistentvolume/persistentVolumes'
import { compareQuantities } from '../../api/scalars/quantity'
import { replace } from '../../client/requests'
import { stateKey, type StateData } from '../framework/cycleState'
import { Action, type ClusterEvent } from '../framework/events'
import type { Handle, WatchedResource } from '../framework/handle'
import { failed, unresolvable, type Done, type Plugin } from '../framework/interface'
import { AssumedVolumes } from '../volumes/assumedVolumes'
import { isFullyBound, isOwnClaim, notFound, volumeLimit, type CsiDriver, type StorageCapacity } from '../volumes/claims'
import { storageScore } from '../volumes/storageScore'
import { findPodVolumes, podClaims, type PodClaims, type PodVolumes } from '../volumes/volumeBinder'

const POLL = 1000
/** VolumeBindingArgs.bindTimeoutSeconds, in rounds of POLL. */
const MAX_POLLS = 600

interface Cycle extends StateData {
  readonly claims: PodClaims
  readonly byNode: Map<string, PodVolumes>
}

const STATE = stateKey<Cycle>('VolumeBinding')

/** What Reserve has set aside for one Pod. */
interface Reserved {
  readonly volumes: readonly PersistentVolume[]
  readonly claims: readonly PersistentVolumeClaim[]
  readonly toBind: readonly PersistentVolumeClaim[]
}

export function createVolumeBinding(handle: Handle): Plugin {
  const known = new AssumedVolumes(handle)
  const reserved = new Map<string, Reserved>()
  return {
    name: 'VolumeBinding',
    weight: 1,
    preFilter(state, pod) {
      if (claimsOf(pod).length === 0) return 'skip'
      const wrong = whyClaimsAreNotReady(pod, known)
      if (wrong) return unresolvable(wrong)
      const claims = podClaims(pod, known)
      if (claims.unboundImmediate.length > 0) return unresolvable('pod has unbound immediate PersistentVolumeClaims')
      state.write(STATE, { claims, byNode: new Map() })
      return null
    },
    filter(state, _pod, node) {
      const { claims, byNode } = state.read(STATE)
      const found = findPodVolumes(claims, node.node, known, handle)
      if ('reasons' in found) return unresolvable(...found.reasons)
      byNode.set(node.name, found)
      return null
    },
    preScore: (state) => (state.find(STATE) ? null : 'skip'),
    score(state, _pod, { name }) {
      const found = state.read(STATE).byNode.get(name)
      return found ? storageScore(found) : 0
    },
    reserve(state, pod, node) {
      const found = state.find(STATE)?.byNode.get(node)
      if (!found || (found.bindings.length === 0 && found.provisions.length === 0)) return null
      const volumes = found.bindings.map(({ volume, claim }) => boundTo(volume, claim))
      const claims = found.provisions.map(({ claim }) => withAnnotations(claim, { [SELECTED_NODE]: node }))
      for (const volume of volumes) known.assume('persistentvolumes', volume)
      for (const claim of claims) known.assume('persistentvolumeclaims', claim)
      reserved.set(pod.metadata.uid!, { volumes, claims, toBind: found.bindings.map((b) => b.claim) })
      return null
    },
    unreserve(_state, pod) {
      const set = reserved.get(pod.metadata.uid!)
      if (!set) return
      for (const volume of set.volumes) known.revert('persistentvolumes', volume)
      for (const claim of set.claims) known.revert('persistentvolumeclaims', claim)
      reserved.delete(pod.metadata.uid!)
    },
    preBindPreFlight: (_state, pod) => (reserved.has(pod.metadata.uid!) ? null : 'skip'),
    preBind(_state, pod, _node, done) {
      const set = reserved.get(pod.metadata.uid!)
      if (!set) return done(null)
      const writes = [
        ...set.volumes.map((volume) => ['persistentvolumes', volume] as const),
        ...set.claims.map((claim) => ['persistentvolumeclaims', claim] as const),
      ]
      writeAll(writes, handle, (error) => {
        if (error) return done(failed(error))
        waitUntilBound(pod, set, handle, MAX_POLLS, (status) => {
          if (!status) reserved.delete(pod.metadata.uid!)
          done(status)
        })
      })
    },
    events: [
      {
        resource: 'StorageClass',
        actions: Action.Add | Action.Update,
        helps: (_pod, { old, new: now }) => !old || !same(topologiesOf(old), topologiesOf(now)),
      },
      { resource: 'PersistentVolumeClaim', actions: Action.Add | Action.Update, helps: isOwnClaim },
      { resource: 'PersistentVolume', actions: Action.Add | Action.Update },
      { resource: 'Node', actions: Action.Add | Action.NodeLabel },
      { resource: 'CSINode', actions: Action.Add | Action.Update, helps: (_pod, { old }) => !old },
      { resource: 'CSIDriver', actions: Action.Update, helps: driverChangeHelps },
      { resource: 'CSIStorageCapacity', actions: Action.Add | Action.Update, helps: (_pod, event) => capacityGrew(event) },
    ],
  }
}

function whyClaimsAreNotReady(pod: Pod, known: AssumedVolumes): string | null {
  const namespace = pod.metadata.namespace!
  for (const { name, ephemeral } of claimsOf(pod)) {
    const claim = known.claim(namespace, name)
    if (!claim)
      return ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : notFound('persistentvolumeclaim', name)
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`
    if (ephemeral && !wasMadeFor(pod, claim)) return notMadeFor(pod, name)
  }
  return null
}

function writeAll(writes: readonly (readonly [WatchedResource, ApiObject])[], handle: Handle, done: (error: string | null) => void): void {
  const [first, ...rest] = writes
  if (!first) return done(null)
  const [resource, object] = first
  const { namespace, name } = object.metadata
  const path = namespace ? `/api/v1/namespaces/${namespace}/${resource}/${name}` : `/api/v1/${resource}/${name}`
  handle.request(replace(path, object), (response) => {
    if (response.status === 200) return writeAll(rest, handle, done)
    done('error' in response ? response.error : ((response.body as { message?: string } | undefined)?.message ?? ''))
  })
}

/** The volume controller, or the provisioner, binds; it is looked at every second, for ten minutes. */
function waitUntilBound(pod: Pod, set: Reserved, handle: Handle, polls: number, done: Done): void {
  handle.later(POLL, () => {
    const found = checkBindings(pod, set, handle)
    if (found === 'bound') done(null)
    else if (found !== 'waiting') done(failed(`binding volumes: ${found.error}`))
    else if (polls <= 1) done(failed('binding volumes: context deadline exceeded'))
    else waitUntilBound(pod, set, handle, polls - 1, done)
  })
}

function checkBindings(
  { metadata, spec }: Pod,
  { toBind, claims }: Reserved,
  handle: Handle,
): 'bound' | 'waiting' | { readonly error: string } {
  const lister = handle.lister('persistentvolumeclaims')
  const latest = (claim: PersistentVolumeClaim) =>
    lister.get(claim.metadata.namespace!, claim.metadata.name!) as PersistentVolumeClaim | undefined
  const missing = ({ metadata: { namespace, name } }: PersistentVolumeClaim) =>
    `could not find v1.PersistentVolumeClaim "${namespace}/${name}"`
  if (!handle.pod(metadata.namespace!, metadata.name!)) return { error: `pod does not exist any more: ${notFound('pod', metadata.name!)}` }
  for (const claim of toBind) {
    const now = latest(claim)
    if (!now) return { error: `failed to check binding: ${missing(claim)}` }
    if (!isFullyBound(now)) return 'waiting'
  }
  for (const claim of claims) {
    const now = latest(claim)
    if (!now) return { error: `failed to check provisioning pvc: ${missing(claim)}` }
    // A provisioner that fails takes the annotation away.
    if (now.metadata.annotations?.[SELECTED_NODE] !== spec.nodeName) return { error: `provisioning failed for PVC "${now.metadata.name}"` }
    if (!isFullyBound(now)) return 'waiting'
  }
  return 'bound'
}

/** A driver of the Pod's inline volumes that no longer asks for its capacity to be looked at. */
function driverChangeHelps({ spec }: Pod, { old, new: now }: ClusterEvent): boolean {
  const asks = (driver: ApiObject | undefined) => (driver as CsiDriver).spec.storageCapacity
  const isUsed = (spec.volumes ?? []).some(({ csi }) => (csi as { readonly driver: string } | undefined)?.driver === now?.metadata.name)
  return isUsed && !!asks(old) && !asks(now)
}

function capacityGrew({ old, new: now }: ClusterEvent): boolean {
  const [before, after] = [old, now].map((capacity) => capacity && volumeLimit(capacity as StorageCapacity))
  return !old || (after !== undefined && (before === undefined || compareQuantities(after, before) > 0))
}

const topologiesOf = (object: ApiObject | undefined) => (object as StorageClass | undefined)?.allowedTopologies
const same = (a: unknown, b: unknown) => equalJson(a as JsonObject | undefined, b as JsonObject | undefined)
