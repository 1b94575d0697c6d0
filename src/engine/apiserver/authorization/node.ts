// The Node authorizer: a kubelet may do what its own Pods need, found by the graph from Pods to what they use.
// Leaves out: PodCertificateRequests and ClusterTrustBundles, which this model's kubelet does not ask for.
// Upstream: kubernetes plugin/pkg/auth/authorizer/node/node_authorizer.go

import { goQuote } from '../../api/go/goQuote'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { parseFieldSelector } from '../../api/selectors/parseFieldSelector'
import type { WatchCache } from '../watchCache'
import { refersTo, type Referred } from './nodeReferences'
import { nodeNameOf } from './nodeIdentity'
import type { Attributes } from './rbac'
import { own } from '../../base/json'

/** What a node may do whatever its Pods are: resource → verbs. Upstream: bootstrappolicy.NodeRules. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io/tokenreviews': ['create'],
  'authorization.k8s.io/subjectaccessreviews': ['create'],
  'authorization.k8s.io/localsubjectaccessreviews': ['create'],
  'certificates.k8s.io/certificatesigningrequests': ['create', 'get', 'list', 'watch'],
  services: ['get', 'list', 'watch'],
  events: ['create', 'update', 'patch'],
  'events.k8s.io/events': ['create', 'update', 'patch'],
  'node.k8s.io/runtimeclasses': ['get', 'list', 'watch'],
  'storage.k8s.io/csidrivers': ['get', 'list', 'watch'],
}

const WRITES = ['get', 'create', 'update', 'patch', 'delete']
const ALLOWED = { allowed: true } as const
const noOpinion = (reason = '') => ({ allowed: false, reason }) as const

export type NodeVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

interface GraphCaches {
  readonly pods: WatchCache
  cached(storage: string, namespace: string, name: string): ApiObject | undefined
}

export class NodeAuthorizer {
  /** The graph's edges from nodes to Pods; read from the cache at the first question, then kept. */
  private byNode: Map<string, Map<string, Pod>> | null = null

  constructor(private readonly caches: GraphCaches) {}

  /** The cache took a Pod, or lost it. */
  heard(pod: Pod, gone: boolean): void {
    const { nodeName } = pod.spec
    if (!nodeName || !this.byNode) return
    let pods = this.byNode.get(nodeName)
    if (!pods) this.byNode.set(nodeName, (pods = new Map()))
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`
    if (gone) pods.delete(key)
    else pods.set(key, pod)
  }

  /** Null when the user is no node. */
  authorize(a: Attributes): NodeVerdict | null {
    const node = nodeNameOf(a.user)
    if (node === null) return null
    if (node === '') return noOpinion(`unknown node for user ${goQuote(a.user.name)}`)
    if (!a.isResource) return noOpinion()
    const what = `${a.apiGroup ? `${a.apiGroup}/` : ''}${a.resource}`
    switch (what) {
      case 'secrets':
      case 'configmaps':
        return this.read(a, node, what)
      case 'persistentvolumeclaims':
        if (a.subresource !== 'status') return this.get(a, node)
        return ['update', 'patch'].includes(a.verb) ? this.related(a, node) : noOpinion('can only get/update/patch this type')
      case 'persistentvolumes':
      case 'resource.k8s.io/resourceclaims':
      case 'storage.k8s.io/volumeattachments':
        return this.get(a, node)
      case 'serviceaccounts':
        return this.account(a, node)
      case 'coordination.k8s.io/leases':
        return lease(a, node)
      case 'storage.k8s.io/csinodes':
        return csiNode(a, node)
      case 'resource.k8s.io/resourceslices':
        return this.slice(a, node)
      case 'nodes':
        return nodeObject(a, node)
      case 'pods':
        return this.pod(a, node)
      default:
        return a.subresource === '' && own(RULES, what)?.includes(a.verb) ? ALLOWED : noOpinion()
    }
  }

  private read(a: Attributes, node: string, resource: Referred): NodeVerdict {
    if (!['get', 'list', 'watch'].includes(a.verb)) return noOpinion('can only read resources of this type')
    if (a.subresource !== '') return noOpinion('cannot read subresource')
    if (a.namespace === '') return noOpinion('can only read namespaced object of this type')
    return this.related(a, node, resource)
  }

  private get(a: Attributes, node: string): NodeVerdict {
    if (a.verb !== 'get') return noOpinion('can only get individual resources of this type')
    if (a.subresource !== '') return noOpinion('cannot get subresource')
    return this.related(a, node)
  }

  private account(a: Attributes, node: string): NodeVerdict {
    // For credential providers of images, which are told of the account.
    if (a.verb === 'get' && a.subresource === '') return this.related(a, node)
    if (a.verb !== 'create' || a.name === '') return noOpinion('can only create tokens for individual service accounts')
    if (a.subresource !== 'token') return noOpinion('can only create token subresource of serviceaccount')
    return this.related(a, node)
  }

  private slice(a: Attributes, node: string): NodeVerdict {
    if (a.subresource !== '') return noOpinion('cannot authorize ResourceSlice subresources')
    switch (a.verb) {
      case 'create':
        return ALLOWED
      case 'get':
      case 'update':
      case 'patch':
      case 'delete':
        return this.related(a, node)
      case 'watch':
      case 'list':
      case 'deletecollection':
        return selects(a, 'spec.nodeName', node)
          ? ALLOWED
          : noOpinion('can only list/watch/deletecollection resourceslices with nodeName field selector')
      default:
        return noOpinion(
          'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
        )
    }
  }

  private pod(a: Attributes, node: string): NodeVerdict {
    if (a.subresource === 'status') return ['update', 'patch'].includes(a.verb) ? ALLOWED : noOpinion()
    if (a.subresource === 'eviction') return a.verb === 'create' ? ALLOWED : noOpinion()
    if (a.subresource !== '') return noOpinion()
    // Which Pods it creates and deletes is NodeRestriction's matter.
    if (a.verb === 'create' || a.verb === 'delete') return ALLOWED
    if (a.verb === 'get') return this.related(a, node)
    if (a.verb !== 'list' && a.verb !== 'watch') return noOpinion()
    if (selects(a, 'spec.nodeName', node)) return ALLOWED
    return a.name === '' ? noOpinion('can only list/watch pods with spec.nodeName field selector') : this.related(a, node)
  }

  private related(a: Attributes, node: string, resource: string = a.resource): NodeVerdict {
    if (a.name === '') return noOpinion('No Object name found')
    const found = this.hasPath(resource, a.namespace, a.name, node)
    return found ? ALLOWED : noOpinion(`no relationship found between node '${node}' and this object`)
  }

  private hasPath(resource: string, namespace: string, name: string, node: string): boolean {
    const cached = (storage: string, ns = namespace) => this.caches.cached(storage, ns, name) as { spec?: unknown } | undefined
    switch (resource) {
      case 'pods':
        return (cached('pods') as Pod | undefined)?.spec.nodeName === node
      case 'volumeattachments':
      case 'resourceslices':
        return (cached(resource, '')?.spec as { nodeName?: string } | undefined)?.nodeName === node
      case 'persistentvolumes': {
        const { claimRef } = (cached('persistentvolumes', '')?.spec ?? {}) as { claimRef?: { namespace?: string; name?: string } }
        return claimRef !== undefined && this.hasPath('persistentvolumeclaims', claimRef.namespace ?? '', claimRef.name ?? '', node)
      }
      default:
        for (const pod of this.podsOf(node))
          if (pod.metadata.namespace === namespace && refersTo(pod, resource as Referred, name)) return true
        return false
    }
  }

  private podsOf(node: string): Iterable<Pod> {
    if (!this.byNode) {
      this.byNode = new Map()
      for (const pod of this.caches.pods.values()) this.heard(pod as Pod, false)
    }
    return this.byNode.get(node)?.values() ?? []
  }
}

function selects(a: Attributes, field: string, value: string): boolean {
  const parsed = parseFieldSelector(a.fieldSelector ?? '')
  return !('error' in parsed) && parsed.selector.some((r) => r.field === field && r.equals && r.value === value)
}

/** By name and not by the graph: a kubelet looks for its own Node before it is there. */
function nodeObject(a: Attributes, node: string): NodeVerdict {
  if (a.subresource === 'status') return ['update', 'patch'].includes(a.verb) ? ALLOWED : noOpinion()
  if (a.subresource !== '') return noOpinion()
  if (['create', 'update', 'patch'].includes(a.verb)) return ALLOWED
  if (!['get', 'list', 'watch'].includes(a.verb)) return noOpinion()
  if (a.name === node) return ALLOWED
  return noOpinion(
    a.name === ''
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${a.name}', only its own Node object`,
  )
}

function lease(a: Attributes, node: string): NodeVerdict {
  if (!WRITES.includes(a.verb)) return noOpinion('can only get, create, update, patch, or delete a node lease')
  if (a.namespace !== 'kube-node-lease') return noOpinion('can only access leases in the "kube-node-lease" system namespace')
  if (a.verb === 'create' || a.name === node) return ALLOWED
  return noOpinion('can only access node lease with the same name as the requesting node')
}

function csiNode(a: Attributes, node: string): NodeVerdict {
  if (!WRITES.includes(a.verb)) return noOpinion('can only get, create, update, patch, or delete a CSINode')
  if (a.subresource !== '') return noOpinion('cannot authorize CSINode subresources')
  if (a.verb === 'create' || a.name === node) return ALLOWED
  return noOpinion('can only access CSINode with the same name as the requesting node')
}
