// Which EndpointSlices of a Service are to be made, changed and deleted so that they say what is true of its Pods, with as few writes as possible.
// Upstream: endpointslice reconciler.go, utils.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { serviceSpecOf } from '../../api/kinds/service/types'
import { equalJson } from '../../base/equal'
import type { ApiObject } from '../../api/object'
import { isReady } from '../podFacts'
import { unhinted } from './hintedSlices'
import type { Hint } from './hints'
import { addressesOf, belongs, familyOf, hostnameIn, hasNoClusterIp, portIn, targetOf } from './servicePods'
import { ZONE } from './topologyHints'
import { HEADLESS, SERVICE_NAME, SLICE_MANAGED_BY, type Endpoint, type EndpointPort, type EndpointSlice } from './types'
import { reusing, type SlicePlan } from './writeSlices'

export const CONTROLLER = 'endpointslice-controller.k8s.io'
/** Endpoints in one slice. */
const FULL = 100

interface FamilyPlan extends SlicePlan {
  readonly addressType: string
  /** What could not be shown; the Service is looked at again. */
  readonly problems: readonly string[]
}

interface Planned {
  /** One after the other, each whatever the others came to. */
  readonly families: readonly FamilyPlan[]
  /** Slices of families that the Service does not have: they go last. */
  readonly strays: readonly EndpointSlice[]
}

interface Group {
  readonly ports: readonly EndpointPort[]
  readonly wanted: Map<string, Endpoint>
}

/** `hint` says of the slices of one family of addresses for whom their endpoints are. */
export function planSlices(
  service: ApiObject,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
  slices: readonly EndpointSlice[],
  hint: Hint,
): Planned {
  const types = addressTypesOf(service)
  const families = types.map((type) =>
    planType(
      service,
      pods,
      nodeOf,
      slices.filter((s) => s.addressType === type),
      type,
      hint,
    ),
  )
  return { families, strays: slices.filter((s) => !types.includes(s.addressType)) }
}

function addressTypesOf(service: ApiObject): readonly string[] {
  const { ipFamilies = [], clusterIP = '' } = serviceSpecOf(service)
  if (ipFamilies.length > 0) return [...new Set(ipFamilies)]
  return hasNoClusterIp(service) ? ['IPv4', 'IPv6'] : [familyOf(clusterIP)]
}

function planType(
  service: ApiObject,
  pods: readonly Pod[],
  nodeOf: (name: string) => Node | undefined,
  slices: readonly EndpointSlice[],
  addressType: string,
  hint: Hint,
): FamilyPlan {
  const { groups, problems } = groupsOf(service, pods, nodeOf, addressType)
  const ours = slices.filter((s) => isOwned(s, service))
  const create: EndpointSlice[] = []
  const update: EndpointSlice[] = []
  let remove = slices.filter((s) => !ours.includes(s))
  for (const [key, group] of groups) {
    const filled = fill(
      service,
      addressType,
      ours.filter((s) => portsKey(s.ports ?? []) === key),
      group,
    )
    create.push(...filled.create)
    update.push(...filled.update)
    remove.push(...filled.remove)
  }
  remove.push(...ours.filter((s) => !groups.has(portsKey(s.ports ?? []))))
  // A Service without endpoints has one empty slice.
  if (slices.length === remove.length && create.length === 0) {
    const placeholder = newSlice(service, addressType, [], [])
    if (remove.length === 1 && isPlaceholder(remove[0]!, placeholder)) remove = []
    else create.push(placeholder)
  }
  const changed = new Set([...update, ...remove].map(({ metadata }) => metadata.name))
  const hinted = hint({ create, update, unchanged: slices.filter(({ metadata }) => !changed.has(metadata.name)) }, addressType)
  const plan = reusing({ create: hinted.create, update: hinted.update, remove }, (slice) => isOwned(slice, service))
  return { ...plan, addressType, problems }
}

/** By the ports that their Pods have: one slice names one set of ports. */
function groupsOf(service: ApiObject, pods: readonly Pod[], nodeOf: (name: string) => Node | undefined, addressType: string) {
  const groups = new Map<string, Group>()
  const problems: string[] = []
  const { publishNotReadyAddresses = false } = serviceSpecOf(service) as { publishNotReadyAddresses?: boolean }
  for (const pod of pods) {
    if (!belongs(pod, true)) continue
    const ports = portsOf(service, pod)
    const key = portsKey(ports)
    let group = groups.get(key)
    if (!group) groups.set(key, (group = { ports, wanted: new Map() }))
    const { name, namespace } = pod.metadata
    const node = nodeOf(pod.spec.nodeName ?? '')
    if (!node && !publishNotReadyAddresses) {
      problems.push(`skipping Pod ${name} for Service ${namespace}/${service.metadata.name}: Node ${pod.spec.nodeName} Not Found`)
      continue
    }
    const endpoint = endpointOf(service, pod, node, addressType, publishNotReadyAddresses)
    if (endpoint.addresses.length > 0) group.wanted.set(endpointKey(endpoint), endpoint)
  }
  return { groups, problems }
}

