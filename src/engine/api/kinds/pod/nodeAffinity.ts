// Whether a node has what a Pod's nodeSelector and the required terms of its node affinity ask for.
// The scheduler filters by it, the DaemonSet controller decides by it where a Pod belongs.
// Upstream: component-helpers scheduling/corev1/nodeaffinity/nodeaffinity.go

import { Recent } from '../../../base/recent'
import type { Node } from '../node'
import type { NodeSelectorTerm, Pod } from './types'
import { labelSelectorOf, matchesLabels, type LabelSelector } from '../../selectors/labelSelector'

export function matchesNode(pod: Pick<Pod, 'spec'>, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  return terms === undefined || terms.some((t) => matchesNodeSelectorTerm(t, node))
}

const selectors = new Recent<NodeSelectorTerm, LabelSelector>(256)

/** A term that asks for nothing matches nothing. */
export function matchesNodeSelectorTerm(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions, matchFields } = term
  if (!matchExpressions?.length && !matchFields?.length) return false
  const selector = selectors.get(term) ?? selectors.add(term, labelSelectorOf({ matchExpressions: matchExpressions ?? [] })!)
  const fields = (matchFields ?? []).every((f) => (f.operator === 'In') === (f.values ?? []).includes(node.metadata.name!))
  return matchesLabels(selector, node.metadata.labels) && fields
}
