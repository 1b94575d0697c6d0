// NetworkPolicy, networking.k8s.io/v1. No traffic is modelled: a policy is only stored.
// Upstream: kubernetes pkg/registry/networking/networkpolicy, pkg/apis/networking/v1/defaults.go

import type { Kind } from '../../kind'
import { specOf, type ApiObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { selectorText } from '../workload'
import type { PolicyRule, PolicySpec } from './types'
import { policyWarnings, validatePolicy } from './validation'

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<PolicySpec>(object)
  const rules = (list: readonly PolicyRule[] | undefined) =>
    list?.map((r) => (r.ports ? { ...r, ports: r.ports.map((p) => ({ protocol: 'TCP', ...p })) } : r))
  const policyTypes = spec.policyTypes?.length ? spec.policyTypes : ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])]
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.ingress ? { ingress: rules(spec.ingress) } : {}),
      ...(spec.egress ? { egress: rules(spec.egress) } : {}),
      policyTypes,
    } as ApiObject['spec'],
  }
}

export const networkPolicy: Kind = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'networkpolicies',
  schema: types.struct('NetworkPolicy'),
  hasGeneration: true,
  defaults: withDefaults,
  validate: validatePolicy,
  validateUpdate: validatePolicy,
  warnings: policyWarnings,
  columns: [
    nameColumn,
    column(
      'Pod-Selector',
      "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to any pods selected by this field. An empty selector matches all pods in the policy's namespace. Multiple network policies can select the same set of pods. In this case, the ingress rules for each are combined additively. This field is optional. If it is not specified, it defaults to an empty selector.",
      (o) => selectorText(specOf<PolicySpec>(o).podSelector),
    ),
    ageColumn,
  ],
}
