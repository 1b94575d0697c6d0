// What a NetworkPolicy must be to be stored, and what it is warned of.
// Upstream: kubernetes pkg/apis/networking/validation/validation.go (ValidateNetworkPolicySpec), pkg/registry/networking/networkpolicy/strategy.go

import { parseCidr } from '../../net/ipAddress'
import { specOf, type ApiObject } from '../../object'
import { cidrWarnings, holdsBlock, validateCidr } from '../../validation/addresses'
import { validateLabelSelector } from '../../validation/labelSelector'
import { portNameErrors } from '../../validation/names'
import { each, missing, named, NONE, notAllowed, Path, portNumber, unsupported, wrong, type Errors } from '../../validation/rules'
import type { Peer, PolicyRule, PolicySpec, Port } from './types'

const POLICY_TYPES = ['Ingress', 'Egress']
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']

export function validatePolicy(object: ApiObject): Errors {
  const at = Path.root('spec')
  const { podSelector, ingress, egress, policyTypes = [] } = specOf<PolicySpec>(object)
  const rules = (list: readonly PolicyRule[] | undefined, place: Path, peers: 'from' | 'to') =>
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
      : policyTypes.flatMap((type, i) =>
          POLICY_TYPES.includes(type) ? NONE : unsupported(at.child('policyTypes').index(i), type, POLICY_TYPES),
        )),
    ...each(ingress, at.child('ingress'), (rule, place) => missingBlocks(rule.from, place.child('from'))),
    ...each(egress, at.child('egress'), (rule, place) => missingBlocks(rule.to, place.child('to'))),
  ]
}

function validatePort({ protocol = 'TCP', port, endPort }: Port, at: Path): Errors {
  return [
    ...(PROTOCOLS.includes(protocol) ? NONE : unsupported(at.child('protocol'), protocol, PROTOCOLS)),
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

export function policyWarnings(object: ApiObject): readonly string[] {
  const { ingress = [], egress = [] } = specOf<PolicySpec>(object)
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
