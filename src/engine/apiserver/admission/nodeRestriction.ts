// A kubelet may write only its own Node and its own Pods, and of those only what a kubelet has to.
// Leaves out: the fields of a PersistentVolumeClaim's status, ResourceSlices, volumes in the tree that stand for those of a driver.
// Upstream: kubernetes plugin/pkg/admission/noderestriction

import { goQuote } from '../../api/go/goQuote'
import { equalJson } from '../../base/equal'
import { isMirror, MIRROR } from '../../api/kinds/pod/mirror'
import { projectedSources } from '../../api/kinds/pod/projected'
import type { Node } from '../../api/kinds/node'
import type { JsonObject, OwnerReference } from '../../api/object'
import type { Pod, Volume } from '../../api/kinds/pod/types'
import { claimOf, type PersistentVolume, type PersistentVolumeClaim } from '../../api/kinds/persistentvolume/persistentVolumes'
import { authorize, rightTo } from '../authorization/authorize'
import { readsFrom } from '../authorization/nodeReferences'
import { nodeNameOf } from '../authorization/nodeIdentity'
import type { ServerState } from '../serverState'
import { absent, refuse, type Attributes, type Denial, type Plugin } from './plugin'
import { forbiddenLabels } from './nodeLabels'

export const nodeRestriction: Plugin = {
  name: 'NodeRestriction',
  guard(a, server) {
    const node = nodeNameOf(a.user)
    if (node === null) return null
    if (node === '')
      return refuse(a, `could not determine node from user ${goQuote(a.user.name)}`, {
        found: a.user.name,
        expected: 'system:node:<name>',
      })
    const { kind, subresource } = a
    switch (`${kind.group ? `${kind.group}/` : ''}${kind.resource}`) {
      case 'pods':
        return podSubresource(a, node, server)
      case 'nodes':
        return ownNode(a, node)
      case 'persistentvolumeclaims':
        return subresource === 'status' ? null : refuse(a, 'may only update PVC status', { node, subresource, expected: 'status' })
      case 'serviceaccounts':
        return tokenFor(a, node, server)
      case 'coordination.k8s.io/leases':
        return lease(a, node)
      case 'storage.k8s.io/csinodes':
        return ownName(a) === node ? null : refuse(a, 'can only access CSINode with the same name as the requesting node', named(a, node))
      default:
        return null
    }
  },
}

const OWNERS = 'metadata.ownerReferences'
const runsOn = ({ metadata, spec }: Pod, node: string) => ({
  node,
  pod: metadata.name,
  field: 'spec.nodeName',
  found: spec.nodeName ?? '',
  expected: node,
})
const named = (a: Attributes, node: string) => ({ node, field: 'metadata.name', found: ownName(a), expected: node })

/** On create the request has no name of its own yet. */
const ownName = (a: Attributes) => (a.operation === 'CREATE' ? a.object?.metadata.name : a.name) ?? ''

function podSubresource(a: Attributes, node: string, server: ServerState): Denial | null {
  if (a.subresource === '') return pod(a, node, server)
  if (a.subresource === 'status') return podStatus(a, node)
  if (a.subresource !== 'eviction')
    return refuse(a, `unexpected pod subresource ${goQuote(a.subresource)}, only 'status' and 'eviction' are allowed`, {
      node,
      subresource: a.subresource,
      expected: 'status, eviction',
    })
  const name = a.name || (a.object?.metadata.name ?? '')
  if (name === '') return refuse(a, 'could not determine pod from request data', { node, field: 'metadata.name' })
  const evicted = server.cached('pods', a.namespace, name) as Pod | undefined
  if (!evicted) return absent('pods', name, { node })
  return evicted.spec.nodeName === node
    ? null
    : refuse(a, `node ${node} can only evict pods with spec.nodeName set to itself`, runsOn(evicted, node))
}

function pod(a: Attributes, node: string, server: ServerState): Denial | null {
  if (a.operation === 'CREATE') return newPod(a, node, server)
  if (a.operation !== 'DELETE')
    return refuse(a, `unexpected operation "${a.operation}", node "${node}" can only create and delete mirror pods`, {
      node,
      operation: a.operation,
    })
  const existing = (a.old ?? server.cached('pods', a.namespace, a.name)) as Pod | undefined
  return existing && existing.spec.nodeName !== node
    ? refuse(a, `node "${node}" can only delete pods with spec.nodeName set to itself`, runsOn(existing, node))
    : null
}

