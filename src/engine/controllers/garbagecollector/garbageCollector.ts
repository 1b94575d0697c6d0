// Deletes what nobody owns any more, in the way that the owner's deletion asked for: after it (background), before it (foreground), or not (orphan).
// Does nothing before it has heard of all that there is: who would orphan what it does not know of lets it be deleted.
// Leaves out: the Event about an owner that is named in another namespace.
// Upstream: kubernetes pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go

import type { ApiObject, OwnerReference } from '../../api/object'
import { bodyOf } from '../../client/answers'
import { read } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { Monitors } from './monitors'
import { deleteObject, deleteOwnerReferences, removeFinalizer, unblockOwnerReferences } from './operations'
import { OwnerGraph, type OwnedNode } from './ownerGraph'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'

export const garbageCollector: StartController = (io, client, _shared, _options, informers) => {
  const graph = new OwnerGraph()
  const monitors = new Monitors(io, client, informers, {
    add: observed,
    update: observed,
    delete: ({ metadata }) => gone(graph.get(metadata.uid!)),
  })
  const toDelete = syncQueue(io, client, attemptToDelete, { held: true })
  const toOrphan = syncQueue(io, client, attemptToOrphan, { held: true })
  monitors.start(() => {
    toDelete.start()
    toOrphan.start()
  })

  // ---- what the watches tell -------------------------------------------------------------------------------------------

  function observed(object: ApiObject): void {
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

  function gone(node: OwnedNode | undefined): void {
    if (!node) return
    graph.remove(node)
    for (const dependent of node.dependents) toDelete.add(dependent.identity.uid)
    for (const { uid } of node.owners) if (graph.get(uid)?.deletingDependents) toDelete.add(uid)
  }

  // ---- deleting --------------------------------------------------------------------------------------------------------

  function* attemptToDelete(uid: string): Sync<Outcome> {
    const node = graph.get(uid)
    if (!node || (node.beingDeleted && !node.deletingDependents)) return 'done'
    const path = monitors.pathTo(node.identity)
    if (!path) return 'done'
    const answer = yield* ask(read(path))
    const latest = bodyOf<ApiObject>(answer)
    if (answer.status === 404 || (latest && latest.metadata.uid !== uid)) {
      gone(node)
      return 'done'
    }
    if (!latest) return 'failed'
    if (node.deletingDependents) return yield* deleteDependentsFirst(node, path)
    return yield* deleteIfUnowned(node, path, latest)
  }

  /** An owner that is deleted in the foreground goes when nothing that blocks it is left. */
  function* deleteDependentsFirst(node: OwnedNode, path: string): Sync<Outcome> {
    const blocking = [...node.dependents].filter((d) => d.owners.some((o) => o.uid === node.identity.uid && o.blockOwnerDeletion))
    if (blocking.length === 0) return yield* removeFinalizer(path, FOREGROUND)
    for (const dependent of blocking) if (!dependent.deletingDependents) toDelete.add(dependent.identity.uid)
    return 'done'
  }

  function* deleteIfUnowned(node: OwnedNode, path: string, latest: ApiObject): Sync<Outcome> {
    const owners = latest.metadata.ownerReferences ?? []
    if (owners.length === 0) return 'done'
    const classes = yield* classify(owners, node.identity.namespace)
    if (!classes) return 'failed'
    const { solid, dangling, waiting } = classes
    if (solid.length > 0) {
      const lost = [...dangling, ...waiting]
      return lost.length === 0 ? 'done' : yield* deleteOwnerReferences(path, node.identity.uid, lost)
    }
    if (waiting.length > 0 && node.dependents.size > 0) {
      // They may own each other in a circle, in which each would wait for the next.
      const isInCircle = [...node.dependents].some((dependent) => dependent.deletingDependents)
      if (isInCircle && (yield* unblockOwnerReferences(path, node.identity.uid, node.owners)) === 'failed') return 'failed'
      return yield* deleteObject(path, latest, 'Foreground')
    }
    const finalizers = latest.metadata.finalizers ?? []
    const policy = finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background'
    return yield* deleteObject(path, latest, policy)
  }

  /** Solid owners exist, dangling ones do not, waiting ones are themselves being deleted in the foreground. */
  function* classify(owners: readonly OwnerReference[], namespace: string): Sync<OwnerClasses | null> {
    const classes: OwnerClasses = { solid: [], dangling: [], waiting: [] }
    for (const owner of owners) {
      const path = monitors.pathTo({ ...owner, namespace })
      // A kind that is not served: its objects may come back with it, so nothing is deleted for their sake.
      if (!path) return null
      const answer = yield* ask(read(path))
      const found = bodyOf<ApiObject>(answer)
      if (answer.status === 404 || (found && found.metadata.uid !== owner.uid)) classes.dangling.push(owner)
      else if (!found) return null
      else if (found.metadata.deletionTimestamp && found.metadata.finalizers?.includes(FOREGROUND)) classes.waiting.push(owner)
      else classes.solid.push(owner)
    }
    return classes
  }

  // ---- orphaning -------------------------------------------------------------------------------------------------------

  function* attemptToOrphan(uid: string): Sync<Outcome> {
    const node = graph.get(uid)
    const path = node && monitors.pathTo(node.identity)
    if (!path) return 'done'
    for (const { identity } of node.dependents) {
      const at = monitors.pathTo(identity)
      if (at && (yield* deleteOwnerReferences(at, identity.uid, [node.identity])) === 'failed') return 'failed'
    }
    return yield* removeFinalizer(path, ORPHAN)
  }
}

interface OwnerClasses {
  readonly solid: OwnerReference[]
  readonly dangling: OwnerReference[]
  readonly waiting: OwnerReference[]
}
