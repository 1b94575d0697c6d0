// What a Pod counts for while it is resized in place: of each resource the most of what its spec asks for, what its node has set aside and
// what its containers are held to. What the node can never give (Infeasible) does not count.
// Upstream: component-helpers resource/helpers.go (PodResourcesOptions.UseStatusResources; determineContainerReqs, determinePodLevelReqs)

import { equalJson } from '../../../base/equal'
import { compareQuantities } from '../../scalars/quantity'
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus, Resources } from './types'

type Amounts = Readonly<Record<string, string>>
/** Of a container or of the Pod as a whole: what it is held to, and what is set aside for it. */
type Told = Pick<ContainerStatus, 'resources' | 'allocatedResources'>

/** The spec with the resources that count; the same object where they are what it says. */
export function countedSpec({ spec, status }: Pick<Pod, 'spec' | 'status'>): PodSpec {
  if (!status?.containerStatuses && !status?.initContainerStatuses) return spec
  const wanted = !isInfeasible(status)
  const containers = counted(spec.containers, status.containerStatuses, wanted)
  // Of init containers only those that run beside the others.
  const initContainers = counted(spec.initContainers ?? [], status.initContainerStatuses, wanted, (c) => c.restartPolicy === 'Always')
  const resources = spec.resources?.requests && status.resources ? most(spec.resources, status, wanted) : spec.resources
  if (containers === spec.containers && initContainers === (spec.initContainers ?? initContainers) && resources === spec.resources)
    return spec
  return {
    ...spec,
    containers,
    ...(spec.initContainers ? { initContainers } : {}),
    ...(resources ? { resources } : {}),
  }
}

const isInfeasible = ({ conditions = [] }: PodStatus) => conditions.some((c) => c.type === 'PodResizePending' && c.reason === 'Infeasible')

function counted(
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] = [],
  wanted: boolean,
  isCounted: (container: Container) => boolean = () => true,
): readonly Container[] {
  const list = containers.map((container) => {
    const told = statuses.find((s) => s.name === container.name)
    if (!told?.resources || !isCounted(container)) return container
    const { resources = NONE } = container
    const now = most(resources, told, wanted)
    return now === resources ? container : { ...container, resources: now }
  })
  return list.every((c, i) => c === containers[i]) ? containers : list
}

const NONE: Resources = {}

/** The same object where nothing of the status is more. */
function most(spec: Resources, { resources, allocatedResources }: Told, wanted: boolean): Resources {
  const requests = greatest([...(wanted ? [spec.requests] : []), resources?.requests, allocatedResources])
  const limits = greatest([...(wanted ? [spec.limits] : []), resources?.limits])
  if (equalJson(requests, spec.requests ?? {}) && equalJson(limits, spec.limits ?? {})) return spec
  return { ...spec, requests, limits }
}

function greatest(lists: readonly (Amounts | undefined)[]): Amounts {
  const out: Record<string, string> = {}
  for (const amounts of lists)
    for (const [name, text] of Object.entries(amounts ?? {}))
      if (!Object.hasOwn(out, name) || compareQuantities(text, out[name]!) > 0) out[name] = text
  return out
}
