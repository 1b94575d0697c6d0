// Devices that a Pod claims: none does here. What is left of the plugin shows when another one has refused all nodes at once, before this one was
// asked: its PostFilter then misses what its PreFilter would have written, which is an error, and preemption is not tried.
// Leaves out: ResourceClaims, and all that is decided by them.
// Upstream: kubernetes pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go

import { stateKey } from '../framework/cycleState'
import { failed, unschedulable, type Plugin } from '../framework/interface'

const SEEN = stateKey<Record<string, never>>('DynamicResources')

export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  preFilter(state) {
    state.write(SEEN, {})
    return 'skip'
  },
  postFilter: (state) =>
    state.find(SEEN) ? { status: unschedulable(), message: '' } : { status: failed('not found'), message: 'not found' },
}
