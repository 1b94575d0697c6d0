// nodeSelector and node affinity: required terms filter, preferred terms score; terms that name nodes spare the look at all others.
// Upstream: kubernetes pkg/scheduler/framework/plugins/nodeaffinity, component-helpers scheduling/corev1/nodeaffinity

import { matchesNode, matchesNodeSelectorTerm } from '../../api/kinds/pod/nodeAffinity'
import type { NodeSelectorTerm, Pod } from '../../api/kinds/pod/types'
import { Action, nodesOf } from '../framework/events'
import { unresolvable, type Plugin, type PreFilterOutcome } from '../framework/interface'
import { normalizeByMax } from './normalize'

const REFUSED = unresolvable("node(s) didn't match Pod's node affinity/selector")
const CONFLICT = unresolvable('pod affinity terms conflict')

export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  preFilter(_state, pod): PreFilterOutcome {
    const terms = requiredOf(pod)
    if (!terms && !pod.spec.nodeSelector) return 'skip'
    return terms?.length ? namedNodes(terms) : null
  },
  filter: (_state, pod, { node }) => (matchesNode(pod, node) ? null : REFUSED),
  preScore: (_state, pod) => (preferredOf(pod) ? null : 'skip'),
  score: (_state, pod, { node }) =>
    (preferredOf(pod) ?? []).reduce((sum, { weight, preference }) => sum + (matchesNodeSelectorTerm(preference, node) ? weight : 0), 0),
  normalizeScore: (_state, _pod, scores) => normalizeByMax(scores),
  events: [
    {
      resource: 'Node',
      actions: Action.Add | Action.NodeLabel,
      helps(pod, event) {
        const { old, new: changed } = nodesOf(event)
        if (!changed || !matchesNode(pod, changed)) return false
        return !old || !matchesNode(pod, old)
      },
    },
  ],
}

const requiredOf = (pod: Pod) => pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
const preferredOf = (pod: Pod) => pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution

/** The nodes that `metadata.name In …` leaves over, if every term has one. */
function namedNodes(terms: readonly NodeSelectorTerm[]): PreFilterOutcome {
  const all = new Set<string>()
  for (const { matchFields = [] } of terms) {
    let names: string[] | null = null
    for (const { key, operator, values = [] } of matchFields) {
      if (key !== 'metadata.name' || operator !== 'In') continue
      names = names === null ? [...values] : names.filter((name) => values.includes(name))
    }
    if (names === null) return null
    for (const name of names) all.add(name)
  }
  return all.size === 0 ? CONFLICT : { nodeNames: all }
}
