// Who owns whom, by uid, as far as the watches have told: objects, and owners that are only named by what they own.
// Upstream: kubernetes pkg/controller/garbagecollector/{graph.go,graph_builder.go}

import type { ApiObject, OwnerReference } from '../../api/object'
import { isElsewhere, namedBy, namesIt, partition, type Identity, type OwnedNode } from './identities'

/** What follows from an object's state. */
interface Taken {
  readonly node: OwnedNode
  /** Owners that were never seen. */
  readonly unseen: readonly OwnedNode[]
  /** Owners that it held up and does not any longer. */
  readonly left: readonly OwnerReference[]
  /** Objects that name an owner as something that it may not be. */
  readonly doubtful: readonly OwnedNode[]
  /** Objects whose owner is in another namespace, and how they name it. */
  readonly misplaced: readonly { readonly node: OwnedNode; readonly owner: Identity }[]
}

/** What those own that own nothing, which are most: nothing is ever added to it. */
const NOBODY = new Set<OwnedNode>()

export class OwnerGraph {
  private readonly nodes = new Map<string, OwnedNode>()

  get(uid: string): OwnedNode | undefined {
    return this.nodes.get(uid)
  }

  take(object: ApiObject): Taken {
    const identity = identityOf(object)
    const owners = object.metadata.ownerReferences ?? []
    const node = this.nodes.get(identity.uid) ?? this.add(identity)
    const doubtful = node.observed ? [] : partition(node.dependents, identity).others
    const misplaced = doubtful
      .filter((dependent) => isElsewhere(identity, dependent))
      .map((dependent) => ({ node: dependent, owner: identity }))
    node.identity = identity
    node.observed = true
    node.beingDeleted = object.metadata.deletionTimestamp !== undefined
    const before = node.owners
    const left = before.filter(({ uid }) => !owners.some((o) => o.uid === uid))
    const unblocked = before.filter((was) => was.blockOwnerDeletion && owners.some((is) => is.uid === was.uid && !is.blockOwnerDeletion))
    const unseen: OwnedNode[] = []
    if (owners !== before) {
      node.owners = owners
      for (const { uid } of left) this.nodes.get(uid)?.dependents.delete(node)
      const added = owners.filter(({ uid }) => !before.some((was) => was.uid === uid))
      const wrong = this.own(node, added, unseen)
      if (wrong) doubtful.push(node)
      if (wrong?.observed && isElsewhere(wrong.identity, node)) misplaced.push({ node, owner: wrong.identity })
    }
    return {
      node,
      unseen,
      left: [...left.filter(({ blockOwnerDeletion }) => blockOwnerDeletion), ...unblocked],
      doubtful,
      misplaced: misplaced.map(({ node: of, owner }) => ({ node: of, owner: referenceTo(owner, of) })),
    }
  }

  remove(node: OwnedNode): void {
    this.nodes.delete(node.identity.uid)
    for (const { uid } of node.owners) this.nodes.get(uid)?.dependents.delete(node)
  }

  /** Makes it a dependent of these; the first of them that it may not really mean. */
  private own(node: OwnedNode, references: readonly OwnerReference[], unseen: OwnedNode[]): OwnedNode | null {
    const { namespace } = node.identity
    let wrong: OwnedNode | null = null
    for (const reference of references) {
      const known = this.nodes.get(reference.uid)
      // Named, never seen: whether it exists is asked of the server.
      const owner = known ?? this.add(namedBy(reference, namespace))
      if (owner.dependents === NOBODY) owner.dependents = new Set()
      owner.dependents.add(node)
      if (!known) unseen.push(owner)
      else if (isElsewhere(known.identity, node) || !namesIt(reference, known.identity) || this.mayBeElsewhere(known, namespace))
        wrong ??= known
    }
    return wrong
  }

  /** Only an object without a namespace has named it so far: it may be of a kind that has one. */
  private mayBeElsewhere({ identity, observed }: OwnedNode, namespace: string): boolean {
    return identity.namespace === '' && namespace !== '' && !observed
  }

  private add(identity: Identity): OwnedNode {
    const node: OwnedNode = {
      identity,
      owners: [],
      dependents: NOBODY,
      observed: false,
      beingDeleted: false,
      deletingDependents: false,
      orphaning: false,
    }
    this.nodes.set(identity.uid, node)
    return node
  }
}

function identityOf({ apiVersion = '', kind = '', metadata }: ApiObject): Identity {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name ?? '', uid: metadata.uid ?? '' }
}

/** As the dependent names it. */
function referenceTo(owner: Identity, { identity, owners }: OwnedNode): Identity {
  const reference = owners.find(({ uid }) => uid === owner.uid)
  return reference ? namedBy(reference, identity.namespace) : owner
}
