// From the choice of a node to the bound Pod: assumed, Reserve and Permit at once; then, while other Pods are being tried, PreBind, Bind,
// PostBind. What fails takes everything back.
// Leaves out: Pods that wait in Permit (no default plugin makes them).
// Upstream: kubernetes pkg/scheduler/schedule_one.go (assumeAndReserve, bindingCycle, handleBindingCycleError)

import type { Pod } from '../api/kinds/pod/types'
import { fitError } from './fitError'
import type { CycleState } from './framework/cycleState'
import { Action } from './framework/events'
import type { Rejection } from './framework/interface'
import { blameOf, handleFailure, schedulerError, type Failure } from './failure'
import { patchPodStatus } from './podStatusPatch'
import { uidOf, type QueuedPod } from './queue/queuedPod'
import type { SchedulerParts } from './parts'

export function runBindingCycle(queued: QueuedPod, node: string, state: CycleState, parts: SchedulerParts): void {
  const { cache, queue, nominator, framework, handle } = parts
  const { pod } = queued
  const assumed: Pod = { ...pod, spec: { ...pod.spec, nodeName: node } }
  cache.assume(assumed)
  nominator.delete(pod)
  const takeBack = () => {
    framework.unreserve(state, assumed, node)
    return cache.forget(assumed)
  }
  const refused = framework.reserve(state, assumed, node) ?? framework.permit(state, assumed, node)
  if (refused) {
    takeBack()
    return handleFailure(queued, failureOf(refused, node), parts)
  }
  const fail = (rejection: Rejection) => {
    // The room that was taken is free again: that may help others. It is not, if the Pod was bound all the same.
    if (takeBack())
      queue.moved({ resource: 'AssignedPod', action: Action.Delete, old: assumed }, (other) => other.metadata.uid !== uidOf(queued))
    handleFailure(queued, failureOf(rejection, node), parts)
  }
  // Work before the binding takes time: the Pod says meanwhile where it is going to be, and may be preempted without being deleted.
  const takesTime = framework.preBindPreFlight(state, assumed, node)
  const bind = () => {
    queue.done(uidOf(queued))
    let isReady = false
    const breakOff = framework.preBind(state, assumed, node, (notReady) => {
      isReady = true
      handle.preBinding.delete(uidOf(queued))
      if (notReady) return fail(notReady)
      framework.bind(state, assumed, node, (notBound) => {
        if (notBound) return fail(notBound)
        const { namespace, name } = pod.metadata
        const note = `Successfully assigned ${namespace}/${name} to ${node}`
        handle.event(assumed, { type: 'Normal', reason: 'Scheduled', action: 'Binding', note })
        framework.postBind(state, assumed, node)
      })
    })
    if (takesTime && !isReady) handle.preBinding.set(uidOf(queued), breakOff)
  }
  if (takesTime) patchPodStatus(pod, { nominate: node }, handle, bind)
  else bind()
}

function failureOf(rejection: Rejection, node: string): Failure {
  if (rejection.code === 'error') return schedulerError(rejection)
  const message = fitError({ nodes: 1, rejections: new Map([[node, rejection]]) })
  return { ...blameOf(rejection), reason: 'Unschedulable', message, nominate: '' }
}
