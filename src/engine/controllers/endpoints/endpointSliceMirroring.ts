// Endpoints that somebody writes by hand for a Service without a selector are copied into EndpointSlices: all who route read only those.
// Leaves out: nothing of what is written; upstream's metrics.
// Upstream: kubernetes pkg/controller/endpointslicemirroring/{endpointslicemirroring_controller,reconciler,utils}.go

import { serviceSpecOf } from '../../api/kinds/service/types'
import { equalJson } from '../../base/equal'
import type { ApiObject, OwnerReference } from '../../api/object'
import { without } from '../../base/without'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { succeeded } from '../../client/answers'
import { remove } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { endpointKey, portsKey } from './planSlices'
import { familyOf, servicesInNamespaces } from './servicePods'
import { serviceKeyOf, SliceTracker } from './sliceTracker'
import { repacked } from './subsets'
import { TRIGGER_TIME } from './triggerTimes'
import {
  ENDPOINTS,
  SERVICE_NAME,
  SLICE_MANAGED_BY,
  SLICES,
  slicesPath,
  type Endpoint,
  type EndpointAddress,
  type EndpointPort,
  type Endpoints,
  type EndpointSlice,
} from './types'
import { carriedOut, isManagedBy, listenToSlices, reusing, type SlicePlan } from './writeSlices'

const CONTROLLER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** Addresses of one subset. */
const MOST = 1000
const BACK_OFF = { baseDelay: 1000, maxDelay: 100_000, maxRetries: 15, workers: 5 }

export const endpointSliceMirroringController: StartController = ({ io, client, informers }) => {
  const endpoints = informers.of(ENDPOINTS)
  const services = servicesInNamespaces(informers)
  const slices = informers.of(SLICES).index('service', (slice) => serviceKeyOf(slice as EndpointSlice))
  const events = new EventRecorder(io, client, { component: 'endpoint-slice-mirroring-controller' })
  const tracker = new SliceTracker()

  const queue = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const there = ([...slices.by('service', key)] as EndpointSlice[]).filter((s) => isManagedBy(s, CONTROLLER))
      const source = endpoints.get(namespace, name) as Endpoints | undefined
      const service = services.get(namespace, name)
      if (!source || !mirrors(source) || !service || hasSelector(service)) {
        tracker.forget(key)
        let failed = false
        for (const slice of there) failed = !succeeded(yield* ask(remove(slicesPath(namespace, slice.metadata.name), {}))) || failed
        return failed ? 'failed' : 'done'
      }
      if (tracker.isStale(key, there)) return 'failed'
      const { plan, right, skipped } = planMirror(source, there)
      right.forEach((slice) => tracker.know(slice))
      if (skipped > 0) {
        const message = `A max of ${MOST} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`
        events.event(source, { type: 'Warning', reason: 'TooManyAddressesToMirror', message })
      }
      return (yield* carriedOut(plan, namespace, `for Endpoints ${key}`, tracker)) === undefined ? 'done' : 'failed'
    },
    BACK_OFF,
  )

  whenSynced([endpoints, services, slices], () => {
    const look = (object: ApiObject) => queue.add(keyOf(object))
    const lookUnlessSelected = (service: ApiObject) => hasSelector(service) || look(service)
    services.listen({
      add: lookUnlessSelected,
      update: (now, old) => hasSelector(now) !== hasSelector(old) && look(now),
      delete: lookUnlessSelected,
    })
    const lookIfMirrored = (object: ApiObject) => mirrors(object) && look(object)
    endpoints.listen({ add: lookIfMirrored, update: (now, old) => (mirrors(now) || mirrors(old)) && look(now), delete: lookIfMirrored })
    listenToSlices(slices, CONTROLLER, tracker, (slice) => queue.add(serviceKeyOf(slice)))
  })
}

const hasSelector = (service: ApiObject) => Object.keys(serviceSpecOf(service).selector ?? {}).length > 0

