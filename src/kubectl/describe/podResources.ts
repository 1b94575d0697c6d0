// What a Pod asks for and may use: its containers together, or its largest init container where that is more; with its overhead.
// Upstream: component-helpers resource/helpers.go (PodRequests, PodLimits)

import { addQuantity, compareQuantities, countedSpec, formatQuantity, parseQuantity, type JsonObject } from '../../engine/index'
import type { Described } from './parts'

export type Amounts = Readonly<Record<string, string>>

type Side = 'requests' | 'limits'
interface Container {
  readonly restartPolicy?: string
  readonly resources?: Readonly<Partial<Record<Side, Amounts>>>
}

/** While it is resized, the most of what it asks for and holds. */
export const podRequests = ({ spec, status }: Described): Amounts =>
  podAmounts(countedSpec({ spec: { containers: [], ...spec }, status: status ?? {} }), 'requests')
export const podLimits = ({ spec }: Described): Amounts => podAmounts(spec ?? {}, 'limits')

function podAmounts(spec: JsonObject, side: Side): Amounts {
  const containers = (spec.containers ?? []) as readonly unknown[] as readonly Container[]
  const init = (spec.initContainers ?? []) as readonly unknown[] as readonly Container[]
  const amountsOf = (c: Container) => c.resources?.[side] ?? {}
  let sidecars: Amounts = {}
  let starting: Amounts = {}
  for (const container of init) {
    if (container.restartPolicy === 'Always') sidecars = sum([sidecars, amountsOf(container)])
    starting = largest(starting, container.restartPolicy === 'Always' ? sidecars : sum([sidecars, amountsOf(container)]))
  }
  const all = largest(sum([...containers.map(amountsOf), sidecars]), starting)
  const overhead = (spec.overhead ?? {}) as Amounts
  if (side === 'requests') return sum([all, overhead])
  // Overhead is added only to limits that are there.
  return sum([all, Object.fromEntries(Object.entries(overhead).filter(([name]) => name in all))])
}

export function sum(list: readonly Amounts[]): Amounts {
  const out: Record<string, string> = {}
  for (const amounts of list)
    for (const [name, amount] of Object.entries(amounts)) {
      const [a, b] = [parseQuantity(out[name] ?? '0'), parseQuantity(amount)]
      if (a && b) out[name] = formatQuantity(addQuantity(a, b))
    }
  return out
}

function largest(a: Amounts, b: Amounts): Amounts {
  const out: Record<string, string> = { ...a }
  for (const [name, amount] of Object.entries(b)) if (compareQuantities(amount, out[name] ?? '0') > 0) out[name] = amount
  return out
}
