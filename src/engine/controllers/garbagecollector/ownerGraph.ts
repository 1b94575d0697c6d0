// Who owns whom, by uid, as far as the watches have told: objects, and owners that are only named by what they own.
// Upstream: kubernetes pkg/controller/garbagecollector/{graph.go,graph_builder.go}

import type { ApiObject, OwnerReference } from '../../api/object'

export interface Identity {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export interface OwnedNode {
  identity: Identity
  owners: readonly OwnerReference[]
  readonly dependents: Set<OwnedNode>
  /** It has a deletionTimestamp. */
  beingDeleted: boolean
  /** Foreground: its dependents go first. */
  deletingDependents: boolean
  /** Orphaning: its dependents are to be let go. */
  orphaning: boolean
}

export class OwnerGraph {
  private readonly nodes = new Map<string, OwnedNode>()

  get(uid: string): OwnedNode | undefined {
    return this.nodes.get(uid)
  }

  /** Takes in an object's state; tells owners that were never seen and those that it has no longer. */
  take(object: ApiObject): { readonly node: OwnedNode; readonly unseen: readonly OwnedNode[]; readonly left: readonly OwnerReference[] } {
    const identity = identityOf(object)
    const owners = object.metadata.ownerReferences ?? []
    const node = this.nodes.get(identity.uid) ?? this.add(identity)
    node.identity = identity
    node.beingDeleted = object.metadata.deletionTimestamp !== undefined
    const unseen: OwnedNode[] = []
    const left = node.owners.filter(({ uid }) => !owners.some((o) => o.uid === uid))
    const unblocked = node.owners.filter(
      (was) => was.blockOwnerDeletion && owners.some((is) => is.uid === was.uid && !is.blockOwnerDeletion),
    )
    if (owners !== node.owners) {
      for (const { uid } of left) this.nodes.get(uid)?.dependents.delete(node)
      for (const owner of owners) {
        let known = this.nodes.get(owner.uid)
        if (!known) {
          // Named, never seen: whether it exists is asked of the server.
          known = this.add({ ...owner, namespace: identity.namespace })
          unseen.push(known)
        }
        known.dependents.add(node)
      }
      node.owners = owners
    }
    return { node, unseen, left: [...left, ...unblocked] }
  }

  remove(node: OwnedNode): void {
    this.nodes.delete(node.identity.uid)
    for (const { uid } of node.owners) this.nodes.get(uid)?.dependents.delete(node)
  }

  private add(identity: Identity): OwnedNode {
    const { apiVersion, kind, namespace, name, uid } = identity
    const node: OwnedNode = {
      identity: { apiVersion, kind, namespace, name, uid },
      owners: [],
      dependents: new Set(),
      beingDeleted: false,
      deletingDependents: false,
      orphaning: false,
    }
    this.nodes.set(uid, node)
    return node
  }
}

function identityOf({ apiVersion = '', kind = '', metadata }: ApiObject): Identity {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' }
}
