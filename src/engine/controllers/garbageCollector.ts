// Deletes what nobody owns any more, in the way that the owner's deletion asked for: after it (background), before it (foreground), or not (orphan).
// Watches every kind that can be deleted; looks again at what is served when a CustomResourceDefinition changes (upstream: every 30 s). Does
// nothing before it has heard of all that there is: who would orphan what it does not know of lets it be deleted.
// Leaves out: metadata-only watches, owners across namespaces that are let stand with an Event.
// Upstream: kubernetes pkg/controller/garbagecollector/{garbagecollector.go,operations.go,patch.go}

import { parseGroupVersion, type ApiObject, type OwnerReference } from '../api/object'
import { discover, pathOf, type ServedResource } from '../client/discovery'
import {
  bodyOf,
  mergePatch,
  perform,
  read,
  remove,
  strategicPatch,
  syncQueue,
  type Answered,
  type Outcome,
  type Sync,
} from '../client/sync'
import { whenSynced } from '../client/sharedInformer'
import type { StartController } from './controller'
import { OwnerGraph, type Identity, type OwnedNode } from './ownerGraph'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'
const RETRY = 5000
/** Milliseconds after which it begins, though not all kinds have been heard of. */
const SYNC_TIMEOUT = 60_000
/** Upstream's default: kinds that come and go too fast to be worth it. */
const IGNORED = new Set(['events', 'events.k8s.io'])

export const garbageCollector: StartController = (io, client, _shared, _options, informers) => {
  const graph = new OwnerGraph()
  /** By `<group>/<kind>`: references name kinds, requests resources. */
  const served = new Map<string, ServedResource>()
  const watched = new Set<string>()

  const pathTo = ({ apiVersion, kind, namespace, name }: Identity | (OwnerReference & { namespace: string })): string | null => {
    const resource = served.get(`${parseGroupVersion(apiVersion).group}/${kind}`)
    return resource ? pathOf(resource, resource.namespaced ? namespace : '', name) : null
  }

  // ---- what the watches tell -------------------------------------------------------------------------------------------

  const heard = (object: ApiObject) => {
    const { node, unseen, left } = graph.take(object)
    for (const owner of unseen) toDelete.add(owner.identity.uid)
    for (const { uid } of left) if (graph.get(uid)?.deletingDependents) toDelete.add(uid)
    if (!node.beingDeleted) return
    const finalizers = object.metadata.finalizers ?? []
    if (finalizers.includes(ORPHAN) && !node.orphaning) {
      node.orphaning = true
      toOrphan.add(node.identity.uid)
    }
    if (finalizers.includes(FOREGROUND) && !node.deletingDependents) {
      node.deletingDependents = true
      for (const dependent of node.dependents) toDelete.add(dependent.identity.uid)
      toDelete.add(node.identity.uid)
    }
  }
  const gone = (node: OwnedNode | undefined) => {
    if (!node) return
    graph.remove(node)
    for (const dependent of node.dependents) toDelete.add(dependent.identity.uid)
    for (const { uid } of node.owners) if (graph.get(uid)?.deletingDependents) toDelete.add(uid)
  }

  // ---- deleting --------------------------------------------------------------------------------------------------------

  const toDelete = syncQueue(io, client, attemptToDelete, { held: true })
  function* attemptToDelete(uid: string): Sync<Outcome> {
    const node = graph.get(uid)
    if (!node || (node.beingDeleted && !node.deletingDependents)) return 'done'
    const path = pathTo(node.identity)
    if (!path) return 'done'
    const answer = yield read(path)
    const latest = bodyOf<ApiObject>(answer)
    if (answer.status === 404 || (latest && latest.metadata.uid !== uid)) {
      gone(node)
      return 'done'
    }
    if (!latest) return 'failed'
    if (node.deletingDependents) return yield* dependentsFirst(node, path)
    const owners = latest.metadata.ownerReferences ?? []
    if (owners.length === 0) return 'done'
    const sorted = yield* classified(owners, node.identity.namespace)
    if (!sorted) return 'failed'
    const { solid, dangling, waiting } = sorted
    if (solid.length > 0) {
      if (dangling.length + waiting.length === 0) return 'done'
      return yield* letGo(path, uid, [...dangling, ...waiting])
    }
    if (waiting.length > 0 && node.dependents.size > 0) return yield* deleted(node, path, latest, 'Foreground')
    const finalizers = latest.metadata.finalizers ?? []
    const policy = finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background'
    return yield* deleted(node, path, latest, policy)
  }

  /** Solid owners exist, dangling ones do not, waiting ones are themselves being deleted in the foreground. */
  function* classified(owners: readonly OwnerReference[], namespace: string) {
    const sorted = { solid: [] as OwnerReference[], dangling: [] as OwnerReference[], waiting: [] as OwnerReference[] }
    for (const owner of owners) {
      const path = pathTo({ ...owner, namespace })
      // A kind that is not served: its objects may come back with it, so nothing is deleted for their sake.
      if (!path) return null
      const answer = yield* reading(path)
      const found = bodyOf<ApiObject>(answer)
      if (answer.status === 404 || (found && found.metadata.uid !== owner.uid)) sorted.dangling.push(owner)
      else if (!found) return null
      else if (found.metadata.deletionTimestamp && found.metadata.finalizers?.includes(FOREGROUND)) sorted.waiting.push(owner)
      else sorted.solid.push(owner)
    }
    return sorted
  }

  /** An owner that is deleted in the foreground goes when nothing that blocks it is left. */
  function* dependentsFirst(node: OwnedNode, path: string): Sync<Outcome> {
    const blocking = [...node.dependents].filter((d) => d.owners.some((o) => o.uid === node.identity.uid && o.blockOwnerDeletion))
    if (blocking.length === 0) return yield* withoutFinalizer(path, FOREGROUND)
    for (const dependent of blocking) if (!dependent.deletingDependents) toDelete.add(dependent.identity.uid)
    return 'done'
  }

  // ---- orphaning -------------------------------------------------------------------------------------------------------

  const toOrphan = syncQueue(io, client, attemptToOrphan, { held: true })
  function* attemptToOrphan(uid: string): Sync<Outcome> {
    const node = graph.get(uid)
    const path = node && pathTo(node.identity)
    if (!path) return 'done'
    for (const dependent of node.dependents) {
      const at = pathTo(dependent.identity)
      if (at && (yield* letGo(at, dependent.identity.uid, [node.identity])) === 'failed') return 'failed'
    }
    return yield* withoutFinalizer(path, ORPHAN)
  }

  // ---- which kinds -----------------------------------------------------------------------------------------------------

  let begun = false
  const begin = () => {
    toDelete.start()
    toOrphan.start()
  }
  const resync = () =>
    perform(client, discover(), (kinds) => {
      if (!kinds) {
        io.after(RETRY, resync, { background: true })
        return
      }
      served.clear()
      for (const kind of kinds) served.set(`${kind.group}/${kind.kind}`, kind)
      const paths = new Set(kinds.map((kind) => pathOf(kind)))
      for (const path of watched)
        if (!paths.has(path)) {
          watched.delete(path)
          informers.drop(path)
        }
      for (const kind of kinds) {
        const path = pathOf(kind)
        if (watched.has(path) || !deletable(kind)) continue
        watched.add(path)
        informers.of(path).listen({ add: heard, update: heard, delete: ({ metadata }) => gone(graph.get(metadata.uid!)) })
      }
      if (begun) return
      begun = true
      whenSynced(
        [...watched].map((path) => informers.of(path)),
        begin,
      )
      io.after(SYNC_TIMEOUT, begin, { background: true })
    })
  informers.of('/apis/apiextensions.k8s.io/v1/customresourcedefinitions').listen({ update: resync, delete: resync })
  resync()
}

