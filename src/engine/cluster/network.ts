// How long a message is under way: one table. Constant for each pair of parts, so that messages of one link never overtake each other.

import type { Millis, PartId } from '../base/ids'

/** Milliseconds one way; chosen to be plausible in one data centre, with the user a little further off. */
const LATENCY = { user: 4, etcd: 1, runtime: 1, component: 2 } as const

export function latency(from: PartId, to: PartId): Millis {
  if (from === 'user' || to === 'user') return LATENCY.user
  if (from === 'etcd' || to === 'etcd') return LATENCY.etcd
  if (from.endsWith('/runtime') || to.endsWith('/runtime')) return LATENCY.runtime
  return LATENCY.component
}
