// The older form of EndpointSlices: one Endpoints object for each Service with a selector, under its name.
// Leaves out: batching of updates (off by default upstream too).
// Upstream: kubernetes pkg/controller/endpoint/{endpoints_controller,endpoints_tracker}.go

import type { Pod } from '../../api/kinds/pod/types'
import { serviceSpecOf } from '../../api/kinds/service/types'
import { equalJson } from '../../base/equal'
import type { ApiObject } from '../../api/object'
import { without } from '../../base/without'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { bodyOf, messageOf, namespaceGoes, succeeded } from '../../client/answers'
import { create, remove, replace } from '../../client/requests'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { isReady } from '../podFacts'
import { podsByNamespace } from '../podsBy'
import {
  addressesOf,
  belongs,
  familyOf,
  hostnameIn,
  hasNoClusterIp,
  podsOf,
  portIn,
  queueServicesOf,
  selectorOf,
  servicesInNamespaces,
  targetOf,
  type Labels,
} from './servicePods'
import { repacked, truncated } from './subsets'
import { TRIGGER_TIME, TriggerTimes } from './triggerTimes'
import { ENDPOINTS, HEADLESS, type EndpointAddress, type EndpointPort, type Endpoints, type EndpointSubset } from './types'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
/** Of a process that leads: Endpoints that were locks are nobody's leftovers. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const MOST = 1000

export const endpointsController: StartController = ({ io, client, informers }) => {
  const pods = podsByNamespace(informers)
  const services = servicesInNamespaces(informers)
  const endpoints = informers.of(ENDPOINTS)
  const events = new EventRecorder(io, client, { component: 'endpoint-controller' })
  const times = new TriggerTimes()
  /** Revisions that this controller has replaced, until its watch brings the newer one. */
  const replaced = new Map<string, string>()

  const queue = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const service = services.get(namespace, name)
      if (!service) {
        const answer = yield* ask(remove(pathOf(namespace, name), {}))
        if (!succeeded(answer) && answer.status !== 404) return 'failed'
        times.forget(key)
        replaced.delete(key)
        return 'done'
      }
      const selector = selectorOf(service)
      if (!selector) return 'done'
      const members = podsOf(service, selector, pods)
      const changedAt = times.of(key, service, members)
      const subsets = repacked(members.flatMap((pod) => subsetsOf(service, pod)))
      const current = endpoints.get(namespace, name) as Endpoints | undefined
      if (current && replaced.get(key) === current.metadata.resourceVersion) return 'failed'
      if (current && isRight(current, subsets, service)) return 'done'
      const next = written(service, current, subsets, changedAt)
      const answer = current ? yield* ask(replace(pathOf(namespace, name), next)) : yield* ask(create(pathOf(namespace), next))
      if (!succeeded(answer)) {
        if (!current && answer.status === 403 && namespaceGoes(answer)) return 'done'
        const [reason, message] = current
          ? ['FailedToUpdateEndpoint', `Failed to update endpoint ${key}: ${messageOf(answer)}`]
          : ['FailedToCreateEndpoint', `Failed to create endpoint for service ${key}: ${messageOf(answer)}`]
        events.event(next, { type: 'Warning', reason, message })
        return 'failed'
      }
      // Where the write changed nothing, no newer one will come.
      const old = current?.metadata.resourceVersion
      if (old !== undefined && bodyOf<Endpoints>(answer)!.metadata.resourceVersion !== old) replaced.set(key, old)
      return 'done'
    },
    { workers: 5, maxRetries: 15 },
  )

  whenSynced([pods, services, endpoints], () => {
    const look = (object: ApiObject) => queue.add(keyOf(object))
    services.listen({ add: look, update: look, delete: look })
    queueServicesOf(pods, services, queue)
    // Those of Services that went while nobody looked.
    for (const object of endpoints.values()) if (object.metadata.annotations?.[LEADER] === undefined) look(object)
    endpoints.listen({ delete: look })
  })
}

const pathOf = (namespace: string, name?: string) => `/api/v1/namespaces/${namespace}/endpoints${name ? `/${name}` : ''}`

/** One for each port of the Service that this Pod serves. */
function subsetsOf(service: ApiObject, pod: Pod): readonly EndpointSubset[] {
  const {
    ports = [],
    clusterIP,
    ipFamilies = [],
    publishNotReadyAddresses = false,
  } = serviceSpecOf(service) as ReturnType<typeof serviceSpecOf> & {
    publishNotReadyAddresses?: boolean
  }
  if (!belongs(pod, publishNotReadyAddresses)) return []
  const all = addressesOf(pod)
  const family = ipFamilies[0] ?? familyOf(clusterIP && clusterIP !== 'None' ? clusterIP : all[0]!)
  const ip = all.find((address) => familyOf(address) === family)
  if (ip === undefined) return []
  const hostname = hostnameIn(pod, service)
  const address: EndpointAddress = {
    ip,
    ...(hostname ? { hostname } : {}),
    nodeName: pod.spec.nodeName,
    targetRef: targetOf(pod),
  }
  const shown = publishNotReadyAddresses || isReady(pod) ? { addresses: [address] } : { notReadyAddresses: [address] }
  if (ports.length === 0) return clusterIP === 'None' ? [shown] : []
  return ports.flatMap((servicePort): EndpointSubset[] => {
    const port = portIn(pod, servicePort)
    if (port === undefined) return []
    const { name, protocol = 'TCP', appProtocol } = servicePort as EndpointPort
    return [{ ...shown, ports: [{ ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) }] }]
  })
}

function isRight(current: Endpoints, subsets: readonly EndpointSubset[], service: ApiObject): boolean {
  return (
    equalJson(repacked(current.subsets ?? []), subsets) &&
    equalJson(own(current.metadata.labels), own(service.metadata.labels)) &&
    current.metadata.labels?.[MANAGED_BY] === MANAGER &&
    current.metadata.annotations?.[OVER_CAPACITY] === undefined
  )
}

const MANAGER = 'endpoint-controller'
const own = (labels: Labels = {}) => without(labels, HEADLESS, MANAGED_BY)

function written(
  service: ApiObject,
  current: Endpoints | undefined,
  subsets: readonly EndpointSubset[],
  changedAt: string | undefined,
): Endpoints {
  const cut = truncated(subsets, MOST)
  const { name, labels } = service.metadata
  const annotations = {
    ...without(current?.metadata.annotations ?? {}, TRIGGER_TIME, OVER_CAPACITY),
    ...(changedAt === undefined ? {} : { [TRIGGER_TIME]: changedAt }),
    ...(cut ? { [OVER_CAPACITY]: 'truncated' } : {}),
  }
  return {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: {
      // New ones get their namespace from the path: events about them are in none, which is written as default.
      ...(current?.metadata ?? { name }),
      labels: { ...without(labels ?? {}, HEADLESS), ...(hasNoClusterIp(service) ? { [HEADLESS]: '' } : {}), [MANAGED_BY]: MANAGER },
      annotations,
    },
    subsets: cut ?? subsets,
  }
}
