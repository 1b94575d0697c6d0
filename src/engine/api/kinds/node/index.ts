// Node, v1.
// Upstream: kubernetes pkg/registry/core/node/strategy.go, pkg/apis/core/validation (ValidateNode)

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import { each, named, NONE, oneOf, Path, required, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { canonical } from '../pod/defaults'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export interface Taint extends JsonObject {
  readonly key: string
  readonly value?: string
  readonly effect: string
  readonly timeAdded?: string
}

export interface Node extends ApiObject {
  readonly spec: {
    readonly podCIDR?: string
    readonly podCIDRs?: readonly string[]
    readonly providerID?: string
    readonly unschedulable?: boolean
    readonly taints?: readonly Taint[]
  }
  readonly status: {
    readonly capacity?: Readonly<Record<string, string>>
    readonly allocatable?: Readonly<Record<string, string>>
    readonly conditions?: readonly (JsonObject & {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    })[]
    readonly addresses?: readonly { readonly type: string; readonly address: string }[]
    readonly nodeInfo?: Readonly<Record<string, string>>
    readonly images?: readonly JsonObject[]
  }
}

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
  return found.filter(Boolean).sort().join(',') || '<none>'
}

const address = (type: string) => (object: ApiObject) => asNode(object).status.addresses?.find((a) => a.type === type)?.address ?? '<none>'
const info = (name: string) => (object: ApiObject) => asNode(object).status.nodeInfo?.[name] || '<unknown>'
const kernel = (object: ApiObject) => {
  const { kernelVersion, architecture } = asNode(object).status.nodeInfo ?? {}
  return !kernelVersion ? '<unknown>' : architecture ? `${kernelVersion} (${architecture})` : kernelVersion
}

/** A node's allocatable that nobody set is its capacity. */
function withAllocatable(object: ApiObject): ApiObject {
  const node = asNode(object)
  const { capacity, allocatable } = node.status
  if (!capacity) return object
  return { ...object, status: { ...node.status, capacity: canonical(capacity), allocatable: canonical({ ...capacity, ...allocatable }) } }
}

function validateNode(object: ApiObject) {
  const at = Path.root('metadata').child('taints')
  const seen = new Set<string>()
  return each(asNode(object).spec?.taints, at, (taint, place) => [
    ...named(taint.key ?? '', place.child('key'), labelKeyErrors),
    ...(taint.value ? named(taint.value, place.child('value'), labelValueErrors) : NONE),
    ...repeatedTaint(taint, place, seen),
    ...(taint.effect
      ? oneOf(taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], place.child('effect'))
      : required(taint.effect, place.child('effect'))),
  ])
}

/** Upstream prints its internal struct, whose fields are in capitals. */
function repeatedTaint(taint: Taint, at: Path, seen: Set<string>): Errors {
  const pair = `${taint.key}:${taint.effect}`
  if (!seen.has(pair)) {
    seen.add(pair)
    return NONE
  }
  const shown = { Key: taint.key, Value: taint.value ?? '', Effect: taint.effect, TimeAdded: taint.timeAdded ?? null }
  return [{ type: 'FieldValueDuplicate', field: String(at), value: shown, detail: 'taints must be unique by key and effect pair' }]
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
  schema: types.struct('Node'),
  defaults: withAllocatable,
  validate: validateNode,
  validateUpdate: (object, old) => [
    ...validateNode(object),
    ...(asNode(old).spec.podCIDR && asNode(object).spec.podCIDR !== asNode(old).spec.podCIDR
      ? wrong(
          Path.root('spec').child('podCIDRs'),
          asNode(object).spec.podCIDRs ?? [],
          'node updates may not change podCIDR except from "" to valid',
        )
      : NONE),
  ],
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  fieldSelectors: { 'spec.unschedulable': (object) => String(asNode(object).spec.unschedulable ?? false) },
  subresources: {
    status: { verbs: ['get', 'patch', 'update'], prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }) },
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
    column(
      'Internal-IP',
      "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
      address('InternalIP'),
      wide,
    ),
    column('External-IP', 'List of addresses reachable to the node.', address('ExternalIP'), wide),
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
