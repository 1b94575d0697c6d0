// Server-side apply: the applied fields are merged into the live object, those the manager no longer sends and nobody else owns go,
// and what another manager owns and would change is a conflict unless forced.
// Upstream: structured-merge-diff merge/update.go (Updater.Apply), apimachinery pkg/util/managedfields/internal/structuredmerge.go

import { equalJson } from '../../base/equal'
import type { JsonObject } from '../../base/json'
import type { Status } from '../errors/status'
import type { Changes } from '../managedfields/compareFields'
import { compareEntries, newEntry, withEntries } from '../managedfields/entries'
import { common, isEmpty, membersNotIn, subtract, union } from '../managedfields/fieldSets'
import { changesByVersion, compareThrough, updateManagedFields, type Ownership } from '../managedfields/managedFields'
import { UNRESET, usualResets } from '../managedfields/resetFields'
import { sharedTree } from '../managedfields/sharedFields'
import type { ApiObject, FieldsV1, ManagedFieldsEntry } from '../object'
import type { StructSchema } from '../schema/schema'
import { appliedFields } from './appliedFields'
import { conflictStatus, type Conflict } from './conflicts'
import { KUBECTL, ownedByLastApplied } from './lastApplied'
import { mergeApplied } from './mergeApplied'
import { prune } from './prune'

export interface ServerSideApply extends Ownership {
  /** Null when the object does not exist yet. */
  readonly live: ApiObject | null
  readonly applied: JsonObject
  readonly manager: string
  readonly force: boolean
  readonly apiVersion: string
  /** RFC 3339, whole seconds. */
  readonly now: string
  readonly schema: StructSchema
}

/** The merged object with its managers, or the 409 that names every conflict. `live` itself comes back when nothing changes. */
export function applyServerSide(apply: ServerSideApply): { object: ApiObject } | { conflict: Status; conflicts: readonly Conflict[] } {
  const { live, applied, manager, force, apiVersion, now, schema, subresource = '' } = apply
  const set = sharedTree(appliedFields(applied, schema, apply.resets ?? usualResets(schema, subresource)))
  const entries = live ? entriesOf(live, apply) : []
  const mine = (e: ManagedFieldsEntry) => e.manager === manager && e.operation === 'Apply' && (e.subresource ?? '') === subresource
  const last = entries.find(mine)
  const others = entries.filter((e) => !mine(e))

  let merged = mergeApplied(live ?? {}, applied, schema)
  if (last) {
    const elsewhere = others.reduce<FieldsV1>((all, e) => union(all, e.fieldsV1), {})
    merged = prune(merged, membersNotIn(last.fieldsV1, set), elsewhere, schema)
  }
  const own = compareThrough(apply, live ?? {}, merged, schema)
  const changesIn = changesByVersion({ ...apply, before: live, after: merged as ApiObject }, own)

  const conflicts = force ? [] : conflictsOf(apply, others, changesIn)
  if (conflicts.length > 0) return { conflict: conflictStatus(conflicts), conflicts }
  const isSame = live !== null && equalJson(live, merged)
  if (isSame && last && equalJson(last.fieldsV1, set)) return { object: live }

  const next = others.flatMap((entry) => withoutChanges(entry, changesIn(entry.apiVersion ?? '')))
  // Who only joins the owners, and changes nothing, gets no time.
  const time = isSame ? last?.time : now
  if (!isEmpty(set)) next.push(newEntry({ manager, operation: 'Apply', apiVersion, time, subresource }, set))
  return { object: withEntries(merged as ApiObject, next.sort(compareEntries)) }
}

/** What was there before the first apply belongs to a manager of that name. */
function entriesOf(live: ApiObject, { manager: _, ...by }: ServerSideApply): readonly ManagedFieldsEntry[] {
  const entries = live.metadata.managedFields ?? []
  if (entries.length > 0) return entries
  return updateManagedFields({ before: null, after: live, manager: 'before-first-apply', ...by }).metadata.managedFields ?? []
}

type ChangesIn = (apiVersion: string) => Changes | null

/** What others own of what is changed; kubectl may change what it once wrote by itself. */
function conflictsOf(
  { live, manager, apiVersion, schema }: ServerSideApply,
  others: readonly ManagedFieldsEntry[],
  changesIn: ChangesIn,
): readonly Conflict[] {
  const conflicts = others
    .map((entry) => ({ entry, fields: common(entry.fieldsV1, changesIn(entry.apiVersion ?? '')?.changed ?? {}) }))
    .filter(({ fields }) => !isEmpty(fields))
  if (conflicts.length === 0 || manager !== KUBECTL) return conflicts
  const allowed = ownedByLastApplied(live, apiVersion, schema, (config) => appliedFields(config, schema, UNRESET))
  return conflicts.map(({ entry, fields }) => ({ entry, fields: membersNotIn(fields, allowed) })).filter(({ fields }) => !isEmpty(fields))
}

/** Another's entry less what it lost; none where it lost all, or where its version is served no more. */
function withoutChanges(entry: ManagedFieldsEntry, changes: Changes | null): readonly ManagedFieldsEntry[] {
  if (!changes) return []
  const fields = sharedTree(subtract(subtract(entry.fieldsV1, changes.removed), common(entry.fieldsV1, changes.changed)))
  if (isEmpty(fields)) return []
  return [fields === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields }]
}
