// A Pod that needs one of the newer features of a kubelet goes only to a node that declares it.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodedeclaredfeatures

import { featuresToRun, missingFeatures } from '../../api/kinds/pod/nodeFeatures'
import { Action, podsOf } from '../framework/events'
import { unresolvable, type Plugin } from '../framework/interface'

const REFUSED = unresolvable("node(s) didn't match Pod's required features")

export const nodeDeclaredFeatures: Plugin = {
  name: 'NodeDeclaredFeatures',
  preFilter: (_state, { spec }) => (featuresToRun(spec).length === 0 ? 'skip' : null),
  filter: (_state, { spec }, { node }) =>
    missingFeatures(featuresToRun(spec), node.status.declaredFeatures).length === 0 ? null : REFUSED,
  events: [
    { resource: 'Node', actions: Action.Add | Action.NodeDeclaredFeature },
    {
      resource: 'Pod',
      actions: Action.Update,
      helps(pod, event) {
        const { old, new: changed } = podsOf(event)
        if (!old || !changed || changed.metadata.uid !== pod.metadata.uid) return false
        return featuresToRun(old.spec).join() !== featuresToRun(changed.spec).join()
      },
    },
  ],
}
