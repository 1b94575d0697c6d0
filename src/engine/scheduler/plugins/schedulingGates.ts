import type { Plugin } from '../framework'

/** A Pod with gates does not enter the queue. Upstream: pkg/scheduler/framework/plugins/schedulinggates */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  weight: 0,
  preEnqueue: ({ spec }) =>
    spec.schedulingGates?.length ? `waiting for scheduling gates: [${spec.schedulingGates.map((g) => g.name).join(' ')}]` : null,
}
