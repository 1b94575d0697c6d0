// For whom each endpoint of a Service is, by its annotation `topology-mode` or by what it prefers: nothing, the same zone, the same node.
// Upstream: endpointslice reconciler.go (reconcileByAddressType), trafficdist/trafficdist.go

import { serviceSpecOf } from '../../api/kinds/service/types'
import type { ApiObject } from '../../api/object'
import type { EventNote } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { rehinted, withHints, withoutHints, type SliceSet } from './hintedSlices'
import type { TopologyHints } from './topologyHints'
import type { Endpoint, EndpointHints } from './types'

export type Hint = (slices: SliceSet, addressType: string) => SliceSet

const MODE = 'service.kubernetes.io/topology-mode'
/** Where both are set, this one counts. */
const DEPRECATED_MODE = 'service.kubernetes.io/topology-aware-hints'
const PREFERENCE = /^Prefer(Close|SameZone|SameNode)$/

/** `notes` takes what the Service's events should say once the slices were written. */
export function hinted(service: ApiObject, addressType: string, slices: SliceSet, topology: TopologyHints, notes: EventNote[]): SliceSet {
  const key = keyOf(service)
  const { annotations = {} } = service.metadata
  const mode = annotations[DEPRECATED_MODE] ?? annotations[MODE]
  if (mode === 'Auto' || mode === 'auto') return topology.add(key, addressType, slices, notes)
  topology.drop(key, addressType, notes)
  const { trafficDistribution = '' } = serviceSpecOf(service) as { trafficDistribution?: string }
  return PREFERENCE.test(trafficDistribution) ? near(slices, trafficDistribution === 'PreferSameNode') : withoutHints(slices)
}

/** Each endpoint is for the zone that it is in, and for its node where that is wished. */
function near(slices: SliceSet, sameNode: boolean): SliceSet {
  const hintsOf = ({ zone, nodeName }: Endpoint): EndpointHints | undefined => {
    const forNodes = sameNode && nodeName ? [{ name: nodeName }] : undefined
    const forZones = zone ? [{ name: zone }] : undefined
    return forZones || forNodes ? { ...(forZones ? { forZones } : {}), ...(forNodes ? { forNodes } : {}) } : undefined
  }
  return rehinted(slices, (slice) => withHints(slice, (endpoint) => (endpoint.conditions.ready ? hintsOf(endpoint) : endpoint.hints)))
}
