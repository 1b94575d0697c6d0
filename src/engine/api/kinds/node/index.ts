// Node, v1.
// Upstream: kubernetes pkg/registry/core/node/strategy.go, pkg/apis/core/validation (ValidateNode)

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { without } from '../../../base/without'
import { cidrWarnings } from '../../validation/addresses'
import { Path } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import type { Node } from './types'
import { validateNode, validateNodeUpdate } from './validation'

export type { Node, NodeCondition, Taint } from './types'

const ADDRESSES =
  "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP)."
const asNode = (object: ApiObject) => object as unknown as Node

function status(object: ApiObject): string {
  const node = asNode(object)
  const ready = node.status.conditions?.find((c) => c.type === 'Ready')
  const words = [
    ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown',
    ...(node.spec.unschedulable ? ['SchedulingDisabled'] : []),
  ]
  return words.join(',')
}

function roles({ metadata }: ApiObject): string {
  const found = Object.keys(metadata.labels ?? {}).flatMap((key) =>
    key.startsWith('node-role.kubernetes.io/')
      ? [key.slice('node-role.kubernetes.io/'.length)]
      : key === 'kubernetes.io/role'
        ? [metadata.labels![key]!]
        : [],
  )
  return [...new Set(found)].filter(Boolean).sort().join(',') || '<none>'
}

const address = (type: string) => (object: ApiObject) => asNode(object).status.addresses?.find((a) => a.type === type)?.address ?? '<none>'
const info = (name: string) => (object: ApiObject) => asNode(object).status.nodeInfo?.[name] || '<unknown>'
const kernel = (object: ApiObject) => {
  const { kernelVersion, architecture } = asNode(object).status.nodeInfo ?? {}
  return `${kernelVersion || '<unknown>'}${architecture ? ` (${architecture})` : ''}`
}

/** podCIDR is the first of podCIDRs; a node's allocatable that nobody set is its capacity. */
function withDefaults(given: ApiObject): ApiObject {
  const object = withBlocks(given)
  const node = asNode(object)
  const { capacity, allocatable } = node.status
  return capacity && !allocatable ? { ...object, status: { ...node.status, allocatable: capacity } } : object
}

function withBlocks(object: ApiObject): ApiObject {
  const { podCIDR = '', podCIDRs = [] } = asNode(object).spec ?? {}
  if (podCIDR === (podCIDRs[0] ?? '')) return object
  const blocks = podCIDR === '' ? { podCIDR: podCIDRs[0]! } : { podCIDRs: [podCIDR] }
  return { ...object, spec: { ...asNode(object).spec, ...blocks } }
}

/** Kubelets take no configuration from the API any more: what had it keeps it, and nothing gets it. */
function withoutConfig(object: ApiObject): ApiObject {
  const spec = asNode(object).spec as JsonObject
  return spec.configSource === undefined ? object : { ...object, spec: without(spec, 'configSource') }
}

const DEPRECATED = {
  configSource: 'the feature is removed',
  externalID: 'this field is deprecated, and is unused by Kubernetes',
}

/** Upstream: kubernetes pkg/registry/core/node/strategy.go (nodeWarnings) */
function nodeWarnings(object: ApiObject): readonly string[] {
  const spec = (asNode(object).spec ?? {}) as JsonObject & { readonly podCIDRs?: readonly string[] }
  return [
    ...Object.entries(DEPRECATED).flatMap(([field, text]) => (spec[field] ? [`spec.${field}: ${text}`] : [])),
    ...(spec.podCIDRs ?? []).flatMap((block, i) => cidrWarnings(block, Path.root('spec').child('podCIDRs').index(i))),
  ]
}

export const node: Kind = {
  group: '',
  version: 'v1',
  kind: 'Node',
  resource: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'minions',
  watchedBy: 'metadata.name',
  schema: types.struct('Node'),
  defaults: withDefaults,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  warnings: nodeWarnings,
  prepareForCreate: (object) => withoutConfig({ ...object, status: without(asNode(object).status as JsonObject, 'config') }),
  prepareForUpdate: (object, old) => {
    const inUse = (asNode(old).spec as JsonObject).configSource !== undefined
    return { ...(inUse ? object : withoutConfig(object)), status: old.status }
  },
  fieldSelectors: { 'spec.unschedulable': (object) => String(asNode(object).spec.unschedulable ?? false) },
  subresources: {
    status: { ...statusSubresource, validateUpdate: validateNodeUpdate },
    proxy: {
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      kind: { group: '', version: 'v1', kind: 'NodeProxyOptions' },
      connects: 'node',
    },
  },
  columns: [
    nameColumn,
    column('Status', 'The status of the node', status),
    column('Roles', 'The roles of the node', roles),
    ageColumn,
    column('Version', 'Kubelet Version reported by the node.', (o) => asNode(o).status.nodeInfo?.kubeletVersion ?? ''),
    column('Internal-IP', ADDRESSES, address('InternalIP'), wide),
    column('External-IP', ADDRESSES, address('ExternalIP'), wide),
    column('OS-Image', 'OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).', info('osImage'), wide),
    column('Kernel-Version', "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).", kernel, wide),
    column(
      'Container-Runtime',
      'ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).',
      info('containerRuntimeVersion'),
      wide,
    ),
  ],
}
