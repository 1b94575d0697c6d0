// What an object is called by those that it owns: its uid says who it is, but whether it is there is asked by kind, namespace and name, and
// not all references to one uid need to agree on those.
// Upstream: kubernetes pkg/controller/garbagecollector/{graph.go,graph_builder.go (partitionDependents, getAlternateOwnerIdentity)}

import type { OwnerReference } from '../../api/object'

export interface Identity {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** An object, or an owner of which only those that it owns have told. */
export interface OwnedNode {
  identity: Identity
  owners: readonly OwnerReference[]
  dependents: Set<OwnedNode>
  /** A watch has told of it; otherwise it is only named by what it owns. */
  observed: boolean
  /** It has a deletionTimestamp. */
  beingDeleted: boolean
  /** Foreground: its dependents go first. */
  deletingDependents: boolean
  /** Orphaning: its dependents are to be let go. */
  orphaning: boolean
}

export const identityKey = ({ apiVersion, kind, namespace, name, uid }: Identity): string =>
  [kind, apiVersion, namespace, name, uid].join(' ')

export const sameIdentity = (a: Identity, b: Identity): boolean => identityKey(a) === identityKey(b)

export const printedIdentity = ({ apiVersion, kind, namespace, name, uid }: Identity): string =>
  `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`

/** The owner as the reference of an object in that namespace names it. */
export const namedBy = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): Identity => ({
  apiVersion,
  kind,
  namespace,
  name,
  uid,
})

export const namesIt = (reference: OwnerReference, { apiVersion, kind, name, uid }: Identity): boolean =>
  reference.uid === uid && reference.name === name && reference.kind === kind && reference.apiVersion === apiVersion

/** An owner that has a namespace owns nothing outside of it. */
export const isElsewhere = (owner: Identity, { identity }: OwnedNode): boolean =>
  owner.namespace !== '' && owner.namespace !== identity.namespace

/** Dependents whose references name the owner so, and those with others for its uid; one with two may be both. */
export function partition(dependents: Iterable<OwnedNode>, owner: Identity) {
  const matching: OwnedNode[] = []
  const others: OwnedNode[] = []
  for (const dependent of dependents) {
    const references = dependent.owners.filter(({ uid }) => uid === owner.uid)
    const elsewhere = isElsewhere(owner, dependent)
    if (!elsewhere && references.some((reference) => namesIt(reference, owner))) matching.push(dependent)
    if (elsewhere || references.some((reference) => !namesIt(reference, owner))) others.push(dependent)
  }
  return { matching, others }
}

/** As whom else these dependents name an owner that is not there under the name that was tried: the next in order, or again the first. */
export function alternative(dependents: readonly OwnedNode[], tried: Identity): Identity | undefined {
  const found = new Map<string, Identity>()
  for (const { identity, owners } of dependents)
    for (const reference of owners) {
      if (reference.uid !== tried.uid) continue
      // Of a kind without namespaces, which is known by now, no reference means another one by its own namespace.
      const bare = tried.namespace === '' && reference.apiVersion === tried.apiVersion && reference.kind === tried.kind
      const other = namedBy(reference, bare ? '' : identity.namespace)
      found.set(identityKey(other), other)
    }
  found.delete(identityKey(tried))
  const keys = [...found.keys()].sort()
  return found.get(keys.find((key) => key > identityKey(tried)) ?? keys[0] ?? '')
}
