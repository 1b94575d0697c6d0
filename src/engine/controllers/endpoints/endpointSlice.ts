// Every Service with a selector has EndpointSlices that say where it is served: the addresses of its Pods, and whether each is ready.
// Leaves out: batching of updates (off by default upstream too).
// Upstream: kubernetes pkg/controller/endpointslice/endpointslice_controller.go

import { aggregated } from '../../api/errors/aggregated'
import type { Node } from '../../api/kinds/node'
import { messageOf, succeeded } from '../../client/answers'
import { EventRecorder, type EventNote } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { remove } from '../../client/requests'
import { whenSynced } from '../../client/sharedInformer'
import { ask, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { ApiObject } from '../../api/object'
import { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import { readyOf } from '../nodes/health'
import { podsByNamespace } from '../podsBy'
import { hinted } from './hints'
import { CONTROLLER, planSlices } from './planSlices'
import { podsOf, queueServicesOf, selectorOf, servicesInNamespaces } from './servicePods'
import { serviceKeyOf, SliceTracker } from './sliceTracker'
import { TopologyHints, ZONE } from './topologyHints'
import { TRIGGER_TIME, TriggerTimes } from './triggerTimes'
import { SLICES, slicesPath, type EndpointSlice } from './types'
import { carriedOut, isManagedBy, listenToSlices } from './writeSlices'

/** Milliseconds: the changes of several slices are looked at together. */
const SETTLE = 1000
const BACK_OFF = { baseDelay: 1000, maxDelay: 1_000_000, maxRetries: 15, workers: 5 }

export const endpointSliceController: StartController = ({ io, client, informers }) => {
  const pods = podsByNamespace(informers)
  const services = servicesInNamespaces(informers)
  const nodes = informers.of('/api/v1/nodes')
  const slices = informers.of(SLICES).index('service', (slice) => serviceKeyOf(slice as EndpointSlice))
  const events = new EventRecorder(io, client, { component: 'endpoint-slice-controller' })
  const tracker = new SliceTracker()
  const times = new TriggerTimes()
  const topology = new TopologyHints()

  const queue = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const service = services.get(namespace, name)
      if (!service) {
        times.forget(key)
        tracker.forget(key)
        return 'done'
      }
      const selector = selectorOf(service)
      if (!selector) return 'done'
      const there = ([...slices.by('service', key)] as EndpointSlice[]).filter(
        (s) => isManagedBy(s, CONTROLLER) && !s.metadata.deletionTimestamp,
      )
      if (tracker.isStale(key, there)) return 'failed'
      const members = podsOf(service, selector, pods)
      const changedAt = times.of(key, service, members)
      const notes = new Map<string, EventNote[]>()
      const notesOf = (addressType: string) => notes.get(addressType) ?? notes.set(addressType, []).get(addressType)!
      const { families, strays } = planSlices(
        service,
        members,
        (node) => nodes.get('', node) as Node | undefined,
        there,
        (family, addressType) => hinted(service, addressType, family, topology, notesOf(addressType)),
      )
      const stamp = (slice: EndpointSlice) => stamped(slice, changedAt)
      const problems: string[] = []
      for (const plan of families) {
        const create = service.metadata.deletionTimestamp ? [] : plan.create.map(stamp)
        const writes = { ...plan, create, update: plan.update.map(stamp) }
        const failure = yield* carriedOut(writes, namespace, `for Service ${key}`, tracker)
        problems.push(...plan.problems, ...(failure === undefined ? [] : [failure]))
        for (const note of notesOf(plan.addressType)) events.event(service, note)
      }
      for (const slice of strays) {
        const answer = yield* ask(remove(slicesPath(namespace, slice.metadata.name), {}))
        if (succeeded(answer)) tracker.deleted(slice)
        else problems.push(`error deleting ${slice.metadata.name} EndpointSlice for Service ${key}: ${messageOf(answer)}`)
      }
      if (problems.length === 0) return 'done'
      const message = `Error updating Endpoint Slices for Service ${key}: ${aggregated([...new Set(problems)])}`
      events.event(service, { type: 'Warning', reason: 'FailedToUpdateEndpointSlices', message })
      return 'failed'
    },
    BACK_OFF,
  )

  const nodesChanged = new WorkQueue(io, (_key, done) => {
    topology.setNodes(nodes.values() as IterableIterator<Node>)
    for (const key of topology.overloaded()) queue.add(key)
    done()
  })

  whenSynced([pods, services, slices, nodes], () => {
    const count = () => nodesChanged.add('nodes')
    nodes.listen({ add: count, delete: count, update: (now, old) => movesShares(now as Node, old as Node) && count() })
    const look = (service: ApiObject) => queue.add(keyOf(service))
    services.listen({ add: look, update: look, delete: look })
    queueServicesOf(pods, services, queue)
    listenToSlices(slices, CONTROLLER, tracker, (slice) => queue.addAfter(serviceKeyOf(slice), SETTLE))
  })
}

/** Changes of its CPU alone are not followed. */
const movesShares = (now: Node, old: Node): boolean =>
  (readyOf(now)?.status === 'True') !== (readyOf(old)?.status === 'True') || now.metadata.labels?.[ZONE] !== old.metadata.labels?.[ZONE]

function stamped(slice: EndpointSlice, changedAt: string | undefined): EndpointSlice {
  const { [TRIGGER_TIME]: _old, ...annotations } = slice.metadata.annotations ?? {}
  return {
    ...slice,
    metadata: { ...slice.metadata, annotations: changedAt === undefined ? annotations : { ...annotations, [TRIGGER_TIME]: changedAt } },
  }
}
