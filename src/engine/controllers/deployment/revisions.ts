// Which ReplicaSet of a Deployment is the new one, how its revisions are counted, and what its annotations say of them.
// Upstream: kubernetes pkg/controller/deployment/util/deployment_util.go

import { equalJson } from '../../base/equal'
import { without } from '../../base/without'
import { byAge } from '../byAge'
import { DESIRED, MAX, maxSurge, desiredReplicas } from './replicaCounts'
import type { Deployment, PodTemplate, ReplicaSet } from '../workloads'

export const REVISION = 'deployment.kubernetes.io/revision'
export const TEMPLATE_HASH = 'pod-template-hash'
export const ROLLBACK = 'deprecated.deployment.rollback.to'
const HISTORY = 'deployment.kubernetes.io/revision-history'
const HISTORY_LIMIT = 2000
/** What concerns the Deployment alone. */
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION, HISTORY, DESIRED, MAX, ROLLBACK])

export type Annotations = Readonly<Record<string, string>>

/** Upstream's new ReplicaSet: the oldest of those with the Deployment's own template. */
export function findNewSet({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | null {
  return [...sets].sort(byAge).find((set) => sameTemplate(set.spec.template, spec.template)) ?? null
}

export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return equalJson(hashless(a), hashless(b))
}

export const revisionOf = ({ metadata }: ReplicaSet): number => Number(metadata.annotations?.[REVISION] ?? 0) || 0

/** What the new ReplicaSet's annotations should be; the same object when they are so already. */
export function newSetAnnotations(deployment: Deployment, current: Annotations, revision: number, exists: boolean): Annotations {
  const wished: Record<string, string> = { ...current }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!NOT_COPIED.has(name)) wished[name] = value
  const before = current[REVISION]
  // Somebody wrote what is no number: nothing is changed then.
  if (before && !/^[+-]?\d+$/.test(before)) return current
  if ((Number(before ?? 0) || 0) < revision) {
    wished[REVISION] = String(revision)
    if (before !== undefined) wished[HISTORY] = history(current[HISTORY] ?? '', before)
  }
  return exists ? same(current, wished) : sizeAnnotations(deployment, wished)
}

/** Revisions that this template was before, the latest last; the oldest are forgotten when the text grows too long. */
function history(known: string, before: string): string {
  const list = known === '' ? [before] : [...known.split(','), before]
  while (list.join(',').length > HISTORY_LIMIT) list.shift()
  return list.join(',')
}

/** How large the Deployment was when this ReplicaSet was last scaled. */
export function sizeAnnotations(deployment: Deployment, current: Annotations): Annotations {
  const desired = desiredReplicas(deployment)
  return same(current, { ...current, [DESIRED]: String(desired), [MAX]: String(desired + maxSurge(deployment)) })
}

/** The Deployment's own annotations with those that an old ReplicaSet took from it. */
export function annotationsOf(deployment: Deployment, set: ReplicaSet): Annotations {
  const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([name]) => NOT_COPIED.has(name))
  const taken = Object.entries(set.metadata.annotations ?? {}).filter(([name]) => !NOT_COPIED.has(name))
  return Object.fromEntries([...own, ...taken])
}

export function hashless(template: PodTemplate): PodTemplate {
  const labels = without(template.metadata?.labels ?? {}, TEMPLATE_HASH)
  return { ...template, metadata: { ...template.metadata, labels: Object.keys(labels).length > 0 ? labels : undefined } }
}

const same = (current: Annotations, wished: Annotations): Annotations => (equalJson(current, wished) ? current : wished)
