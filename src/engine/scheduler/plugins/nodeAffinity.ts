import { matchesNode, matchesTerm, nodeAffinityOf } from '../../api/nodeAffinity'
import { defaultNormalize, refuseForGood, type Plugin } from '../framework'

/** nodeSelector and node affinity. Upstream: pkg/scheduler/framework/plugins/nodeaffinity */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  helpedBy: ['nodeAdded', 'nodeUpdated'],
  filter: (pod, { node }) => (matchesNode(pod, node) ? null : refuseForGood("node(s) didn't match Pod's node affinity/selector")),
  scores: (pod) => (nodeAffinityOf(pod)?.preferredDuringSchedulingIgnoredDuringExecution?.length ?? 0) > 0,
  score: (pod, { node }) =>
    (nodeAffinityOf(pod)?.preferredDuringSchedulingIgnoredDuringExecution ?? []).reduce(
      (sum, p) => sum + (matchesTerm(p.preference, node) ? p.weight : 0),
      0,
    ),
  normalize: (scores) => defaultNormalize(scores),
}
