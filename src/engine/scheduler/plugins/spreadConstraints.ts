// The constraints of a Pod about its spread over topology domains, hard or soft; without any, those that the system sets for Pods of workloads.
// Upstream: kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../api/object'
import { matchesNode } from '../../api/kinds/pod/nodeAffinity'
import { labelSelectorOf, matchesLabels, type LabelSelector } from '../../api/selectors/labelSelector'
import type { CountByNode } from '../cache/podCounts'
import type { NodeInfo } from '../cache/nodeInfo'
import type { Handle } from '../framework/handle'
import { defaultSelector } from './defaultSelector'
import { hasUntoleratedTaint } from './taintToleration'

export interface SpreadConstraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly selector: LabelSelector | null
  readonly minDomains: number
  readonly honorsAffinity: boolean
  readonly honorsTaints: boolean
}

export const HOSTNAME = 'kubernetes.io/hostname'

type Action = 'DoNotSchedule' | 'ScheduleAnyway'

interface Written {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: Action
  readonly labelSelector?: JsonObject
  readonly minDomains?: number
  readonly nodeAffinityPolicy?: string
  readonly nodeTaintsPolicy?: string
  readonly matchLabelKeys?: readonly string[]
}

/** PodTopologySpreadArgs with defaultingType: System. */
const SYSTEM_DEFAULTS: readonly Written[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
]

export function spreadConstraints(pod: Pod, action: Action, handle: Handle): readonly SpreadConstraint[] {
  const own = pod.spec.topologySpreadConstraints as readonly Written[] | undefined
  if (own?.length) return own.filter((c) => c.whenUnsatisfiable === action).map((c) => constraintOf(c, pod))
  const defaults = SYSTEM_DEFAULTS.filter((c) => c.whenUnsatisfiable === action)
  if (defaults.length === 0) return []
  const selector = defaultSelector(pod, handle)
  return selector.length === 0 ? [] : defaults.map((c) => ({ ...constraintOf(c, pod), selector }))
}

/** Pods of the namespace that the constraint counts, by node; those that are being deleted count no more. */
export function matchingPods({ selector }: SpreadConstraint, namespace: string, handle: Handle): CountByNode {
  if (selector === null || selector.length === 0) return NONE
  const matches = ({ metadata }: Pod) =>
    metadata.namespace === namespace && !metadata.deletionTimestamp && matchesLabels(selector, metadata.labels)
  return handle.cache.counts.of(`spread ${namespace} ${JSON.stringify(selector)}`, matches)
}

/** Whether the node takes part: the Pod's node affinity, and its tolerations, may leave nodes out. */
export function takesPart({ honorsAffinity, honorsTaints }: SpreadConstraint, pod: Pod, node: Node): boolean {
  return (!honorsAffinity || matchesNode(pod, node)) && !(honorsTaints && hasUntoleratedTaint(pod, node))
}

export const hasAllKeys = (node: NodeInfo, constraints: readonly SpreadConstraint[]) =>
  constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined)

const NONE: CountByNode = new Map()

function constraintOf(written: Written, { metadata: { labels } }: Pod): SpreadConstraint {
  const { maxSkew, topologyKey, minDomains = 1, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = written
  const own = (written.matchLabelKeys ?? []).flatMap((key) => (labels?.[key] === undefined ? [] : [[key, labels[key]] as const]))
  const selector = labelSelectorOf(written.labelSelector)
  return {
    maxSkew,
    topologyKey,
    selector: selector && [...labelSelectorOf({ matchLabels: Object.fromEntries(own) })!, ...selector],
    minDomains,
    honorsAffinity: nodeAffinityPolicy === 'Honor',
    honorsTaints: nodeTaintsPolicy === 'Honor',
  }
}
