import { labelSelectorOf, matchesLabels } from '../../api/selectors'
import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { defaultNormalize, refuseForGood, type Plugin } from '../framework'

interface Term {
  readonly matchExpressions?: readonly JsonObject[]
  readonly matchFields?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: readonly Term[] }
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly preference: Term }[]
}

const affinityOf = ({ spec }: Pod) => spec.affinity?.nodeAffinity as NodeAffinity | undefined

/** nodeSelector and node affinity. Upstream: pkg/scheduler/framework/plugins/nodeaffinity */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  helpedBy: ['nodeAdded', 'nodeUpdated'],
  filter: (pod, { node }) => (matchesNode(pod, node) ? null : refuseForGood("node(s) didn't match Pod's node affinity/selector")),
  scores: (pod) => (affinityOf(pod)?.preferredDuringSchedulingIgnoredDuringExecution?.length ?? 0) > 0,
  score: (pod, { node }) =>
    (affinityOf(pod)?.preferredDuringSchedulingIgnoredDuringExecution ?? []).reduce(
      (sum, p) => sum + (matchesTerm(p.preference, node) ? p.weight : 0),
      0,
    ),
  normalize: (scores) => defaultNormalize(scores),
}

/** Whether a node has what nodeSelector and the required terms ask for (also asked by topology spreading). */
export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false
  const terms = affinityOf(pod)?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some((t) => matchesTerm(t, node))
}

function matchesTerm({ matchExpressions, matchFields }: Term, node: Node): boolean {
  if (!matchExpressions?.length && !matchFields?.length) return false
  const selector = labelSelectorOf({ matchExpressions: matchExpressions ?? [] })!
  const fields = (matchFields ?? []).every((f) => (f.operator === 'In') === (f.values ?? []).includes(node.metadata.name!))
  return matchesLabels(selector, node.metadata.labels) && fields
}
