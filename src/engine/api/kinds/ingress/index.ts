// Ingress, networking.k8s.io/v1.
// Upstream: kubernetes pkg/registry/networking/ingress, pkg/apis/networking/validation (ValidateIngressSpec)

import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { balancerAddresses } from '../loadBalancer'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { CLASS, classOf, sameClass, validateIngress, validateStatus, type Spec } from './validation'

function hostsText(object: ApiObject): string {
  const hosts = (specOf<Spec>(object).rules ?? []).map((r) => r.host ?? '').filter(Boolean)
  if (hosts.length === 0) return '*'
  return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',')
}

export const ingress: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  resource: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'ingress',
  schema: types.struct('Ingress'),
  hasGeneration: true,
  prepareForCreate: (object) => ({ ...object, status: { loadBalancer: {} } }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: (object) => [...validateIngress(object), ...sameClass(object)],
  warnings: (object, old) =>
    !old && classOf(object) !== undefined && specOf<Spec>(object).ingressClassName === undefined
      ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  validateUpdate: validateIngress,
  subresources: { status: { ...statusSubresource, validateUpdate: validateStatus } },
  columns: [
    nameColumn,
    column(
      'Class',
      'The name of the IngressClass resource that should be used for additional configuration',
      (o) => specOf<Spec>(o).ingressClassName ?? '<none>',
    ),
    column('Hosts', 'Hosts that incoming requests are matched against before the ingress rule', hostsText),
    column('Address', 'Address is a list containing ingress points for the load-balancer', (o) => balancerAddresses(o).join(',')),
    column('Ports', 'Ports of TLS configurations that open', (o) => (specOf<Spec>(o).tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
}
