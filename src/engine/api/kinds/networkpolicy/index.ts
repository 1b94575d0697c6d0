// NetworkPolicy, networking.k8s.io/v1. No traffic is modelled: a policy is only stored.
// Upstream: kubernetes pkg/registry/networking/networkpolicy, pkg/apis/networking/validation (ValidateNetworkPolicySpec)

import { portNameErrors } from '../../validation/names'
import type { Kind } from '../../kind'
import { parseCidr } from '../../net/ipAddress'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { cidrWarnings, holdsBlock, validateCidr } from '../../validation/addresses'
import { validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { each, missing, named, NONE, notAllowed, Path, portNumber, unsupported, wrong, type Errors } from '../../validation/rules'
import { ageColumn, column, nameColumn } from '../columns'
import { selectorText } from '../workload'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Port extends JsonObject {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}
interface Peer extends JsonObject {
  readonly podSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] }
}
interface Rule extends JsonObject {
  readonly ports?: readonly Port[]
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
}
interface Spec extends JsonObject {
  readonly podSelector?: SelectorObject
  readonly policyTypes?: readonly string[]
  readonly ingress?: readonly Rule[]
  readonly egress?: readonly Rule[]
}

const TYPES = ['Ingress', 'Egress']

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<Spec>(object)
  const rules = (list: readonly Rule[] | undefined) =>
    list?.map((r) => (r.ports ? { ...r, ports: r.ports.map((p) => ({ protocol: 'TCP', ...p })) } : r))
  const types = spec.policyTypes?.length ? spec.policyTypes : ['Ingress', ...(spec.egress?.length ? ['Egress'] : [])]
  return {
    ...object,
    spec: {
      ...spec,
      ...(spec.ingress ? { ingress: rules(spec.ingress) } : {}),
      ...(spec.egress ? { egress: rules(spec.egress) } : {}),
      policyTypes: types,
    } as ApiObject['spec'],
  }
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const { podSelector, ingress, egress, policyTypes = [] } = specOf<Spec>(object)
  const rules = (list: readonly Rule[] | undefined, place: Path, peers: 'from' | 'to') =>
    each(list, place, (rule, p) => [
      ...each(rule.ports, p.child('ports'), validatePort),
      ...each(rule[peers], p.child(peers), validatePeer),
    ])
  return [
    ...validateLabelSelector(podSelector, at.child('podSelector')),
    ...rules(ingress, at.child('ingress'), 'from'),
    ...rules(egress, at.child('egress'), 'to'),
    ...(policyTypes.length > 2
      ? wrong(at.child('policyTypes'), policyTypes, 'may not specify more than two policyTypes')
      : policyTypes.flatMap((type, i) => (TYPES.includes(type) ? NONE : unsupported(at.child('policyTypes').index(i), type, TYPES)))),
    ...each(ingress, at.child('ingress'), (rule, place) => missingBlocks(rule.from, place.child('from'))),
    ...each(egress, at.child('egress'), (rule, place) => missingBlocks(rule.to, place.child('to'))),
  ]
}

function validatePort({ protocol = 'TCP', port, endPort }: Port, at: Path): Errors {
  return [
    ...(['TCP', 'UDP', 'SCTP'].includes(protocol) ? NONE : unsupported(at.child('protocol'), protocol, ['TCP', 'UDP', 'SCTP'])),
    ...(port === undefined
      ? endPort === undefined
        ? NONE
        : wrong(at.child('endPort'), endPort, 'may not be specified when `port` is not specified')
      : typeof port === 'number'
        ? [
            ...portNumber(port, at.child('port')),
            ...(endPort !== undefined && endPort < port
              ? wrong(at.child('endPort'), endPort, 'must be greater than or equal to `port`')
              : NONE),
            ...(endPort !== undefined ? portNumber(endPort, at.child('endPort')) : NONE),
          ]
        : [
            ...(endPort === undefined ? NONE : wrong(at.child('endPort'), endPort, 'may not be specified when `port` is non-numeric')),
            ...named(port, at.child('port'), portNameErrors),
          ]),
  ]
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: Peer, at: Path): Errors {
  const selects = podSelector !== undefined || namespaceSelector !== undefined
  return [
    ...validateLabelSelector(podSelector, at.child('podSelector')),
    ...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')),
    ...(ipBlock ? validateBlock(ipBlock, at.child('ipBlock')) : NONE),
    ...(ipBlock && selects ? notAllowed(at, 'may not specify both ipBlock and another peer') : NONE),
    ...(!ipBlock && !selects ? missing(at, 'must specify a peer') : NONE),
  ]
}

function validateBlock({ cidr = '', except = [] }: NonNullable<Peer['ipBlock']>, at: Path): Errors {
  if (cidr === '') return NONE
  return [
    ...validateCidr(cidr, at.child('cidr')),
    ...(parseCidr(cidr)
      ? each(except, at.child('except'), (inner, place) => [
          ...validateCidr(inner, place),
          ...(holdsBlock(cidr, inner) === false ? wrong(place, inner, 'must be a strict subset of `cidr`') : NONE),
        ])
      : NONE),
  ]
}

/** Upstream's declared rule is asked after all others. */
const missingBlocks = (peers: readonly Peer[] | undefined, at: Path): Errors =>
  each(peers, at, ({ ipBlock }, place) => (ipBlock && !ipBlock.cidr ? missing(place.child('ipBlock', 'cidr')) : NONE))

function warnings(object: ApiObject): readonly string[] {
  const { ingress = [], egress = [] } = specOf<Spec>(object)
  const blocks = (peers: readonly Peer[] | undefined, at: Path) =>
    (peers ?? []).flatMap(({ ipBlock }, k) => {
      const place = at.index(k).child('ipBlock')
      return [
        ...(ipBlock ? cidrWarnings(ipBlock.cidr ?? '', place.child('cidr')) : []),
        ...(ipBlock?.except ?? []).flatMap((inner, n) => cidrWarnings(inner, place.child('except').index(n))),
      ]
    })
  const at = Path.root('spec')
  return [
    ...ingress.flatMap((rule, i) => blocks(rule.from, at.child('ingress').index(i).child('from'))),
    ...egress.flatMap((rule, i) => blocks(rule.to, at.child('egress').index(i).child('to'))),
  ]
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
  validate,
  validateUpdate: validate,
  warnings,
  columns: [
    nameColumn,
    column(
      'Pod-Selector',
      "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to any pods selected by this field. An empty selector matches all pods in the policy's namespace. Multiple network policies can select the same set of pods. In this case, the ingress rules for each are combined additively. This field is optional. If it is not specified, it defaults to an empty selector.",
      (o) => selectorText(specOf<Spec>(o).podSelector),
    ),
    ageColumn,
  ],
}
