import { defaultNormalize, refuseForGood, type Plugin } from '../framework'
import { tolerates } from '../../api/tolerations'

/** Taints that the Pod does not tolerate keep it away; PreferNoSchedule only costs points. Upstream: pkg/scheduler/framework/plugins/tainttoleration */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  helpedBy: ['nodeAdded', 'nodeUpdated'],
  filter: ({ spec }, { node }) => {
    const taint = node.spec.taints?.find((t) => t.effect !== 'PreferNoSchedule' && !tolerates(spec.tolerations, t))
    return taint ? refuseForGood('node(s) had untolerated taint(s)') : null
  },
  score: ({ spec }, { node }) => {
    const soft = spec.tolerations?.filter((t) => !t.effect || t.effect === 'PreferNoSchedule')
    return (node.spec.taints ?? []).filter((t) => t.effect === 'PreferNoSchedule' && !tolerates(soft, t)).length
  },
  normalize: (scores) => defaultNormalize(scores, true),
}
