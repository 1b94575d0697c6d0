// The Pods of a DaemonSet: on which nodes one belongs, what it looks like there, and which node an existing one is meant for.
// Upstream: kubernetes pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod), util/daemonset_util.go

import type { Node } from '../../api/kinds/node'
import type { Pod, PodSpec, Toleration } from '../../api/kinds/pod/types'
import { matchesNode } from '../../api/kinds/pod/nodeAffinity'
import { tolerates } from '../../api/kinds/pod/tolerations'
import type { JsonObject } from '../../base/json'
import { Recent } from '../../base/recent'
import { byAge } from '../byAge'
import { podFrom } from '../podControl'
import type { DaemonSet } from './types'

export const REVISION_LABEL = 'controller-revision-hash'
const GENERATION_LABEL = 'pod-template-generation'
const GENERATION = 'deprecated.daemonset.template.generation'

interface Placement {
  /** A Pod should be made here. */
  readonly shouldRun: boolean
  /** One that is here may stay. */
  readonly mayStay: boolean
}

const NOWHERE: Placement = { shouldRun: false, mayStay: false }
const HERE: Placement = { shouldRun: true, mayStay: true }

export function placementOn({ spec: { template } }: DaemonSet, node: Node): Placement {
  const { spec } = template
  if (spec.nodeName && spec.nodeName !== node.metadata.name) return NOWHERE
  if (!matchesNode(template, node)) return NOWHERE
  const borne = tolerationsOf(spec)
  const untolerated = (node.spec.taints ?? []).filter(
    (taint) => (taint.effect === 'NoExecute' || taint.effect === 'NoSchedule') && !tolerates(borne, taint),
  )
  return untolerated.length === 0 ? HERE : { shouldRun: false, mayStay: untolerated.every(({ effect }) => effect !== 'NoExecute') }
}

/** The Pod for one node: bound to it by affinity, so that the scheduler places it, and not driven away by what befalls nodes. */
export function daemonPod(set: DaemonSet, node: string, hash: string): JsonObject {
  const { metadata, spec } = set.spec.template
  const generation = generationOf(set)
  const labels = {
    ...metadata?.labels,
    ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }),
    [REVISION_LABEL]: hash,
  }
  const template = {
    metadata: { ...metadata, labels },
    spec: { ...spec, affinity: affinityFor(spec, node), tolerations: tolerationsOf(spec) },
  }
  return podFrom(template, set)
}

/** The node that a Pod runs on, or will be bound to. */
export function targetNode(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName
  for (const { matchFields } of pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [])
    for (const { key, operator, values } of matchFields ?? [])
      if (key === 'metadata.name' && operator === 'In') return values?.length === 1 ? values[0] : undefined
  return undefined
}

/** Whether it was made from the set's template of today. */
export function isUpdated({ metadata: { labels } }: Pod, set: DaemonSet, hash: string): boolean {
  const generation = generationOf(set)
  return labels?.[REVISION_LABEL] === hash || (generation !== undefined && labels?.[GENERATION_LABEL] === generation)
}

/** Bound ones first, then the older. */
export const byBindingAndAge = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) || byAge(a, b)

function generationOf({ metadata }: DaemonSet): string | undefined {
  const text = metadata.annotations?.[GENERATION]
  return text !== undefined && /^-?\d+$/.test(text) ? text : undefined
}

function affinityFor({ affinity }: PodSpec, node: string): JsonObject {
  const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }]
  const nodeAffinity = affinity?.nodeAffinity
  const required = { ...nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution, nodeSelectorTerms: terms }
  return { ...affinity, nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required } }
}

const BORNE: readonly (readonly [string, string])[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
]
const BORNE_ON_HOST_NETWORK: readonly (readonly [string, string])[] = [...BORNE, ['network-unavailable', 'NoSchedule']]

const tolerations = new Recent<PodSpec, readonly Toleration[]>()

/** The template's own, and those that every daemon has; one of the same key, operator, value and effect is replaced. */
const tolerationsOf = (spec: PodSpec): readonly Toleration[] => tolerations.get(spec) ?? tolerations.add(spec, withBorne(spec))

function withBorne(spec: PodSpec): readonly Toleration[] {
  const all = [...(spec.tolerations ?? [])]
  for (const [name, effect] of spec.hostNetwork ? BORNE_ON_HOST_NETWORK : BORNE) {
    const borne = { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }
    const at = all.findIndex((t) => t.key === borne.key && t.operator === 'Exists' && t.effect === effect && !t.value)
    if (at >= 0) all[at] = borne
    else all.push(borne)
  }
  return all
}
