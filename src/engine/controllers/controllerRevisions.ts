// The history of a workload's template: ControllerRevisions, each the patch that brings the template back, in the order of their numbers.
// Upstream: kubernetes pkg/controller/history/controller_history.go

import { equalJson } from '../base/equal'
import type { ApiObject } from '../api/object'
import { without } from '../base/without'
import type { JsonObject } from '../base/json'
import { messageOf, objectOf, reasonOf, succeeded } from '../client/answers'
import { create, read, remove, replace } from '../client/requests'
import { ask, demand, GiveUp, type Sync } from '../client/sync'
import { byAge } from './byAge'
import { ownerReference } from './ownership'
import { pathIn, pathOf } from './resources'
import { revisionHash } from './templateHash'
import type { PodTemplate } from './workloads'

export interface ControllerRevision extends ApiObject {
  readonly data: JsonObject
  readonly revision: number | bigint
}

const LONGEST_PREFIX = 223

/** What a revision keeps of a workload: only its template. */
export const templatePatch = (template: PodTemplate): JsonObject => ({ spec: { template: { ...template, $patch: 'replace' } } })

export function templateOf({ data }: ControllerRevision): PodTemplate {
  const { template } = data.spec as { readonly template: PodTemplate }
  return without(template, '$patch') as PodTemplate
}

export const keepsTemplate = ({ data }: ControllerRevision, template: PodTemplate): boolean => equalJson(data, templatePatch(template))

/** Lower numbers first; of the same number, the older. */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number => Number(a.revision) - Number(b.revision) || byAge(a, b)

export const highestRevision = (revisions: readonly ControllerRevision[]): number =>
  Math.max(0, ...revisions.map((r) => Number(r.revision)))

/** Writes a new revision under a name made of its content; where that name is taken by other content, the count of collisions goes into the name. */
export function* createRevision(
  owner: ApiObject,
  revision: Pick<ControllerRevision, 'data' | 'revision'> & { readonly labels: Readonly<Record<string, string>> },
  hashLabel: string,
  collisions: number,
): Sync<{ readonly made: ControllerRevision; readonly collisions: number }> {
  const namespace = owner.metadata.namespace!
  const { annotations } = owner.metadata
  const labels = { ...revision.labels, [hashLabel]: revisionHash(revision.data, collisions) }
  for (let count = collisions; ; count++) {
    const name = `${owner.metadata.name!.slice(0, LONGEST_PREFIX)}-${revisionHash(revision.data, count)}`
    const answer = yield* ask(
      create(pathIn('controllerRevisions', namespace), {
        kind: 'ControllerRevision',
        apiVersion: 'apps/v1',
        metadata: { name, labels, ...(annotations ? { annotations } : {}), ownerReferences: [ownerReference(owner)] },
        data: revision.data,
        revision: revision.revision,
      }),
    )
    if (succeeded(answer)) return { made: objectOf(answer), collisions: count }
    if (reasonOf(answer) !== 'AlreadyExists') throw new GiveUp(messageOf(answer))
    const there = yield* demand<ControllerRevision>(read(pathIn('controllerRevisions', namespace, name)))
    if (equalJson(there.data, revision.data)) return { made: there, collisions: count }
  }
}

export function renumber(revision: ControllerRevision, number: number): Sync<ControllerRevision> {
  return demand(replace(pathOf('controllerRevisions', revision), { ...revision, revision: number }))
}

export function* deleteRevision(revision: ControllerRevision): Sync {
  const answer = yield* ask(remove(pathOf('controllerRevisions', revision), {}))
  if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
}
