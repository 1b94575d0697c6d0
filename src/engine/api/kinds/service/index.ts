// Service, v1. Leaves out: allocation of cluster IPs and node ports beyond what was asked for (the registry's part), dual stack.
// Upstream: kubernetes pkg/registry/core/service, pkg/apis/core/v1/defaults.go

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { validateService } from './validation'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface ServiceSpec extends JsonObject {
  readonly type?: string
  readonly clusterIP?: string
  readonly externalIPs?: readonly string[]
  readonly ports?: readonly {
    readonly port: number
    readonly nodePort?: number
    readonly protocol?: string
    readonly targetPort?: number | string
  }[]
  readonly selector?: Readonly<Record<string, string>>
}
const specOf = (object: ApiObject) => (object.spec ?? {}) as ServiceSpec

const defaults = (object: ApiObject): ApiObject => {
  const spec = specOf(object)
  const ports = spec.ports?.map((p) => ({ protocol: 'TCP', targetPort: p.port, ...p }))
  return {
    ...object,
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ...(spec.type === 'ExternalName' ? {} : { internalTrafficPolicy: 'Cluster' }),
      ...spec,
      ...(ports ? { ports } : {}),
    },
  }
}

const port = (p: NonNullable<ServiceSpec['ports']>[number]) =>
  p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`

export const service: Kind = {
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'services/specs',
  schema: types.struct('Service'),
  nameRule: 'dnsLabel',
  allowCreateOnUpdate: true,
  defaults,
  validate: validateService,
  prepareForCreate: (object) => ({ ...object, status: { loadBalancer: {} } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  fieldSelectors: { 'spec.clusterIP': (o) => specOf(o).clusterIP ?? '', 'spec.type': (o) => specOf(o).type ?? '' },
  subresources: { status: { verbs: ['get', 'patch', 'update'], prepareForUpdate: (object, old) => ({ ...object, spec: old.spec }) } },
  columns: [
    nameColumn,
    column('Type', 'type determines how the Service is exposed.', (o) => specOf(o).type ?? ''),
    column('Cluster-IP', 'clusterIP is the IP address of the service.', (o) => specOf(o).clusterIP || '<none>'),
    column(
      'External-IP',
      'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.',
      (o) => (specOf(o).type === 'LoadBalancer' ? '<pending>' : specOf(o).externalIPs?.join(',') || '<none>'),
    ),
    column('Port(s)', 'The list of ports that are exposed by this service.', (o) => specOf(o).ports?.map(port).join(',') || '<none>'),
    ageColumn,
    column(
      'Selector',
      'Route service traffic to pods with label keys and values matching this selector.',
      (o) =>
        Object.entries(specOf(o).selector ?? {})
          .map(([k, v]) => `${k}=${v}`)
          .join(',') || '<none>',
      wide,
    ),
  ],
}
