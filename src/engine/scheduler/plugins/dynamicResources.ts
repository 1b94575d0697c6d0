import { stateKey } from '../framework/cycleState'
import { failed, unschedulable, type Plugin } from '../framework/interface'

const SEEN = stateKey<Record<string, never>>('DynamicResources')

/**
 * Devices that a Pod claims: none does here. What is left of the plugin is heard when another one has refused all nodes at once, so that this one was
 * not asked first: its PostFilter finds nothing of its own, which is an error, and preemption is not tried.
 * Leaves out: ResourceClaims, and all that is decided by them.
 * Upstream: pkg/scheduler/framework/plugins/dynamicresources
 */
export const dynamicResources: Plugin = {
  name: 'DynamicResources',
  preFilter(state) {
    state.write(SEEN, {})
    return 'skip'
  },
  postFilter: (state) =>
    state.find(SEEN) ? { status: unschedulable(), message: '' } : { status: failed('not found'), message: 'not found' },
}
