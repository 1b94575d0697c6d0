// ComponentStatus, v1: deprecated, never stored: how the control plane looks from where the API server stands.
// Leaves out: real probes; a scheduler or controller manager counts as healthy while its lease is renewed.
// Upstream: kubernetes pkg/registry/core/componentstatus

import type { Kind, LiveFacts } from '../../kind'
import type { ApiObject } from '../../object'
import { parseTime } from '../../scalars/time'
import { column, nameColumn } from '../columns'
import { types } from '../types'

interface ComponentStatus extends ApiObject {
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly message?: string; readonly error?: string }[]
}

const PORTS: Readonly<Record<string, number>> = { scheduler: 10259, 'controller-manager': 10257 }
const LEASE_SECONDS = 15

const only = (object: ApiObject) => (object as ComponentStatus).conditions[0]

export const componentStatus: Kind = {
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  namespaced: false,
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  verbs: ['get', 'list'],
  schema: types.struct('ComponentStatus'),
  live: (facts) => ['controller-manager', 'etcd-0', 'scheduler'].map((name) => statusOf(name, facts)),
  columns: [
    nameColumn,
    column('Status', 'Status of the component conditions', (o) => (only(o)?.status === 'True' ? 'Healthy' : 'Unhealthy')),
    column('Message', 'Message of the component conditions', (o) => only(o)?.message ?? ''),
    column('Error', 'Error of the component conditions', (o) => only(o)?.error ?? ''),
  ],
}

function statusOf(name: string, { cached, now }: LiveFacts): ComponentStatus {
  const lease = name === 'etcd-0' ? null : cached('leases', 'kube-system', `kube-${name}`)
  const renewed = (lease?.spec as { readonly renewTime?: string } | undefined)?.renewTime
  const healthy = lease === null || (renewed !== undefined && now - parseTime(renewed) < LEASE_SECONDS * 1000)
  const at = `127.0.0.1:${PORTS[name]}`
  return {
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name },
    conditions: [
      healthy
        ? { type: 'Healthy', status: 'True', message: 'ok' }
        : { type: 'Healthy', status: 'False', message: `Get "https://${at}/healthz": dial tcp ${at}: connect: connection refused` },
    ],
  }
}
