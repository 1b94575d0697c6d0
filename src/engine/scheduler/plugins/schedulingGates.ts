// A Pod with gates does not enter the queue.
// Upstream: kubernetes pkg/scheduler/framework/plugins/schedulinggates/scheduling_gates.go

import { Action, podsOf } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'

export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue: ({ spec }) =>
    spec.schedulingGates?.length
      ? unresolvable(`waiting for scheduling gates: [${spec.schedulingGates.map((g) => g.name).join(' ')}]`)
      : null,
  events: [
    {
      resource: 'Pod',
      actions: Action.PodGatesEliminated,
      helps: (pod, event) => podsOf(event).new?.metadata.uid === pod.metadata.uid,
    },
  ],
}
