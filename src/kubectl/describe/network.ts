// kubectl describe of Service, Endpoints, EndpointSlice, Ingress and NetworkPolicy.
// Upstream: kubectl pkg/describe/describe.go

import type { JsonObject } from '../../engine/index'
import type { Step } from '../effects'
import type { Asking, Describer } from './describer'
import { annotationLines, labelLines, marked, named, none, selectorText, type Described, type LabelSelector, type Lines } from './parts'

interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly targetPort?: string | number
  readonly nodePort?: number
  readonly appProtocol?: string
}

const listed = (value: unknown) => ((value ?? []) as readonly string[]).join(',')
const told = (title: string, value: unknown): Lines => (value === undefined || value === '' ? [] : [`${title}:\t${String(value)}`])

export const describeService: Describer = function* (service, asking) {
  const spec = service.spec ?? {}
  const slices = yield* slicesOf(service.metadata.namespace!, service.metadata.name, asking)
  const ingress = ((service.status?.loadBalancer as JsonObject | undefined)?.ingress ?? []) as readonly { ip?: string; hostname?: string }[]
  const selector = { matchLabels: spec.selector as Record<string, string> | undefined }
  const portLines = (port: ServicePort): Lines => [
    `Port:\t${port.name ?? '<unset>'}\t${port.port}/${port.protocol ?? 'TCP'}`,
    `TargetPort:\t${port.targetPort ?? 0}/${port.protocol ?? 'TCP'}`,
    ...told('AppProtocol', port.appProtocol),
    ...(port.nodePort ? [`NodePort:\t${port.name ?? '<unset>'}\t${port.nodePort}/${port.protocol ?? 'TCP'}`] : []),
    `Endpoints:\t${endpointText(slices, port.name ?? '')}`,
  ]
  return [
    ...named(service),
    ...marked(service),
    `Selector:\t${selectorText(selector)}`,
    `Type:\t${String(spec.type ?? '')}`,
    ...told('IP Family Policy', spec.ipFamilyPolicy),
    `IP Families:\t${none(listed(spec.ipFamilies))}`,
    `IP:\t${String(spec.clusterIP ?? '')}`,
    `IPs:\t${none(listed(spec.clusterIPs))}`,
    ...told('External IPs', listed(spec.externalIPs)),
    ...told('Desired LoadBalancer IP', spec.loadBalancerIP),
    ...told('External Name', spec.externalName),
    ...told('LoadBalancer Ingress', ingress.map((i) => i.ip ?? i.hostname ?? '').join(', ')),
    ...((spec.ports ?? []) as readonly unknown[] as readonly ServicePort[]).flatMap(portLines),
    `Session Affinity:\t${String(spec.sessionAffinity ?? '')}`,
    ...told('External Traffic Policy', spec.externalTrafficPolicy),
    ...told('Internal Traffic Policy', spec.internalTrafficPolicy),
    ...told('HealthCheck NodePort', spec.healthCheckNodePort),
    ...told('LoadBalancer Source Ranges', listed(spec.loadBalancerSourceRanges)),
    ...told('Traffic Distribution', spec.trafficDistribution),
    ...(yield* asking.events(service)),
  ]
}

function slicesOf(namespace: string, service: string, asking: Asking): Step<readonly Described[]> {
  const labelSelector = `kubernetes.io/service-name=${service}`
  return asking.list(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { labelSelector }, false)
}

interface Endpoint {
  readonly addresses: readonly string[]
  readonly conditions?: { readonly ready?: boolean }
  readonly hostname?: string
  readonly nodeName?: string
  readonly zone?: string
  readonly targetRef?: { readonly kind?: string; readonly name?: string }
}
interface SlicePort {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
}
const portsOf = (slice: Described) => (slice.ports ?? []) as readonly SlicePort[]
const endpointsOf = (slice: Described) => (slice.endpoints ?? []) as readonly Endpoint[]

const SHOWN = 3

/** The first addresses that are ready, behind the port of this name. */
function endpointText(slices: readonly Described[], portName: string): string {
  if (slices.length === 0) return '<none>'
  const all = slices.flatMap((slice) => {
    const ready = endpointsOf(slice).filter((e) => e.conditions?.ready !== false)
    const ports = portsOf(slice)
    if (ports.length === 0) return ready.map((e) => e.addresses[0]!)
    return ports.filter((p) => (p.name ?? '') === portName).flatMap((p) => ready.map((e) => hostPort(e.addresses[0]!, p.port ?? 0)))
  })
  const text = all.slice(0, SHOWN).join(',')
  return all.length > SHOWN ? `${text} + ${all.length - SHOWN} more...` : text
}