function podStatus(a: Attributes, node: string): Denial | null {
  if (a.operation !== 'UPDATE')
    return refuse(a, `unexpected operation "${a.operation}"`, { node, operation: a.operation, expected: 'UPDATE' })
  const [old, now] = [a.old as Pod, a.object as Pod]
  if (old.spec.nodeName !== node)
    return refuse(a, `node "${node}" can only update pod status for pods with spec.nodeName set to itself`, runsOn(old, node))
  if (!equalJson(old.metadata.labels ?? {}, now.metadata.labels ?? {}))
    return refuse(a, `node "${node}" cannot update labels through pod status`, {
      node,
      field: 'metadata.labels',
      sent: JSON.stringify(now.metadata.labels ?? {}),
      stored: JSON.stringify(old.metadata.labels ?? {}),
    })
  const statuses = (p: Pod) => (p.status as JsonObject | undefined)?.resourceClaimStatuses ?? []
  return equalJson(statuses(old), statuses(now))
    ? null
    : refuse(a, `node "${node}" cannot update resource claim statuses`, { node, field: 'status.resourceClaimStatuses' })
}

/** A mirror Pod is owned by its node, and refers to nothing: else a node could write itself a right to read it. */
function newPod(a: Attributes, node: string, server: ServerState): Denial | null {
  const created = a.object as Pod
  if (!isMirror(created))
    return refuse(a, `pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`, {
      node,
      missing: `metadata.annotations[${MIRROR}]`,
    })
  if (created.spec.nodeName !== node)
    return refuse(a, `node "${node}" can only create pods with spec.nodeName set to itself`, runsOn(created, node))
  const owners = created.metadata.ownerReferences ?? []
  if (owners.length > 1)
    return refuse(a, `node "${node}" can only create pods with a single owner reference set to itself`, {
      node,
      field: OWNERS,
      found: String(owners.length),
      expected: '1',
    })
  if (owners.length === 0)
    return refuse(a, `node "${node}" can only create pods with an owner reference set to itself`, { node, missing: OWNERS })
  const wrongOwner = ownedBy(a, owners[0]!, node, server)
  if (wrongOwner) return wrongOwner
  const volumes = created.spec.volumes ?? []
  const referred = [
    created.spec.serviceAccountName ? 'a service account' : '',
    readsFrom(created, 'secrets') ? 'secrets' : '',
    readsFrom(created, 'configmaps') ? 'configmaps' : '',
    volumes.flatMap(projectedSources).some((s) => s.clusterTrustBundle !== undefined) ? 'clustertrustbundles' : '',
    volumes.some((v) => v.persistentVolumeClaim !== undefined) ? 'persistentvolumeclaims' : '',
    ((created.spec.resourceClaims as unknown[] | undefined)?.length ?? 0) > 0 ? 'resourceclaims' : '',
  ].find(Boolean)
  return referred ? refuse(a, `node "${node}" can not create pods that reference ${referred}`, { node, found: referred }) : null
}

