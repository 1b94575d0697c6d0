// What a Pod asks of a node, and what a node has: CPU in thousandths, memory and storage in bytes, other resources in whole units.
// Upstream: component-helpers resource/helpers.go (PodRequests), pkg/scheduler/framework/types.go (Resource)

import { countedSpec } from '../../api/kinds/pod/countedSpec'
import type { Container, Pod } from '../../api/kinds/pod/types'
import { Recent } from '../../base/recent'
import { parseQuantity, quantityMilliValue, quantityValue } from '../../api/scalars/quantity'

export interface Resources {
  readonly milliCpu: number
  readonly memory: number
  readonly ephemeralStorage: number
  readonly scalar: ReadonlyMap<string, number>
}

/** Resources that add up as Pods come and go. */
export class ResourceSum implements Resources {
  milliCpu = 0
  memory = 0
  ephemeralStorage = 0
  readonly scalar = new Map<string, number>()

  add(other: Resources, sign: 1 | -1 = 1): this {
    this.milliCpu += sign * other.milliCpu
    this.memory += sign * other.memory
    this.ephemeralStorage += sign * other.ephemeralStorage
    for (const [name, value] of other.scalar) this.scalar.set(name, (this.scalar.get(name) ?? 0) + sign * value)
    return this
  }

  /** Each resource the larger of the two. */
  max(other: Resources): this {
    this.milliCpu = Math.max(this.milliCpu, other.milliCpu)
    this.memory = Math.max(this.memory, other.memory)
    this.ephemeralStorage = Math.max(this.ephemeralStorage, other.ephemeralStorage)
    for (const [name, value] of other.scalar) this.scalar.set(name, Math.max(this.scalar.get(name) ?? 0, value))
    return this
  }
}

/** For scoring only: what a container counts for that asks for nothing. */
const DEFAULT_MILLI_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

type Quantities = Readonly<Record<string, string>>

const requests = new Recent<object, Resources>(1024)
const nonZeroRequests = new Recent<object, Resources>(1024)

/** The larger of the sum of containers (sidecars included) and each init container with the sidecars before it, or the Pod's own; plus overhead. */
export function requestsOf(pod: Pod): Resources {
  const spec = countedSpec(pod)
  return requests.get(spec) ?? requests.add(spec, podRequests(spec, false))
}

/** The same with 100m CPU and 200 MiB for a container that asks for none. */
export function nonZeroRequestsOf(pod: Pod): Resources {
  const spec = countedSpec(pod)
  return nonZeroRequests.get(spec) ?? nonZeroRequests.add(spec, podRequests(spec, true))
}

export function resourcesOf(quantities: Quantities | undefined): ResourceSum {
  const sum = new ResourceSum()
  for (const [name, text] of Object.entries(quantities ?? {})) {
    const value = amount(name, text)
    if (name === 'cpu') sum.milliCpu = value
    else if (name === 'memory') sum.memory = value
    else if (name === 'ephemeral-storage') sum.ephemeralStorage = value
    else if (name !== 'pods') sum.scalar.set(name, value)
  }
  return sum
}

export function amount(name: string, text: string): number {
  const quantity = parseQuantity(text)
  if (!quantity) return 0
  return name === 'cpu' ? quantityMilliValue(quantity) : quantityValue(quantity)
}

function podRequests(spec: Pod['spec'], nonZero: boolean): Resources {
  const own = (spec.resources as { requests?: Quantities } | undefined)?.requests
  const of = ({ resources }: Container) => {
    const asked = resources?.requests
    const sum = resourcesOf(asked)
    if (nonZero && asked?.cpu === undefined && own?.cpu === undefined) sum.milliCpu = DEFAULT_MILLI_CPU
    if (nonZero && asked?.memory === undefined && own?.memory === undefined) sum.memory = DEFAULT_MEMORY
    return sum
  }
  const total = new ResourceSum()
  for (const container of spec.containers) total.add(of(container))
  const sidecars = new ResourceSum()
  const peak = new ResourceSum()
  for (const container of spec.initContainers ?? []) {
    const asked = of(container)
    if (container.restartPolicy === 'Always') {
      total.add(asked)
      sidecars.add(asked)
      peak.max(sidecars)
    } else peak.max(asked.add(sidecars))
  }
  total.max(peak)
  if (own) setFrom(total, own)
  return spec.overhead ? total.add(resourcesOf(spec.overhead)) : total
}

/** What the Pod asks for as a whole stands in place of what its containers ask for. */
function setFrom(total: ResourceSum, own: Quantities): void {
  const { milliCpu, memory, scalar } = resourcesOf(own)
  if (own.cpu !== undefined) total.milliCpu = milliCpu
  if (own.memory !== undefined) total.memory = memory
  for (const [name, value] of scalar) if (name.startsWith('hugepages-')) total.scalar.set(name, value)
}
