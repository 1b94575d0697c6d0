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
import type { Handle } from '../framework/handle'
import { failed, unresolvable, type Done, type Plugin } from '../framework/interface'
import { AssumedVolumes } from '../volumes/assumedVolumes'
import { checkBindings, type Written } from '../volumes/bindingCheck'
import { isOwnClaim, notFound, volumeLimit, type CsiDriver, type StorageCapacity } from '../volumes/claims'
import { storageScore } from '../volumes/storageScore'
import { findPodVolumes, podClaims, type PodClaims, type PodVolumes } from '../volumes/volumeBinder'

/** The in-tree plugins whose volumes a CSI driver serves on the node. */
const MIGRATED = 'storage.alpha.kubernetes.io/migrated-plugins'
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
      // Not any more once it was unreserved, for another Pod's sake.
      const isWanted = () => reserved.get(pod.metadata.uid!) === set
      writeAll(set, isWanted, handle, (written) => {
        if ('error' in written) return done(failed(written.error))
        waitUntilBound(pod, written, isWanted, handle, MAX_POLLS, (status) => {
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
      {
        resource: 'CSINode',
        actions: Action.Add | Action.Update,
        helps: (_pod, { old, new: now }) => !old || old.metadata.annotations?.[MIGRATED] !== now?.metadata.annotations?.[MIGRATED],
      },
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

/** Writes one after the other. What comes back is newer than what the watch may still show. */
function writeAll(
  set: Reserved,
  isWanted: () => boolean,
  handle: Handle,
  done: (written: Written | { readonly error: string }) => void,
): void {
  const volumes: PersistentVolume[] = []
  const provisions: PersistentVolumeClaim[] = []
  const next = (): void => {
    const volume = set.volumes[volumes.length]
    if (volume)
      return write(`/api/v1/persistentvolumes/${volume.metadata.name}`, volume, (answer) => volumes.push(answer as PersistentVolume))
    const claim = set.claims[provisions.length]
    if (!claim) return done({ bindings: volumes.map((volume, i) => ({ volume, claim: set.toBind[i]! })), provisions })
    const { namespace, name } = claim.metadata
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`
    write(path, claim, (answer) => provisions.push(answer as PersistentVolumeClaim))
  }
  const write = (path: string, object: ApiObject, keep: (answer: ApiObject) => void): void =>
    handle.request(replace(path, object), (response) => {
      if (!isWanted()) return
      if ('error' in response) return done({ error: response.error })
      if (response.status !== 200) return done({ error: messageOf(response.body) })
      keep(response.body as unknown as ApiObject)
      next()
    })
  next()
}

const messageOf = (body: unknown) => (body as { readonly message?: string } | undefined)?.message ?? ''

/** The volume controller, or the provisioner, binds; it is looked at every second, for ten minutes. */
function waitUntilBound(pod: Pod, written: Written, isWanted: () => boolean, handle: Handle, polls: number, done: Done): void {
  handle.later(POLL, () => {
    if (!isWanted()) return
    const found = checkBindings(pod, written, handle)
    if (found === 'bound') done(null)
    else if (found !== 'waiting') done(failed(`binding volumes: ${found.error}`))
    else if (polls <= 1) done(failed('binding volumes: context deadline exceeded'))
    else waitUntilBound(pod, written, isWanted, handle, polls - 1, done)
  })
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
