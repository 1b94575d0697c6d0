// The condition DisruptionTarget, which says in a Pod's status that the cluster, not the Pod, is why it goes.
// Upstream: api core/v1 (DisruptionTarget), kubernetes pkg/util/pod/pod.go (PatchPodStatus)

import type { Pod } from '../../api/kinds/pod/types'
import { rfc3339 } from '../../api/scalars/time'
import type { JsonObject } from '../../base/json'

const TYPE = 'DisruptionTarget'

/** The patch of the Pod's status; null when the condition is there already. */
export function disruptionPatch(
  { metadata, status }: Pod,
  { reason, message }: { readonly reason: string; readonly message: string },
  now: number,
): JsonObject | null {
  const there = status.conditions ?? []
  if (there.some((c) => c.type === TYPE && c.status === 'True')) return null
  const order = [...there.filter((c) => c.type !== TYPE), { type: TYPE }].map((c) => ({ type: c.type }))
  const condition = {
    lastProbeTime: null,
    lastTransitionTime: rfc3339(now),
    message,
    observedGeneration: metadata.generation,
    reason,
    status: 'True',
    type: TYPE,
  }
  return { metadata: { uid: metadata.uid }, status: { '$setElementOrder/conditions': order, conditions: [condition] } }
}
