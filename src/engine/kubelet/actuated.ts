// What containers are held to, which a resize makes to what is allocated for them: of CPU and memory requests and limits.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodResizeAction, IsPodResizeInProgress),
// kubelet_pods.go (convertContainerStatusResources)

import type { Container, Resources } from '../api/kinds/pod/types'
import { compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../api/scalars/quantity'
import { Recent } from '../base/recent'

export const RESIZABLE = ['memory', 'cpu'] as const
export type Resizable = (typeof RESIZABLE)[number]
const SIDES = ['limits', 'requests'] as const
type Side = (typeof SIDES)[number]

const NONE: Quantity = { nano: 0n, format: 'decimalSI' }
/** Thousandths of a CPU below which the kernel makes no difference. */
const LEAST: Readonly<Record<Side, Quantity>> = { limits: parseQuantity('10m')!, requests: parseQuantity('2m')! }

export const quantityIn = (resources: Resources | undefined, side: Side, name: Resizable): Quantity =>
  parseQuantity(resources?.[side]?.[name] ?? '0') ?? NONE

/** The resources in which a running container is not yet as allocated. */
export function differing(allocated: Resources | undefined, actual: Resources | undefined): readonly Resizable[] {
  return RESIZABLE.filter((name) => SIDES.some((side) => differs(side, name, allocated, actual)))
}

function differs(side: Side, name: Resizable, allocated: Resources | undefined, actual: Resources | undefined): boolean {
  const [wanted, is] = [quantityIn(allocated, side, name), quantityIn(actual, side, name)]
  const least = LEAST[side]
  if (name === 'cpu' && compareQuantity(wanted, least) <= 0 && compareQuantity(is, least) <= 0) return false
  return compareQuantity(wanted, is) !== 0
}

/** Whether a change of these is only made by starting the container anew. */
export const needsRestart = ({ resizePolicy = [] }: Container, resources: readonly Resizable[]): boolean =>
  resizePolicy.some((p) => p.restartPolicy === 'RestartContainer' && resources.includes(p.resourceName as Resizable))

/** `actual` with this resource as it is allocated. */
export function actuated(actual: Resources | undefined, allocated: Resources | undefined, name: Resizable): Resources {
  const out: Record<string, Readonly<Record<string, string>>> = {}
  for (const side of SIDES) {
    const amounts: Record<string, string> = { ...actual?.[side] }
    const amount = allocated?.[side]?.[name]
    if (amount === undefined) delete amounts[name]
    else amounts[name] = applied(amount, side, name)
    if (Object.keys(amounts).length > 0) out[side] = amounts
  }
  return out
}

/** What a container is held to that was started with these: many are, and share it. */
export function actuatedAll(allocated: Resources = NOTHING): Resources {
  const made = () => RESIZABLE.reduce<Resources>((actual, name) => actuated(actual, allocated, name), {})
  return started.get(allocated) ?? started.add(allocated, made())
}
const NOTHING: Resources = {}
const started = new Recent<Resources, Resources>()

/** A limit of memory is told in bytes, whatever words it was given in. */
function applied(amount: string, side: Side, name: Resizable): string {
  const quantity = side === 'limits' && name === 'memory' ? parseQuantity(amount) : null
  return quantity ? formatQuantity({ ...quantity, format: 'binarySI' }) : amount
}

/** What a running container's status says: as allocated, but CPU and memory as they are. */
export function shownResources(allocated: Resources | undefined, actual: Resources | undefined): Resources {
  if (!allocated || !actual) return allocated ?? {}
  const out: Record<string, unknown> = { ...allocated }
  for (const side of SIDES) if (allocated[side]) out[side] = { ...allocated[side], ...actual[side] }
  return out as Resources
}
