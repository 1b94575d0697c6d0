// The ControllerRevisions of a DaemonSet: one for each template that it had, the newest for the template of today.
// Upstream: kubernetes pkg/controller/daemon/update.go (constructHistory, snapshot, cleanupHistory)

import type { Pod } from '../../api/kinds/pod/types'
import { messageOf, objectOf, reasonOf, succeeded } from '../../client/answers'
import { create, mergePatch, read, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import {
  byRevision,
  deleteRevision,
  highestRevision,
  keepsTemplate,
  renumber,
  templatePatch,
  type ControllerRevision,
} from '../controllerRevisions'
import { ownerReference } from '../ownership'
import { pathIn, pathOf } from '../resources'
import { templateHash } from '../templateHash'
import { REVISION_LABEL } from './daemonPods'
import type { DaemonSet } from './types'

export interface History {
  readonly current: ControllerRevision
  readonly old: readonly ControllerRevision[]
}

export const hashOf = ({ metadata }: ControllerRevision): string => metadata.labels?.[REVISION_LABEL] ?? ''

/** `podsOf` is asked only where two revisions keep the same template. */
export function* history(set: DaemonSet, revisions: readonly ControllerRevision[], podsOf: () => Sync<readonly Pod[]>): Sync<History> {
  const current: ControllerRevision[] = []
  const old: ControllerRevision[] = []
  for (const revision of revisions) {
    const known = hashOf(revision) ? revision : yield* labelled(revision)
    if (keepsTemplate(known, set.spec.template)) current.push(known)
    else old.push(known)
  }
  const number = highestRevision(old) + 1
  if (current.length === 0) return { current: yield* snapshot(set, number), old }
  const kept = current.length === 1 ? current[0]! : yield* onlyOne(current, yield* podsOf())
  if (kept.revision < number) yield* renumber(kept, number)
  return { current: kept, old }
}

/** Old ones beyond the limit go, the lowest numbers first, unless Pods still run from them. */
export function* forgetOld({ spec }: DaemonSet, old: readonly ControllerRevision[], pods: readonly Pod[]): Sync {
  let tooMany = old.length - (spec.revisionHistoryLimit ?? 10)
  if (tooMany <= 0) return
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[REVISION_LABEL]))
  for (const revision of [...old].sort(byRevision)) {
    if (tooMany <= 0) return
    if (live.has(hashOf(revision))) continue
    yield* deleteRevision(revision)
    tooMany--
  }
}

/** A revision from before there was a label is named by its hash. */
function labelled(revision: ControllerRevision): Sync<ControllerRevision> {
  const { metadata } = revision
  const labels = { ...metadata.labels, [REVISION_LABEL]: metadata.name! }
  return demand(replace(pathOf('controllerRevisions', revision), { ...revision, metadata: { ...metadata, labels } }))
}

function* snapshot(set: DaemonSet, revision: number): Sync<ControllerRevision> {
  const { metadata, spec, status } = set
  const hash = templateHash(spec.template, status.collisionCount)
  const name = `${metadata.name!}-${hash}`
  const answer = yield* ask(
    create(pathIn('controllerRevisions', metadata.namespace!), {
      kind: 'ControllerRevision',
      apiVersion: 'apps/v1',
      metadata: {
        name,
        namespace: metadata.namespace,
        labels: { ...spec.template.metadata?.labels, [REVISION_LABEL]: hash },
        ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
        ownerReferences: [ownerReference(set)],
      },
      data: templatePatch(spec.template),
      revision,
    }),
  )
  if (succeeded(answer)) return objectOf(answer)
  if (reasonOf(answer) !== 'AlreadyExists') throw new GiveUp(messageOf(answer))
  const there = yield* demand<ControllerRevision>(read(pathIn('controllerRevisions', metadata.namespace!, name)))
  if (keepsTemplate(there, spec.template)) return there
  // Two templates have the same hash: the next try counts the collision in.
  const now = yield* demand<DaemonSet>(read(pathOf('daemonSets', set)))
  if ((now.status.collisionCount ?? 0) === (status.collisionCount ?? 0)) {
    const counted = { ...now.status, collisionCount: (now.status.collisionCount ?? 0) + 1 }
    yield* demand(replace(pathOf('daemonSets', set, 'status'), { ...now, status: counted }))
  }
  throw new GiveUp(messageOf(answer))
}

/** The one with the highest number stays; Pods of the others are counted as its own. */
function* onlyOne(same: readonly ControllerRevision[], pods: readonly Pod[]): Sync<ControllerRevision> {
  const kept = same.reduce((a, b) => (b.revision >= a.revision ? b : a))
  for (const pod of pods)
    if (pod.metadata.labels?.[REVISION_LABEL] !== hashOf(kept))
      yield* demand(mergePatch(pathOf('pods', pod), { metadata: { labels: { [REVISION_LABEL]: hashOf(kept) } } }))
  for (const revision of same) if (revision !== kept) yield* deleteRevision(revision)
  return kept
}