function ownedBy(a: Attributes, owner: OwnerReference, node: string, server: ServerState): Denial | null {
  if (owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return refuse(a, `node "${node}" can only create pods with an owner reference set to itself`, {
      node,
      field: OWNERS,
      found: `${owner.apiVersion} ${owner.kind} ${owner.name}`,
      expected: `v1 Node ${node}`,
    })
  if (owner.controller !== true)
    return refuse(a, `node "${node}" can only create pods with a controller owner reference set to itself`, {
      node,
      field: `${OWNERS}[0].controller`,
      expected: 'true',
    })
  if (owner.blockOwnerDeletion === true)
    return refuse(a, `node "${node}" must not set blockOwnerDeletion on an owner reference`, {
      node,
      field: `${OWNERS}[0].blockOwnerDeletion`,
      found: 'true',
    })
  const uid = server.cached('minions', '', node)?.metadata.uid
  if (uid === undefined) return absent('nodes', node, { node })
  return owner.uid === uid
    ? null
    : refuse(a, `node ${node} UID mismatch: expected ${uid} got ${owner.uid}`, {
        node,
        field: `${OWNERS}[0].uid`,
        found: owner.uid,
        expected: uid,
      })
}

function ownNode(a: Attributes, node: string): Denial | null {
  const name = a.name || (a.object?.metadata.name ?? '')
  if (name !== node) return refuse(a, `node "${node}" is not allowed to modify node "${name}"`, named(a, node))
  if (a.operation === 'DELETE') return null
  const [now, old] = [a.object as unknown as Node, a.old as unknown as Node | null]
  const sourceOf = (n: Node | null) => (n?.spec as JsonObject | undefined)?.configSource
  const source = sourceOf(now)
  // (Upstream says pods.)
  if (a.operation === 'CREATE' && source !== undefined)
    return refuse(a, `node "${node}" is not allowed to create pods with a non-nil configSource`, { node, field: 'spec.configSource' })
  if (a.operation === 'UPDATE' && source !== undefined && !equalJson(source, sourceOf(old)))
    return refuse(a, `node "${node}" is not allowed to update configSource to a new non-nil configSource`, {
      node,
      field: 'spec.configSource',
    })
  if (a.operation === 'UPDATE' && !equalJson(now.spec?.taints ?? [], old?.spec?.taints ?? []))
    return refuse(a, `node "${node}" is not allowed to modify taints`, {
      node,
      field: 'spec.taints',
      sent: JSON.stringify(now.spec?.taints ?? []),
      stored: JSON.stringify(old?.spec?.taints ?? []),
    })
  if (a.operation === 'UPDATE' && !equalJson(now.metadata.ownerReferences ?? [], old?.metadata.ownerReferences ?? []))
    return refuse(a, `node "${node}" is not allowed to modify ownerReferences`, { node, field: 'metadata.ownerReferences' })
  const labels = forbiddenLabels(now.metadata.labels, old?.metadata.labels).join(', ')
  if (labels === '') return null
  return refuse(
    a,
    a.operation === 'CREATE'
      ? `node "${node}" is not allowed to set the following labels: ${labels}`
      : `is not allowed to modify labels: ${labels}`,
    { node, field: 'metadata.labels', found: labels },
  )
}

function tokenFor(a: Attributes, node: string, server: ServerState): Denial | null {
  if (a.operation !== 'CREATE' || a.subresource !== 'token') return null
  const { boundObjectRef: ref } = (a.object?.spec ?? {}) as {
    boundObjectRef?: { apiVersion?: string; kind?: string; name?: string; uid?: string }
  }
  if (!ref?.name || ref.apiVersion !== 'v1' || ref.kind !== 'Pod')
    return refuse(a, 'node requested token not bound to a pod', {
      node,
      field: 'spec.boundObjectRef',
      found: JSON.stringify(ref ?? null),
      expected: 'v1 Pod',
    })
  if (!ref.uid) return refuse(a, 'node requested token with a pod binding without a uid', { node, missing: 'spec.boundObjectRef.uid' })
  const found = server.cached('pods', a.namespace, ref.name) as Pod | undefined
  if (!found) return absent('pods', ref.name, { node })
  if (ref.uid !== found.metadata.uid)
    return refuse(
      a,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      { node, field: 'spec.boundObjectRef.uid', sent: ref.uid, stored: found.metadata.uid },
    )
  if (found.spec.nodeName !== node)
    return refuse(a, 'node requested token bound to a pod scheduled on a different node', runsOn(found, node))
  return audience(a, node, found, server)
}

/** For whom the token is meant is what a volume of the Pod says, or what the node may ask for by name. */
function audience(a: Attributes, node: string, pod: Pod, server: ServerState): Denial | null {
  const { audiences = [] } = (a.object?.spec ?? {}) as { audiences?: readonly string[] }
  const [asked = ''] = audiences
  const facts = { node, field: 'spec.audiences', found: audiences.join(', ') }
  if (audiences.length > 1) return refuse(a, 'node may only request 0 or 1 audiences', { ...facts, expected: '1' })
  if ((pod.spec.volumes ?? []).some((volume) => tokenAudiences(volume, pod, server).includes(asked))) return null
  const right = {
    user: a.user,
    verb: 'request-serviceaccounts-token-audience',
    apiGroup: '',
    resource: asked,
    namespace: a.namespace,
    name: a.name,
  }
  if (authorize(server, rightTo(right)).allowed) return null
  return refuse(a, `${a.user.name} is not authorized to request tokens for audience ${goQuote(asked)}`, facts)
}

/** Whom the tokens of a volume are for: those that it projects, and those that its driver asks for. */
function tokenAudiences(volume: Volume, pod: Pod, server: ServerState): readonly string[] {
  const projected = projectedSources(volume).flatMap(({ serviceAccountToken: token }) =>
    token ? [(token as { audience?: string }).audience ?? ''] : [],
  )
  const claim = claimOf(pod, volume)
  const inline = volume.csi as { driver: string } | undefined
  const driver = claim ? driverOf(pod.metadata.namespace ?? '', claim.name, server) : inline?.driver
  const { tokenRequests = [] } = ((driver && server.cached('csidrivers', '', driver)?.spec) || {}) as {
    tokenRequests?: readonly { audience?: string }[]
  }
  return [...projected, ...tokenRequests.map((request) => request.audience ?? '')]
}

function driverOf(namespace: string, claim: string, server: ServerState): string | undefined {
  const { spec } = (server.cached('persistentvolumeclaims', namespace, claim) ?? {}) as Partial<PersistentVolumeClaim>
  const volume = spec?.volumeName ? (server.cached('persistentvolumes', '', spec.volumeName) as PersistentVolume | undefined) : undefined
  return volume?.spec.csi?.driver
}

function lease(a: Attributes, node: string): Denial | null {
  if (a.namespace !== 'kube-node-lease')
    return refuse(a, 'can only access leases in the "kube-node-lease" system namespace', {
      node,
      found: a.namespace,
      expected: 'kube-node-lease',
    })
  return ownName(a) === node ? null : refuse(a, 'can only access node lease with the same name as the requesting node', named(a, node))
}
