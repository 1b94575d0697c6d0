// What a node has set aside for a Pod: the resources that it was admitted with, or resized to last. Kept on disk, so that a kubelet that starts
// anew holds to it whatever the Pod asks for by then.
// Leaves out: volumes in memory, which are resized by a gate that is off.
// Upstream: kubernetes pkg/kubelet/allocation/allocation_manager.go (allocationFromPod, UpdatePodFromAllocation), allocation/state

import { equalJson } from '../base/equal'
import { podTotals } from '../api/kinds/pod/totals'
import type { Container, Pod, PodSpec, Resources } from '../api/kinds/pod/types'
import { formatQuantity } from '../api/scalars/quantity'
import { without } from '../base/without'
import type { JsonObject } from '../base/json'
import { Recent } from '../base/recent'

/** The spec whose resources are set aside; of it nothing else counts. */
export type Allocation = Pick<PodSpec, 'resources' | 'containers' | 'initContainers'>

/** By uid of the Pod. */
export type Allocations = Map<string, Allocation>

/** The Pod as it is allocated; itself where it asks for nothing else. */
export function allocatedPod(pod: Pod, allocation: Allocation | undefined): Pod {
  const { spec } = pod
  if (!allocation || allocation === spec) return pod
  const containers = heldTo(spec.containers, allocation.containers)
  const initContainers = spec.initContainers && heldTo(spec.initContainers, allocation.initContainers ?? [])
  const whole = withResources(spec, allocation.resources)
  if (whole === spec && containers === spec.containers && initContainers === spec.initContainers) return pod
  return { ...pod, spec: { ...whole, containers, ...(initContainers ? { initContainers } : {}) } }
}

/** Containers with the resources of those of the same names; the very same list where they have them. */
function heldTo(containers: readonly Container[], allocated: readonly Container[]): readonly Container[] {
  const held = containers.map((c) => {
    const own = allocated.find(({ name }) => name === c.name)
    return own ? withResources(c, own.resources) : c
  })
  return held.every((c, i) => c === containers[i]) ? containers : held
}

/** Whether two versions of a Pod ask for the same. */
export const asksAlike = (a: Pod, b: Pod): boolean => allocatedPod(a, b.spec) === a

/** Itself where these are its resources. */
export function withResources<T extends JsonObject & { readonly resources?: Resources }>(of: T, resources: Resources | undefined): T {
  if (equalJson(of.resources ?? {}, resources ?? {})) return of
  return resources === undefined ? without(of, 'resources') : { ...of, resources }
}

export interface Allocated {
  /** For the Pod as a whole, where it says something of that. */
  readonly resources: Resources | undefined
  /** In all: what it asks for as a whole, else what its containers do. */
  readonly requests: Readonly<Record<string, string>>
}

/** What is set aside for a Pod. Of those that ask for the same there are many: they share it. */
export function allocatedOf({ spec }: Pod): Allocated {
  const { resources } = spec
  const requests = resources?.requests ?? sumOf(spec)
  const text = JSON.stringify([resources ?? null, requests])
  return known.get(text) ?? known.add(text, { resources, requests })
}
const known = new Recent<string, Allocated>()

function sumOf(spec: PodSpec): Readonly<Record<string, string>> {
  const totals = podTotals(without(spec, 'overhead'), 'requests')
  return Object.fromEntries(Object.entries(totals).map(([name, quantity]) => [name, formatQuantity(quantity)]))
}
