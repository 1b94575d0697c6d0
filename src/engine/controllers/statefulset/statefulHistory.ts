// The ControllerRevisions of a StatefulSet: the one that its Pods come from, and the one that they go to.
// Leaves out: the comparison of an old revision after defaulting it anew (a matter of upgrades).
// Upstream: kubernetes pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions, truncateHistory)

import type { Pod } from '../../api/kinds/pod/types'
import type { Sync } from '../../client/sync'
import { createRevision, deleteRevision, keepsTemplate, renumber, templatePatch, type ControllerRevision } from '../controllerRevisions'
import { revisionOf } from './statefulPods'
import type { StatefulSet } from './types'

const HASH_LABEL = 'controller.kubernetes.io/hash'

export interface Generations {
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly collisions: number
}

/** `revisions`: those of the set, the oldest first. A template that none of them keeps gets a new one; an old one that does comes last again. */
export function* generationsOf(set: StatefulSet, revisions: readonly ControllerRevision[]): Sync<Generations> {
  const { spec, status } = set
  const last = revisions.at(-1)
  const same = revisions.filter((revision) => keepsTemplate(revision, spec.template)).at(-1)
  let collisions = status.collisionCount ?? 0
  let newest: ControllerRevision
  if (same) newest = same === last ? same : yield* renumber(same, Number(last!.revision) + 1)
  else {
    const labels = spec.template.metadata?.labels ?? {}
    const wished = { data: templatePatch(spec.template), revision: Number(last?.revision ?? 0) + 1, labels }
    ;({ made: newest, collisions } = yield* createRevision(set, wished, HASH_LABEL, collisions))
  }
  const current = revisions.find(({ metadata }) => metadata.name === status.currentRevision) ?? newest
  return { current, update: newest, collisions }
}

/** Deletes revisions that no Pod has and nobody goes back to, the oldest first. */
export function* forgetOld(
  { spec }: StatefulSet,
  pods: readonly Pod[],
  revisions: readonly ControllerRevision[],
  { current, update }: Generations,
): Sync {
  const live = new Set([current.metadata.name, update.metadata.name, ...pods.map(revisionOf)])
  const idle = revisions.filter(({ metadata }) => !live.has(metadata.name))
  for (const revision of idle.slice(0, Math.max(0, idle.length - (spec.revisionHistoryLimit ?? 10)))) yield* deleteRevision(revision)
}
