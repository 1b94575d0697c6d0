// What happens in the cluster, in the words of the scheduling queue: plugins register what could help the Pods that they refused.
// Upstream: kube-scheduler framework/types.go (ActionType, ClusterEvent), pkg/scheduler/framework/events.go

import { equalJson } from '../../base/equal'
import type { Node } from '../../api/kinds/node'
import { countedSpec } from '../../api/kinds/pod/countedSpec'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../../api/object'
import { requestsOf, type Resources } from '../cache/resources'

/** Bits, so that one registration covers several. `Other`, an update that says nothing to anybody, reaches only who waits for any (`Update`). */
export const Action = {
  Add: 1,
  Delete: 2,
  NodeAllocatable: 4,
  NodeLabel: 8,
  NodeTaint: 16,
  NodeCondition: 32,
  NodeAnnotation: 64,
  PodLabel: 128,
  PodScaleDown: 256,
  PodToleration: 512,
  PodGatesEliminated: 1024,
  NodeDeclaredFeature: 2048,
  Other: 4096,
  Update: 8188,
} as const

export type EventResource =
  | 'AssignedPod'
  | 'UnschedulablePod'
  | 'Node'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | 'CSINode'
  | 'CSIDriver'
  | 'CSIStorageCapacity'
  | 'VolumeAttachment'

/** `resource` `*`: a Pod is activated by name while it is being tried. */
export interface ClusterEvent {
  readonly resource: EventResource | '*'
  readonly action: number
  readonly old?: ApiObject
  readonly new?: ApiObject
}

/** `Pod` is a Pod with or without a node. Without `helps` every such event is worth a try. */
export interface EventHint {
  readonly resource: EventResource | 'Pod'
  readonly actions: number
  helps?(pod: Pod, event: ClusterEvent): boolean
}

export function matchesEvent({ resource, actions }: EventHint, event: ClusterEvent): boolean {
  if ((actions & event.action) === 0) return false
  return resource === event.resource || (resource === 'Pod' && (event.resource === 'AssignedPod' || event.resource === 'UnschedulablePod'))
}

/** The Pods of an event, for a hint about Pods. */
export const podsOf = ({ old, new: changed }: ClusterEvent) => ({ old: old as Pod | undefined, new: changed as Pod | undefined })
export const nodesOf = ({ old, new: changed }: ClusterEvent) => ({
  old: old as unknown as Node | undefined,
  new: changed as unknown as Node | undefined,
})

/** What changed of a Pod, as far as scheduling goes: at least one event. */
export function podChanges(changed: Pod, old: Pod): ClusterEvent[] {
  const resource = changed.spec.nodeName ? 'AssignedPod' : 'UnschedulablePod'
  const event = (action: number): ClusterEvent => ({
    resource,
    action,
    old: old,
    new: changed,
  })
  const events: ClusterEvent[] = []
  if (differ(changed.metadata.labels, old.metadata.labels)) events.push(event(Action.PodLabel))
  // Less is asked for once a resize is carried out: its status says so.
  if (countedSpec(changed) !== countedSpec(old) && lessRequested(requestsOf(changed), requestsOf(old)))
    events.push(event(Action.PodScaleDown))
  if (changed.spec !== old.spec) {
    if (!changed.spec.schedulingGates?.length && old.spec.schedulingGates?.length) events.push(event(Action.PodGatesEliminated))
    if ((changed.spec.tolerations?.length ?? 0) !== (old.spec.tolerations?.length ?? 0)) events.push(event(Action.PodToleration))
  }
  if (events.length === 0) events.push(event(Action.Other))
  return events
}

/** What changed of a node; none for a heartbeat. */
export function nodeChanges(changed: Node, old: Node): ClusterEvent[] {
  const event = (action: number): ClusterEvent => ({
    resource: 'Node',
    action,
    old: old as unknown as ApiObject,
    new: changed as unknown as ApiObject,
  })
  const events: ClusterEvent[] = []
  if (old.spec.unschedulable && !changed.spec.unschedulable) events.push(event(Action.NodeTaint))
  if (differ(changed.status.allocatable, old.status.allocatable)) events.push(event(Action.NodeAllocatable))
  if (differ(changed.metadata.labels, old.metadata.labels)) events.push(event(Action.NodeLabel))
  if (differ(changed.spec.taints, old.spec.taints)) events.push(event(Action.NodeTaint))
  if (differ(conditionStates(changed), conditionStates(old))) events.push(event(Action.NodeCondition))
  if (differ(changed.metadata.annotations, old.metadata.annotations)) events.push(event(Action.NodeAnnotation))
  if (differ(changed.status.declaredFeatures, old.status.declaredFeatures)) events.push(event(Action.NodeDeclaredFeature))
  return events
}

function conditionStates({ status }: Node): JsonObject {
  return Object.fromEntries((status.conditions ?? []).map((c) => [c.type, c.status]))
}

const differ = (a: unknown, b: unknown) => a !== b && !equalJson(a as JsonObject | undefined, b as JsonObject | undefined)

function lessRequested(now: Resources, before: Resources): boolean {
  if (now.milliCpu < before.milliCpu || now.memory < before.memory || now.ephemeralStorage < before.ephemeralStorage) return true
  for (const [name, value] of before.scalar) if ((now.scalar.get(name) ?? 0) < value) return true
  return false
}