function deletable({ group, resource, verbs }: ServedResource): boolean {
  return ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb)) && !(resource === 'events' && IGNORED.has(group || resource))
}

function* reading(path: string): Sync<Answered> {
  return yield read(path)
}

/** Deletes exactly what was looked at: by uid and revision, or, when it changed but for its owners, by uid. */
function* deleted({ identity: { uid } }: OwnedNode, path: string, latest: ApiObject, propagationPolicy: string): Sync<Outcome> {
  const { resourceVersion, ownerReferences } = latest.metadata
  const first = yield remove(path, { propagationPolicy, preconditions: { uid, resourceVersion } })
  if (first.status !== 409) return ended(first.status)
  const now = bodyOf<ApiObject>(yield read(path))
  if (!now || now.metadata.uid !== uid) return 'done'
  if (JSON.stringify(now.metadata.ownerReferences) !== JSON.stringify(ownerReferences)) return 'failed'
  return ended((yield remove(path, { propagationPolicy, preconditions: { uid } })).status)
}

/** Takes owners off a dependent. */
function* letGo(path: string, uid: string, owners: readonly { readonly uid: string }[]): Sync<Outcome> {
  const ownerReferences = owners.map((owner) => ({ $patch: 'delete', uid: owner.uid }))
  const { status } = yield strategicPatch(path, { metadata: { uid, ownerReferences } })
  if (status !== 415) return ended(status)
  // A custom resource has no strategic merge: its whole list is written.
  const found = bodyOf<ApiObject>(yield read(path))
  if (!found) return 'failed'
  const kept = (found.metadata.ownerReferences ?? []).filter((o) => !owners.some((owner) => owner.uid === o.uid))
  const { resourceVersion } = found.metadata
  return ended((yield mergePatch(path, { metadata: { resourceVersion, ownerReferences: kept.length > 0 ? kept : null } })).status)
}

function* withoutFinalizer(path: string, finalizer: string): Sync<Outcome> {
  for (;;) {
    const answer = yield read(path)
    const latest = bodyOf<ApiObject>(answer)
    if (!latest) return ended(answer.status)
    const have = latest.metadata.finalizers ?? []
    if (!have.includes(finalizer)) return 'done'
    const finalizers = have.filter((f) => f !== finalizer)
    const { resourceVersion } = latest.metadata
    const { status } = yield mergePatch(path, { metadata: { resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null } })
    if (status !== 409) return ended(status)
  }
}

const ended = (status: number): Outcome => (status === 200 || status === 202 || status === 404 ? 'done' : 'failed')
