// The condition DisruptionTarget, which says in a Pod's status that the cluster, not the Pod, is why it goes.
// Upstream: api core/v1 (DisruptionTarget), kubernetes pkg/util/pod/pod.go (PatchPodStatus)

import type { Pod, PodCondition } from '../../api/kinds/pod/types'
import { rfc3339 } from '../../api/scalars/time'
import { equalJson } from '../../base/equal'
import type { JsonObject } from '../../base/json'

const TYPE = 'DisruptionTarget'

/** The patch of the Pod's status; null when the condition says the same already. */
export function disruptionPatch(
  { metadata, status }: Pod,
  { reason, message }: { readonly reason: string; readonly message: string },
  now: number,
): JsonObject | null {
  const there = status.conditions ?? []
  const old = there.find((c) => c.type === TYPE)
  const condition: PodCondition = {
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : rfc3339(now),
    message,
    observedGeneration: metadata.generation,
    reason,
    status: 'True',
    type: TYPE,
  }
  if (old && (['status', 'reason', 'message'] as const).every((field) => old[field] === condition[field])) return null
  const order = (old ? there : [...there, condition]).map(({ type }) => ({ type }))
  return { metadata: { uid: metadata.uid }, status: { '$setElementOrder/conditions': order, conditions: [changeOf(old, condition)] } }
}

/** Its key, and what is not so yet. */
function changeOf(old: PodCondition | undefined, condition: PodCondition): JsonObject {
  if (!old) return condition
  const said = old as unknown as JsonObject
  return Object.fromEntries(
    Object.entries(condition).filter(([field, value]) => field === 'type' || !equalJson(said[field] ?? null, value)),
  )
}