const hostPort = (address: string, port: number) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

export const describeEndpointSlice: Describer = function* (slice, asking) {
  const ports = portsOf(slice)
  const endpoints = endpointsOf(slice)
  return [
    ...named(slice),
    ...marked(slice),
    `AddressType:\t${String(slice.addressType)}`,
    ...(ports.length === 0
      ? ['Ports: <unset>']
      : [
          'Ports:',
          '  Name\tPort\tProtocol',
          '  ----\t----\t--------',
          ...ports.map((p) => `  ${p.name || '<unset>'}\t${p.port ?? '<unset>'}\t${p.protocol ?? ''}`),
        ]),
    ...(endpoints.length === 0 ? ['Endpoints: <none>'] : ['Endpoints:', ...endpoints.flatMap(endpointLines)]),
    ...(yield* asking.events(slice)),
  ]
}

function endpointLines({ addresses, conditions, hostname, targetRef, nodeName, zone }: Endpoint): Lines {
  return [
    `  - Addresses:\t${none(addresses.join(', '))}`,
    '    Conditions:',
    `      Ready:\t${String(conditions?.ready ?? '<unset>')}`,
    `    Hostname:\t${hostname ?? '<unset>'}`,
    ...(targetRef ? [`    TargetRef:\t${targetRef.kind ?? ''}/${targetRef.name ?? ''}`] : []),
    `    NodeName:\t${nodeName ?? '<unset>'}`,
    `    Zone:\t${zone ?? '<unset>'}`,
  ]
}

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[]
  readonly notReadyAddresses?: readonly { readonly ip: string }[]
  readonly ports?: readonly SlicePort[]
}

export const describeEndpoints: Describer = function* (endpoints, asking) {
  const subsets = (endpoints.subsets ?? []) as readonly Subset[]
  const addresses = (list: Subset['addresses'] = []) => none(list.map((a) => a.ip).join(','))
  return [
    ...named(endpoints),
    ...marked(endpoints),
    'Subsets:',
    ...subsets.flatMap((subset) => [
      `  Addresses:\t${addresses(subset.addresses)}`,
      `  NotReadyAddresses:\t${addresses(subset.notReadyAddresses)}`,
      ...(subset.ports?.length
        ? [
            '  Ports:',
            '    Name\tPort\tProtocol',
            '    ----\t----\t--------',
            ...subset.ports.map((p) => `    ${p.name || '<unset>'}\t${p.port ?? 0}\t${p.protocol ?? ''}`),
          ]
        : []),
      '',
    ]),
    ...(yield* asking.events(endpoints)),
  ]
}

interface Backend {
  readonly service?: { readonly name: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string }
}
interface IngressRule {
  readonly host?: string
  readonly http?: { readonly paths: readonly { readonly path?: string; readonly backend: Backend }[] }
}

export const describeIngress: Describer = function* (ingress, asking) {
  const { metadata, spec = {}, status } = ingress
  const balancer = ((status?.loadBalancer as JsonObject | undefined)?.ingress ?? []) as readonly { ip?: string; hostname?: string }[]
  const tls = (spec.tls ?? []) as readonly { hosts?: readonly string[]; secretName?: string }[]
  const fallback = spec.defaultBackend ? yield* backendText(spec.defaultBackend as Backend, metadata.namespace!, asking) : '<default>'
  const rules: string[] = []
  for (const { host, http } of (spec.rules ?? []) as readonly unknown[] as readonly IngressRule[]) {
    if (!http) continue
    rules.push(`  ${host || '*'}\t`)
    for (const { path, backend } of http.paths)
      rules.push(`    \t${path ?? ''} \t${yield* backendText(backend, metadata.namespace!, asking)}`)
  }
  return [
    `Name:\t${metadata.name}`,
    ...labelLines('Labels', metadata.labels),
    `Namespace:\t${metadata.namespace}`,
    `Address:\t${balancer.map((i) => i.ip ?? i.hostname ?? '').join(',')}`,
    `Ingress Class:\t${String(spec.ingressClassName ?? '<none>')}`,
    `Default backend:\t${fallback}`,
    ...(tls.length === 0
      ? []
      : ['TLS:', ...tls.map((t) => `  ${t.secretName ? `${t.secretName} terminates` : 'SNI routes'} ${listed(t.hosts)}`)]),
    'Rules:',
    '  Host\tPath\tBackends',
    '  ----\t----\t--------',
    ...(rules.length === 0 ? [`  *\t*\t${fallback}`] : rules),
    ...annotationLines('Annotations', metadata.annotations),
    ...(yield* asking.events(ingress)),
  ]
}

