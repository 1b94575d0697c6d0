// The hints of a set of slices: changed all at once, and of those that were right, which must be written because of it.
// Upstream: endpointslice topologycache/utils.go (RemoveHintsFromSlices), trafficdist/trafficdist.go (ReconcileHints)

import { equalJson } from '../../base/equal'
import { without } from '../../base/without'
import type { Endpoint, EndpointHints, EndpointSlice } from './types'

/** A Service's slices of one family of addresses: to be made, to be written, and right as they are but for their hints. */
export interface SliceSet {
  readonly create: readonly EndpointSlice[]
  readonly update: readonly EndpointSlice[]
  readonly unchanged: readonly EndpointSlice[]
}

export const withoutHints = (slices: SliceSet): SliceSet => rehinted(slices, (slice) => withHints(slice, () => undefined))

/** Of those that were right, the ones whose hints change are written too. */
export function rehinted(slices: SliceSet, hint: (slice: EndpointSlice) => EndpointSlice): SliceSet {
  const after = slices.unchanged.map((slice) => [slice, hint(slice)] as const)
  const stay = ([before, now]: (typeof after)[number]) => equalJson(before.endpoints, now.endpoints)
  return {
    create: slices.create.map(hint),
    update: [...slices.update.map(hint), ...after.filter((pair) => !stay(pair)).map(([, now]) => now)],
    unchanged: after.filter(stay).map(([before]) => before),
  }
}

export function withHints(slice: EndpointSlice, hintsOf: (endpoint: Endpoint) => EndpointHints | undefined): EndpointSlice {
  if (!slice.endpoints) return slice
  const endpoints = slice.endpoints.map((endpoint): Endpoint => {
    const hints = hintsOf(endpoint)
    return hints ? { ...endpoint, hints } : endpoint.hints ? unhinted(endpoint) : endpoint
  })
  return { ...slice, endpoints }
}

/** What an endpoint says without its hints. */
export const unhinted = (endpoint: Endpoint): Endpoint => without(endpoint, 'hints')
