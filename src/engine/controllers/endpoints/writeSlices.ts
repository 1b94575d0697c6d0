// What the two controllers that write EndpointSlices have in common: carrying a plan out, and hearing of slices that somebody else changed.
// Upstream: endpointslice reconciler.go (finalize), kubernetes pkg/controller/endpointslice/endpointslice_controller.go (onEndpointSlice…)

import type { SharedInformer } from '../../client/sharedInformer'
import { bodyOf, messageOf, namespaceGoes, succeeded } from '../../client/answers'
import { create, remove, replace } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'
import { serviceKeyOf, type SliceTracker } from './sliceTracker'
import { SERVICE_NAME, SLICE_MANAGED_BY, slicesPath, type EndpointSlice } from './types'

export interface SlicePlan {
  readonly create: readonly EndpointSlice[]
  readonly update: readonly EndpointSlice[]
  readonly remove: readonly EndpointSlice[]
}

/** `whose` ends the sentences: `for Service default/web`. Returns what went wrong, if something did. */
export function* carriedOut(plan: SlicePlan, namespace: string, whose: string, tracker: SliceTracker): Sync<string | undefined> {
  for (const slice of plan.create) {
    const answer = yield* ask(create(slicesPath(namespace), slice))
    if (namespaceGoes(answer)) return undefined
    if (!succeeded(answer)) return `failed to create EndpointSlice ${whose}: ${messageOf(answer)}`
    tracker.wrote(bodyOf<EndpointSlice>(answer)!)
  }
  for (const slice of plan.update) {
    const answer = yield* ask(replace(slicesPath(namespace, slice.metadata.name), slice))
    if (!succeeded(answer)) return `failed to update ${slice.metadata.name} EndpointSlice ${whose}: ${messageOf(answer)}`
    tracker.wrote(bodyOf<EndpointSlice>(answer)!)
  }
  for (const slice of plan.remove) {
    const answer = yield* ask(remove(slicesPath(namespace, slice.metadata.name), {}))
    if (!succeeded(answer)) return `failed to delete ${slice.metadata.name} EndpointSlice ${whose}: ${messageOf(answer)}`
    tracker.deleted(slice)
  }
  return undefined
}

/** Slices that are to go take the content of those that are to be made, instead of both; `mayReuse` says which. */
export function reusing(plan: SlicePlan, mayReuse: (slice: EndpointSlice) => boolean): SlicePlan {
  const fresh = [...plan.create]
  const update = [...plan.update]
  const gone: EndpointSlice[] = []
  for (const slice of plan.remove) {
    const at = mayReuse(slice) ? fresh.findLastIndex((s) => s.addressType === slice.addressType) : -1
    if (at < 0) gone.push(slice)
    else for (const next of fresh.splice(at, 1)) update.push({ ...next, metadata: { ...next.metadata, name: slice.metadata.name } })
  }
  return { create: fresh, update, remove: gone }
}

export const isManagedBy = ({ metadata }: EndpointSlice, controller: string): boolean => metadata.labels?.[SLICE_MANAGED_BY] === controller

/** Calls back for a slice of this controller that others changed, and for one that came to it or left it. */
export function listenToSlices(
  slices: SharedInformer,
  controller: string,
  tracker: SliceTracker,
  changed: (slice: EndpointSlice) => void,
): void {
  const look = (slice: EndpointSlice) => slice.metadata.labels?.[SERVICE_NAME] && changed(slice)
  const heard = (slice: EndpointSlice) => {
    if (isManagedBy(slice, controller) && tracker.isNews(slice, serviceKeyOf(slice))) look(slice)
  }
  slices.listen({
    add: (object) => heard(object as EndpointSlice),
    update: (object, old) => {
      const [slice, was] = [object as EndpointSlice, old as EndpointSlice]
      if (serviceKeyOf(slice) !== serviceKeyOf(was)) {
        look(slice)
        look(was)
      } else if (isManagedBy(slice, controller) !== isManagedBy(was, controller)) look(slice)
      else heard(slice)
    },
    delete: (object) => {
      const slice = object as EndpointSlice
      if (isManagedBy(slice, controller) && tracker.went(slice, serviceKeyOf(slice))) look(slice)
    },
  })
}
