// Deletes what nobody owns any more, in the way that the owner's deletion asked for: after it (background), before it (foreground), or not (orphan).
// Does nothing before it has heard of all that there is: who would orphan what it does not know of lets it be deleted.
// Upstream: kubernetes pkg/controller/garbagecollector/{garbagecollector,graph_builder}.go

import type { ApiObject, OwnerReference } from '../../api/object'
import { Recent } from '../../base/recent'
import { bodyOf } from '../../client/answers'
import { EventRecorder } from '../../client/eventRecorder'
import { read } from '../../client/requests'
import { ask, sideBySide, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { alternative, identityKey, namedBy, partition, printedIdentity, sameIdentity, type Identity, type OwnedNode } from './identities'
import { Monitors } from './monitors'
import { deleteObject, deleteOwnerReferences, removeFinalizer, unblockOwnerReferences } from './operations'
import { OwnerGraph } from './ownerGraph'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'
/** `--concurrent-gc-syncs`. */
const OPTIONS = { workers: 20, held: true }
/** Owners that are known to be gone. */
const ABSENT = 500
/** Before the uid of an owner that was only named when it came into the queue. */
const UNSEEN = '?'

export const garbageCollector: StartController = ({ io, client, informers }) => {
  const graph = new OwnerGraph()
  const absent = new Recent<string, true>(ABSENT)
  const events = new EventRecorder(io, client, { component: 'garbage-collector-controller' })
  const monitors = new Monitors(io, client, informers, {
    add: observed,
    update: observed,
    delete: ({ metadata }) => {
      const node = graph.get(metadata.uid!)
      if (node) gone(node)
    },
  })
  const toDelete = syncQueue(io, client, attemptToDelete, OPTIONS)
  const toOrphan = syncQueue(io, client, attemptToOrphan, OPTIONS)
  monitors.start(() => {
    toDelete.start()
    toOrphan.start()
  })

  // ---- what the watches tell -------------------------------------------------------------------------------------------

  const lookAt = ({ identity }: OwnedNode) => toDelete.add(identity.uid)

  function observed(object: ApiObject): void {
    const { node, unseen, left, doubtful, misplaced } = graph.take(object)
    for (const { node: dependent, owner } of misplaced) noteMisplaced(dependent, owner)
    doubtful.forEach(lookAt)
    for (const { identity } of unseen) toDelete.add(UNSEEN + identity.uid)
    for (const { uid } of left) if (graph.get(uid)) toDelete.add(uid)
    if (!node.beingDeleted) return
    const finalizers = object.metadata.finalizers ?? []
    if (finalizers.includes(ORPHAN) && !node.orphaning) {
      node.orphaning = true
      toOrphan.add(node.identity.uid)
    }
    if (finalizers.includes(FOREGROUND) && !node.deletingDependents) {
      node.deletingDependents = true
      node.dependents.forEach(lookAt)
      lookAt(node)
    }
  }

  function noteMisplaced({ identity: { apiVersion, kind, namespace, name, uid } }: OwnedNode, owner: Identity): void {
    const message = `ownerRef ${printedIdentity(owner)} does not exist in namespace "${namespace}"`
    events.event({ kind, apiVersion, metadata: { namespace, name, uid } }, { type: 'Warning', reason: 'OwnerRefInvalidNamespace', message })
  }

  function gone(node: OwnedNode): void {
    graph.remove(node)
    if (node.dependents.size > 0) absent.add(identityKey(node.identity), true)
    node.dependents.forEach(lookAt)
    for (const { uid } of node.owners) if (graph.get(uid)?.deletingDependents) toDelete.add(uid)
  }

  /** The server has nothing under this name: so says who asked, not a watch. Others may name the same uid otherwise. */
  function notThere(tried: Identity): void {
    const node = graph.get(tried.uid)
    if (!node) return
    const { matching, others } = partition(node.dependents, tried)
    const isAsTried = sameIdentity(node.identity, tried)
    if (node.observed ? isAsTried : others.length === 0) return gone(node)
    if (matching.length > 0) absent.add(identityKey(tried), true)
    matching.forEach(lookAt)
    const other = !node.observed && isAsTried ? alternative(others, tried) : undefined
    if (!other) return
    node.identity = other
    toDelete.addRateLimited(UNSEEN + tried.uid)
  }

  // ---- deleting --------------------------------------------------------------------------------------------------------

  function* attemptToDelete(key: string): Sync<Outcome> {
    const wasUnseen = key.startsWith(UNSEEN)
    const uid = wasUnseen ? key.slice(UNSEEN.length) : key
    const node = graph.get(uid)
    if (!node || (wasUnseen && node.observed) || (node.beingDeleted && !node.deletingDependents)) return 'done'
    const { identity } = node
    const path = monitors.pathTo(identity)
    // Of a kind that is not served, or not yet: it is asked for again.
    if (!path) return 'failed'
    // Named by something that has no namespace itself, which cannot be right.
    if (identity.namespace === '' && monitors.isNamespaced(identity)) return 'done'
    const answer = yield* ask(read(path))
    const latest = bodyOf<ApiObject>(answer)
    if (answer.status === 404 || (latest && latest.metadata.uid !== uid)) {
      notThere(identity)
      return 'done'
    }
    if (!latest) return 'failed'
    const outcome = yield* node.deletingDependents ? deleteDependentsFirst(node, path) : deleteIfUnowned(node, path, latest)
    return node.observed ? outcome : 'failed'
  }

  /** An owner that is deleted in the foreground goes when nothing that blocks it is left. */
  function* deleteDependentsFirst(node: OwnedNode, path: string): Sync<Outcome> {
    const blocking = [...node.dependents].filter((d) => d.owners.some((o) => o.uid === node.identity.uid && o.blockOwnerDeletion))
    if (blocking.length === 0) return yield* removeFinalizer(path, FOREGROUND)
    for (const dependent of blocking) if (!dependent.deletingDependents) lookAt(dependent)
    return 'done'
  }

  function* deleteIfUnowned(node: OwnedNode, path: string, latest: ApiObject): Sync<Outcome> {
    const owners = latest.metadata.ownerReferences ?? []
    if (owners.length === 0) return 'done'
    const classes = yield* classify(owners, node.identity.namespace)
    if (classes === 'done' || classes === 'failed') return classes
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

  /**
   * Solid owners exist, dangling ones do not, waiting ones are themselves being deleted in the foreground. `done`: something without a namespace
   * names an owner that has one, of which nobody can say whether it exists.
   */
  function* classify(owners: readonly OwnerReference[], namespace: string): Sync<OwnerClasses | 'done' | 'failed'> {
    const classes: OwnerClasses = { solid: [], dangling: [], waiting: [] }
    for (const owner of owners) {
      const [bare, placed] = [namedBy(owner, ''), namedBy(owner, namespace)]
      if (absent.get(identityKey(bare)) || absent.get(identityKey(placed))) {
        classes.dangling.push(owner)
        continue
      }
      const path = monitors.pathTo(placed)
      // A kind that is not served: its objects may come back with it, so nothing is deleted for their sake.
      if (!path) return 'failed'
      const namespaced = monitors.isNamespaced(owner)
      if (namespaced && namespace === '') return 'done'
      const answer = yield* ask(read(path))
      const found = bodyOf<ApiObject>(answer)
      if (answer.status === 404 || (found && found.metadata.uid !== owner.uid)) {
        absent.add(identityKey(namespaced ? placed : bare), true)
        classes.dangling.push(owner)
      } else if (!found) return 'failed'
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
    const letGo = ({ identity }: OwnedNode) => {
      const at = monitors.pathTo(identity)
      return at ? [deleteOwnerReferences(at, identity.uid, [node.identity])] : []
    }
    const outcomes = yield* sideBySide([...node.dependents].flatMap(letGo))
    return outcomes.includes('failed') ? 'failed' : yield* removeFinalizer(path, ORPHAN)
  }
}

interface OwnerClasses {
  readonly solid: OwnerReference[]
  readonly dangling: OwnerReference[]
  readonly waiting: OwnerReference[]
}