const mirrors = ({ metadata }: ApiObject) => metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined

interface Wanted {
  readonly addressType: string
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Map<string, Endpoint>
}

interface Planned {
  readonly plan: SlicePlan
  /** Slices that are as they should be. */
  readonly right: readonly EndpointSlice[]
  /** Addresses that are too many. */
  readonly skipped: number
}

/** One slice for each set of ports and each family of addresses. */
function planMirror(source: Endpoints, there: readonly EndpointSlice[]): Planned {
  const wanted = new Map<string, Wanted>()
  let skipped = 0
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of repacked(source.subsets ?? [])) {
    const all = [...addresses.map((a) => endpointOf(a, true)), ...notReadyAddresses.map((a) => endpointOf(a, false))]
    skipped += Math.max(0, all.length - MOST)
    for (const endpoint of all.slice(0, MOST)) {
      const addressType = familyOf(endpoint.addresses[0]!)
      const key = `${addressType} ${portsKey(ports)}`
      let at = wanted.get(key)
      const named = ports.map((p) => ({ name: '', ...p }))
      if (!at) wanted.set(key, (at = { addressType, ports: named, endpoints: new Map() }))
      at.endpoints.set(endpointKey(endpoint), endpoint)
    }
  }
  const create: EndpointSlice[] = []
  const update: EndpointSlice[] = []
  const gone: EndpointSlice[] = []
  const right: EndpointSlice[] = []
  for (const slice of there) if (!wanted.has(keyOfSlice(slice))) gone.push(slice)
  for (const [key, want] of wanted) {
    const [first, ...rest] = there.filter((slice) => keyOfSlice(slice) === key)
    gone.push(...rest)
    if (first && isRight(first, want, source)) {
      right.push(first)
      continue
    }
    const slice = mirror(source, want, first)
    if (first) update.push(slice)
    else create.push(slice)
  }
  const plan = reusing({ create, update, remove: gone }, () => true)
  return { plan: source.metadata.deletionTimestamp ? { ...plan, create: [] } : plan, right, skipped }
}

const keyOfSlice = ({ addressType, ports }: EndpointSlice) => `${addressType} ${portsKey(ports ?? [])}`

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(targetRef ? { targetRef } : {}),
    ...(nodeName ? { nodeName } : {}),
  }
}

function isRight(slice: EndpointSlice, { endpoints }: Wanted, source: Endpoints): boolean {
  const had = slice.endpoints ?? []
  const { labels = {}, annotations = {} } = slice.metadata
  return (
    had.length === endpoints.size &&
    had.every((endpoint) => equalJson(endpoint, endpoints.get(endpointKey(endpoint)))) &&
    equalJson(without(labels, SLICE_MANAGED_BY, SERVICE_NAME), source.metadata.labels ?? {}) &&
    equalJson(annotations, annotationsOf(source)) &&
    !slice.metadata.ownerReferences?.some((owner) => isPredecessor(owner, source))
  )
}

/** Of the same name: the slice would go with it. */
const isPredecessor = ({ kind, name, uid }: OwnerReference, { metadata }: Endpoints) =>
  kind === 'Endpoints' && name === metadata.name && uid !== metadata.uid

const annotationsOf = ({ metadata }: Endpoints) => without(metadata.annotations ?? {}, TRIGGER_TIME, LAST_APPLIED)

function mirror(source: Endpoints, { addressType, ports, endpoints }: Wanted, old: EndpointSlice | undefined): EndpointSlice {
  const { name = '', namespace, uid, labels } = source.metadata
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      ...(old ? { name: old.metadata.name } : { generateName: `${name}-` }),
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [SLICE_MANAGED_BY]: CONTROLLER },
      annotations: annotationsOf(source),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name, uid: uid!, controller: true, blockOwnerDeletion: true }],
    },
    addressType,
    endpoints: [...endpoints.values()],
    ports,
  }
}
