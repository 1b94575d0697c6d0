// The Node authorizer: a kubelet may do what its own Pods need, found by the graph from Pods to what they use.
// Leaves out: volumes, resource claims, CSI.
// Upstream: kubernetes plugin/pkg/auth/authorizer/node/node_authorizer.go

import type { Pod } from '../../api/kinds/pod/types'
import { parseFieldSelector } from '../../api/selectors'
import type { WatchCache } from '../watchCache'
import type { Attributes } from './rbac'

const NODES = 'system:nodes'
const PREFIX = 'system:node:'

/** What a node may do whatever its Pods are: resource (with subresource) → verbs. Upstream: bootstrappolicy.NodeRules. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'authentication.k8s.io/tokenreviews': ['create'],
  'authorization.k8s.io/subjectaccessreviews': ['create'],
  'authorization.k8s.io/localsubjectaccessreviews': ['create'],
  services: ['get', 'list', 'watch'],
  nodes: ['create', 'get', 'list', 'watch', 'update', 'patch'],
  'nodes/status': ['update', 'patch'],
  events: ['create', 'update', 'patch'],
  'events.k8s.io/events': ['create', 'update', 'patch'],
  'node.k8s.io/runtimeclasses': ['get', 'list', 'watch'],
  'storage.k8s.io/csidrivers': ['get', 'list', 'watch'],
  'storage.k8s.io/csinodes': ['create', 'delete', 'get', 'patch', 'update'],
  'pods/status': ['update', 'patch'],
  'pods/eviction': ['create'],
}

export type NodeVerdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

export class NodeAuthorizer {
  /** The graph's edges from nodes to Pods; read from the cache at the first question, then kept. */
  private byNode: Map<string, Map<string, Pod>> | null = null

  constructor(private readonly pods: WatchCache) {}

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

  /** Null when the user is no node: no opinion. */
  authorize(a: Attributes): NodeVerdict | null {
    const { user } = a
    if (!user.name.startsWith(PREFIX) || !user.groups.includes(NODES)) return null
    if (!a.isResource) return { allowed: false, reason: '' }
    const node = user.name.slice(PREFIX.length)
    const what = `${a.apiGroup ? `${a.apiGroup}/` : ''}${a.resource}${a.subresource ? `/${a.subresource}` : ''}`
    if (RULES[what]?.includes(a.verb)) return { allowed: true }
    switch (what) {
      case 'pods':
        return this.pod(a, node)
      case 'configmaps':
      case 'secrets':
        return this.referenced(a, node, (pod) => uses(pod, a.resource, a.name))
      case 'serviceaccounts/token':
        return a.verb === 'create' ? this.referenced(a, node, (pod) => (pod.spec.serviceAccountName ?? 'default') === a.name) : none
      case 'serviceaccounts':
        return a.verb === 'get' ? this.referenced(a, node, (pod) => (pod.spec.serviceAccountName ?? 'default') === a.name) : none
      case 'coordination.k8s.io/leases':
        return lease(a, node)
      default:
        return none
    }
  }

  private pod(a: Attributes, node: string): NodeVerdict {
    if (a.verb === 'create' || a.verb === 'delete') return { allowed: true }
    if (a.verb === 'get') {
      const pod = this.pods.get(`/registry/pods/${a.namespace}/${a.name}`) as Pod | undefined
      return pod?.spec.nodeName === node ? { allowed: true } : unrelated(a, node)
    }
    if (a.verb !== 'list' && a.verb !== 'watch') return none
    const parsed = parseFieldSelector(a.fieldSelector ?? '')
    const own = !('error' in parsed) && parsed.selector.some((r) => r.field === 'spec.nodeName' && r.equals && r.value === node)
    return own ? { allowed: true } : { allowed: false, reason: 'can only list/watch pods with spec.nodeName field selector' }
  }

  private referenced(a: Attributes, node: string, by: (pod: Pod) => boolean): NodeVerdict {
    for (const pod of this.podsOf(node)) if (pod.metadata.namespace === a.namespace && by(pod)) return { allowed: true }
    return unrelated(a, node)
  }

  private podsOf(node: string): Iterable<Pod> {
    if (!this.byNode) {
      this.byNode = new Map()
      for (const pod of this.pods.values()) this.heard(pod as Pod, false)
    }
    return this.byNode.get(node)?.values() ?? []
  }
}

function unrelated({ resource }: Attributes, node: string): NodeVerdict {
  const prefix = resource === 'pods' ? 'node: ' : ''
  return { allowed: false, reason: `${prefix}no relationship found between node '${node}' and this object` }
}

const none: NodeVerdict = { allowed: false, reason: '' }

function lease(a: Attributes, node: string): NodeVerdict {
  if (a.namespace !== 'kube-node-lease')
    return { allowed: false, reason: 'can only access leases in the "kube-node-lease" system namespace' }
  if (a.verb === 'create' || a.name === node) return { allowed: true }
  return { allowed: false, reason: 'can only access node lease with the same name as the requesting node' }
}

/** Whether a Pod refers to a ConfigMap or Secret: by volume, projected volume, env, envFrom or pull secret. */
function uses(pod: Pod, resource: string, name: string): boolean {
  const [volume, projected, env, envFrom] =
    resource === 'configmaps'
      ? ['configMap', 'configMap', 'configMapKeyRef', 'configMapRef']
      : ['secret', 'secret', 'secretKeyRef', 'secretRef']
  const { volumes = [], containers, initContainers = [], imagePullSecrets = [] } = pod.spec
  type Ref = { name?: string; secretName?: string }
  const is = (ref: unknown) => (ref as Ref | undefined)?.name === name || (ref as Ref | undefined)?.secretName === name
  return (
    volumes.some(
      (v) =>
        is(v[volume!]) ||
        ((v.projected as { sources?: Record<string, unknown>[] } | undefined)?.sources ?? []).some((s) => is(s[projected!])),
    ) ||
    [...containers, ...initContainers].some(
      (c) => (c.env ?? []).some((e) => is(e.valueFrom?.[env!])) || (c.envFrom ?? []).some((e) => is(e[envFrom!])),
    ) ||
    (resource === 'secrets' && imagePullSecrets.some(is))
  )
}