function portsOf(service: ApiObject, pod: Pod): readonly EndpointPort[] {
  return (serviceSpecOf(service).ports ?? []).flatMap((servicePort): EndpointPort[] => {
    const port = portIn(pod, servicePort)
    const { name = '', protocol = 'TCP', appProtocol } = servicePort as { appProtocol?: string } & typeof servicePort
    return port === undefined ? [] : [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

function endpointOf(service: ApiObject, pod: Pod, node: Node | undefined, addressType: string, publishAll: boolean): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = publishAll || (serving && !terminating)
  const hostname = hostnameIn(pod, service)
  const nodeName = pod.spec.nodeName
  const zone = node?.metadata.labels?.[ZONE]
  return {
    addresses: addressesOf(pod).filter((address) => familyOf(address) === addressType),
    conditions: { ready, serving, terminating },
    ...(hostname ? { hostname } : {}),
    targetRef: targetOf(pod),
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
  }
}

/** Brings the slices of one set of ports to what is wanted: change what must change, fill that up, then the fullest that has room, then new ones. */
function fill(service: ApiObject, addressType: string, slices: readonly EndpointSlice[], { ports, wanted }: Group) {
  const left = new Map(wanted)
  const changed: EndpointSlice[] = []
  const unchanged: EndpointSlice[] = []
  const remove: EndpointSlice[] = []
  for (const slice of slices) {
    const had = slice.endpoints ?? []
    const kept = had.flatMap((endpoint) => {
      const found = left.get(endpointKey(endpoint))
      left.delete(endpointKey(endpoint))
      return found ? [found] : []
    })
    const labels = labelsOf(service)
    const differs = kept.length !== had.length || !kept.every((endpoint, i) => equalJson(endpoint, unhinted(had[i]!)))
    if (differs && kept.length === 0) remove.push(slice)
    else if (differs || !sameOwnLabels(slice, service)) changed.push(withEndpoints(slice, kept, labels))
    else unchanged.push(slice)
  }
  const take = (room: number): Endpoint[] => {
    const taken = [...left].slice(0, Math.max(0, room))
    for (const [key] of taken) left.delete(key)
    return taken.map(([, endpoint]) => endpoint)
  }
  const update = changed
    .sort((a, b) => b.endpoints!.length - a.endpoints!.length)
    .map((slice) =>
      left.size > 0 ? withEndpoints(slice, [...slice.endpoints!, ...take(FULL - slice.endpoints!.length)], slice.metadata.labels!) : slice,
    )
  const create: EndpointSlice[] = []
  while (left.size > 0) {
    const slice = left.size < FULL ? roomiest(unchanged, left.size) : undefined
    if (slice) {
      unchanged.splice(unchanged.indexOf(slice), 1)
      const had = slice.endpoints ?? []
      update.push(withEndpoints(slice, [...had, ...take(FULL - had.length)], labelsOf(service)))
    } else create.push(newSlice(service, addressType, ports, take(FULL)))
  }
  return { create, update, remove }
}

/** The one that is the nearest to full with these in it. */
function roomiest(slices: readonly EndpointSlice[], more: number): EndpointSlice | undefined {
  let best: EndpointSlice | undefined
  let least = FULL
  for (const slice of slices) {
    const room = FULL - more - (slice.endpoints?.length ?? 0)
    if (room >= 0 && room < least) [best, least] = [slice, room]
  }
  return best
}

function newSlice(service: ApiObject, addressType: string, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): EndpointSlice {
  const { name = '', namespace, uid } = service.metadata
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsOf(service),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid!, controller: true, blockOwnerDeletion: true }],
    },
    addressType,
    endpoints,
    ports,
  }
}

function withEndpoints(slice: EndpointSlice, endpoints: readonly Endpoint[], labels: Readonly<Record<string, string>>): EndpointSlice {
  return { ...slice, metadata: { ...slice.metadata, labels }, endpoints }
}

const RESERVED = new Set([SERVICE_NAME, SLICE_MANAGED_BY, HEADLESS])
const own = (labels: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED.has(key)))

/** The Service's own labels, and whose slice it is. */
function labelsOf(service: ApiObject): Readonly<Record<string, string>> {
  return {
    ...own(service.metadata.labels),
    ...(hasNoClusterIp(service) ? { [HEADLESS]: '' } : {}),
    [SERVICE_NAME]: service.metadata.name!,
    [SLICE_MANAGED_BY]: CONTROLLER,
  }
}

const sameOwnLabels = (slice: EndpointSlice, service: ApiObject) => equalJson(own(slice.metadata.labels), own(service.metadata.labels))

function isPlaceholder(slice: EndpointSlice, placeholder: EndpointSlice): boolean {
  return (
    (slice.endpoints?.length ?? 0) === 0 &&
    (slice.ports?.length ?? 0) === 0 &&
    slice.addressType === placeholder.addressType &&
    equalJson(slice.metadata.labels, placeholder.metadata.labels)
  )
}

const isOwned = ({ metadata }: EndpointSlice, service: ApiObject) =>
  (metadata.ownerReferences ?? []).some((o) => o.uid === service.metadata.uid && o.kind === 'Service' && o.apiVersion === 'v1')

export const portsKey = (ports: readonly EndpointPort[]) =>
  ports
    .map(({ name = '', port, protocol = 'TCP', appProtocol = '' }) => `${name}:${port}:${protocol}:${appProtocol}`)
    .sort()
    .join(',')

/** Only what it is called by: conditions and node are changed in place. */
export function endpointKey({ addresses, hostname = '', targetRef }: Endpoint): string {
  return [[...addresses].sort().join(','), hostname, String(targetRef?.namespace ?? ''), String(targetRef?.name ?? '')].join('|')
}
