// How a resize is told: the conditions PodResizePending and PodResizeInProgress, and the text of its events.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go (updatedPodResizeCondition), events/pod_resize_messages.go

import { goStructJson } from '../api/go/goOrder'
import { types } from '../api/kinds/types'
import type { Container, Pod, PodCondition } from '../api/kinds/pod/types'
import type { Json } from '../base/json'

/** The same object where it says nothing new. `now` is RFC 3339. */
export function withResizeCondition(
  old: PodCondition | null,
  type: 'PodResizePending' | 'PodResizeInProgress',
  reason: string,
  message: string,
  observedGeneration: number | bigint,
  now: string,
): PodCondition {
  const { reason: was = '', message: said = '' } = old ?? {}
  if (old && was === reason && said === message && old.observedGeneration === observedGeneration) return old
  return {
    type,
    status: 'True',
    observedGeneration,
    lastProbeTime: now,
    lastTransitionTime: old && was === reason ? (old.lastTransitionTime ?? now) : now,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  }
}

const RESOURCES = types.struct('ResourceRequirements')

/** `Pod resize started: {"containers":[…],"generation":2}`: what its containers are to have. */
export function resizeMessage(what: string, { spec }: Pod, generation: number | bigint, error = ''): string {
  const told = (list: readonly Container[]) =>
    `[${list.map(({ name, resources = {} }) => `{"name":${JSON.stringify(name)},"resources":${goStructJson(resources as Json, RESOURCES)}}`).join(',')}]`
  const parts = [
    ...(spec.initContainers?.length ? [`"initContainers":${told(spec.initContainers)}`] : []),
    `"containers":${told(spec.containers)}`,
    `"generation":${generation}`,
    ...(error ? [`"error":${goStructJson(error, undefined)}`] : []),
  ]
  return `${what}: {${parts.join(',')}}`
}
