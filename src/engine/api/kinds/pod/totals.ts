// What a Pod asks for as a whole: its containers together with its sidecars, or its greatest init container; and its overhead.
// Upstream: component-helpers resource/helpers.go (PodRequests, PodLimits)

import { addQuantity, compareQuantity, parseQuantity, type Quantity } from '../../scalars/quantity'
import { roomFor } from '../../../base/roomFor'
import type { Container, PodSpec } from './types'

export type Totals = Readonly<Record<string, Quantity>>
type Texts = Readonly<Record<string, string>>

/** Resources have the names that clients give them. */
const sum = (): Record<string, Quantity> => roomFor(4)

export function podTotals(spec: PodSpec, which: 'requests' | 'limits'): Totals {
  const total = sum()
  const sidecars = sum()
  const peak = sum()
  for (const c of spec.containers) add(total, quantitiesOf(c, which))
  for (const c of spec.initContainers ?? []) {
    const own = quantitiesOf(c, which)
    if (c.restartPolicy === 'Always') {
      add(total, own)
      add(sidecars, own)
      greatest(peak, sidecars)
    } else {
      const now = Object.assign(sum(), sidecars)
      add(now, own)
      greatest(peak, now)
    }
  }
  greatest(total, peak)
  const ofPod = spec.resources?.[which]
  if (ofPod) Object.assign(total, parsed(ofPod))
  const overhead = parsed((spec.overhead ?? {}) as Texts)
  add(total, which === 'requests' ? overhead : Object.fromEntries(Object.entries(overhead).filter(([name]) => total[name])))
  return total
}

const quantitiesOf = ({ resources }: Container, which: 'requests' | 'limits') => parsed(resources?.[which] ?? {})

function parsed(texts: Texts): Record<string, Quantity> {
  const out = sum()
  for (const [name, text] of Object.entries(texts)) {
    const quantity = parseQuantity(text)
    if (quantity) out[name] = quantity
  }
  return out
}

function add(total: Record<string, Quantity>, more: Totals): void {
  for (const [name, q] of Object.entries(more)) total[name] = total[name] ? addQuantity(total[name], q) : q
}

function greatest(total: Record<string, Quantity>, other: Totals): void {
  for (const [name, q] of Object.entries(other)) if (!total[name] || compareQuantity(q, total[name]) > 0) total[name] = q
}
