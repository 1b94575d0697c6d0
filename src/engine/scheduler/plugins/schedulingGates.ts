import { Action, podsOf } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'

/** A Pod with gates does not enter the queue. Upstream: pkg/scheduler/framework/plugins/schedulinggates */
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
