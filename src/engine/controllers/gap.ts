// What is, and what should be: the decision that a controller leaves in the trace when the two differ and it goes to work.
// Upstream: no counterpart; there a log line tells it (`Too few replicas`, need and creating).

import type { ApiObject } from '../api/object'
import type { PartIo } from '../base/part'

interface Gap {
  /** Kind of what is counted: `Pod`, `ReplicaSet`, `Job`. */
  readonly of: string
  readonly wanted: number
  readonly there: number
}

/** What is asked for next is asked for because of it. */
export function noteGap(io: PartIo, controller: string, { kind = '', metadata }: ApiObject, gap: Gap): void {
  const decision = { kind: 'reconcile', controller, object: `${kind}/${metadata.name ?? ''}`, ...gap } as const
  io.cause = io.note({ kind: 'decide', by: 'kube-controller-manager', decision })
}
