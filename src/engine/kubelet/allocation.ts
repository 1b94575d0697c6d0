// What a node has set aside for a Pod: the resources that it was admitted with, or resized to last. Kept on disk, so that a kubelet that starts
// anew holds to it whatever the Pod asks for by then.
// Leaves out: volumes in memory, which are resized by a gate that is off.
// Upstream: kubernetes pkg/kubelet/allocation/allocation_manager.go (allocationFromPod, UpdatePodFromAllocation), allocation/state

import { equalJson } from '../api/equal'
import { podTotals } from '../api/kinds/pod/totals'
import type { Container, Pod, Resources } from '../api/kinds/pod/types'
import { formatQuantity } from '../api/quantity'
import { without } from '../api/without'
import type { JsonObject } from '../base/json'

export interface Allocation {
  /** Of the Pod as a whole, where it says something of that. */
  readonly pod: Resources | undefined
  readonly containers: ReadonlyMap<string, Resources | undefined>
}

/** By uid of the Pod. */
export type Allocations = Map<string, Allocation>

export function allocationOf({ spec }: Pod): Allocation {
  const containers = [...(spec.initContainers ?? []), ...spec.containers].map((c) => [c.name, c.resources] as const)
  return { pod: spec.resources, containers: new Map(containers) }
}

/** The Pod as it is allocated; itself where it asks for nothing else. */
export function allocatedPod(pod: Pod, allocation: Allocation | undefined): Pod {
  if (!allocation) return pod
  const { spec } = pod
  const heldTo = (list: readonly Container[]) => {
    const held = list.map((c) => withResources(c, allocation.containers.has(c.name) ? allocation.containers.get(c.name) : c.resources))
    return held.every((c, i) => c === list[i]) ? list : held
  }
  const containers = heldTo(spec.containers)
  const initContainers = spec.initContainers && heldTo(spec.initContainers)
  const whole = withResources(spec, allocation.pod)
  if (whole === spec && containers === spec.containers && initContainers === spec.initContainers) return pod
  return { ...pod, spec: { ...whole, containers, ...(initContainers ? { initContainers } : {}) } }
}

/** Whether two versions of a Pod ask for the same. */
export const asksAlike = (a: Pod, b: Pod): boolean => a.spec === b.spec || allocatedPod(a, allocationOf(b)) === a

/** Itself where these are its resources. */
export function withResources<T extends JsonObject & { readonly resources?: Resources }>(of: T, resources: Resources | undefined): T {
  if (equalJson(of.resources ?? {}, resources ?? {})) return of
  return resources === undefined ? without(of, 'resources') : { ...of, resources }
}

/** What is set aside for the Pod in all: what it asks for as a whole, else what its containers do. */
export function allocatedRequests({ spec }: Pod): Readonly<Record<string, string>> {
  if (spec.resources?.requests) return spec.resources.requests
  const totals = podTotals(without(spec, 'overhead'), 'requests')
  return Object.fromEntries(Object.entries(totals).map(([name, quantity]) => [name, formatQuantity(quantity)]))
}