function* backendText({ service, resource }: Backend, namespace: string, asking: Asking): Step<string> {
  if (resource) return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`
  if (!service) return ''
  const { name, port = {} } = service
  const text = `${name}:${port.name || port.number || ''}`
  const slices = yield* slicesOf(namespace, name, asking)
  const found = yield* asking.get(`/api/v1/namespaces/${namespace}/services/${name}`)
  if (!found) return `${text} (<error: services "${name}" not found>)`
  const ports = (found.spec?.ports ?? []) as readonly unknown[] as readonly ServicePort[]
  const behind = ports.find((p) => (port.number ? p.port === port.number : p.name === port.name))
  return `${text} (${endpointText(slices, behind?.name ?? '')})`
}

interface Peer {
  readonly podSelector?: LabelSelector
  readonly namespaceSelector?: LabelSelector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
interface PolicyRule {
  readonly ports?: readonly { readonly protocol?: string; readonly port?: string | number; readonly endPort?: number }[]
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
}

export const describeNetworkPolicy: Describer = function* (policy) {
  const {
    podSelector,
    policyTypes = [],
    ingress = [],
    egress = [],
  } = (policy.spec ?? {}) as unknown as {
    podSelector?: LabelSelector
    policyTypes?: readonly string[]
    ingress?: readonly PolicyRule[]
    egress?: readonly PolicyRule[]
  }
  const selector = selectorText(podSelector)
  return [
    ...named(policy),
    `Created on:\t${(policy.metadata.creationTimestamp ?? '').replace('T', ' ').replace('Z', ' +0000 UTC')}`,
    ...marked(policy),
    'Spec:',
    `  PodSelector:     ${selector === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)' : selector}`,
    ...(policyTypes.includes('Ingress')
      ? ['  Allowing ingress traffic:', ...trafficLines(ingress, 'From', 'ingress', 'source')]
      : ['  Not affecting ingress traffic']),
    ...(policyTypes.includes('Egress')
      ? ['  Allowing egress traffic:', ...trafficLines(egress, 'To', 'egress', 'destination')]
      : ['  Not affecting egress traffic']),
    `  Policy Types: ${policyTypes.join(', ')}`,
  ]
}

function trafficLines(rules: readonly PolicyRule[], word: 'From' | 'To', way: string, end: string): Lines {
  if (rules.length === 0) return [`    <none> (Selected pods are isolated for ${way} connectivity)`]
  return rules.flatMap((rule, i) => {
    const peers = (word === 'From' ? rule.from : rule.to) ?? []
    return [
      ...(rule.ports?.length
        ? rule.ports.map(({ port, endPort, protocol = 'TCP' }) =>
            endPort === undefined ? `    To Port: ${port ?? '<nil>'}/${protocol}` : `    To Port Range: ${port}-${endPort}/${protocol}`,
          )
        : ['    To Port: <any> (traffic allowed to all ports)']),
      ...(peers.length === 0
        ? [`    ${word}: <any> (traffic not restricted by ${end})`]
        : peers.flatMap((peer) => [`    ${word}:`, ...peerLines(peer)])),
      ...(i < rules.length - 1 ? ['    ----------'] : []),
    ]
  })
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: Peer): Lines {
  if (ipBlock) return ['      IPBlock:', `        CIDR: ${ipBlock.cidr}`, `        Except: ${(ipBlock.except ?? []).join(', ')}`]
  return [
    ...(namespaceSelector ? [`      NamespaceSelector: ${selectorText(namespaceSelector)}`] : []),
    ...(podSelector ? [`      PodSelector: ${selectorText(podSelector)}`] : []),
  ]
}
