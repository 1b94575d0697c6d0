// Who owns which field: on every write the fields that changed go to the writer, and leave whoever had them.
// Leaves out: server-side apply's merge (operation Apply), which is in api/apply.
// Upstream: structured-merge-diff merge/update.go (Updater.Update); apimachinery pkg/util/managedfields

import { exact } from '../../base/exact'
import type { JsonObject } from '../../base/json'
import { without } from '../../base/without'
import type { ApiObject, ManagedFieldsEntry } from '../object'
import type { StructSchema } from '../schema/schema'
import { withFewUpdaters } from './ancientChanges'
import { compareObjects, type Changes } from './compareFields'
import { compareEntries, knownEntries, newEntry, onlyEntry, withEntries } from './entries'
import { isEmpty } from './fieldSets'
import { usualResets, type Resets } from './resetFields'
import { sharedDifference, sharedTree, sharedUnion } from './sharedFields'
import { zeroObject } from './zeroObject'

/** Through which subresource somebody writes, and in which other versions the kind is served. */
export interface Ownership {
  readonly subresource?: string
  /** By default what the resource itself, or its `…/status`, resets. */
  readonly resets?: Resets
  /** Null: it is not served so, and what was written in that version belongs to nobody any more. */
  readonly inVersion?: (apiVersion: string) => Versioned | null
}

interface Versioned {
  readonly schema: StructSchema
  convert(object: ApiObject): ApiObject
}

interface FieldsUpdate extends Ownership {
  readonly before: ApiObject | null
  readonly after: ApiObject
  readonly manager: string
  readonly apiVersion: string
  /** RFC 3339, whole seconds; none for what is written through another kind's view (Scale). */
  readonly now?: string
  readonly schema: StructSchema
  /** Of a new object: what Go writes where nothing was set, when it is more than the schema tells. */
  readonly blank?: JsonObject
}

/** `after` with its metadata.managedFields brought up to date. */
export function updateManagedFields(update: FieldsUpdate): ApiObject {
  const { before, after, manager, apiVersion, now, schema, blank, subresource = '' } = update
  const known = knownEntries(before, after, subresource)
  // What nobody has owned so far stays without owners.
  if (before && known.length === 0) return withEntries(after, known)
  const own = compareThrough(update, before ?? zeroObject(schema, blank), after, schema)
  const touched = !isEmpty(own.changed)
  const changesIn = changesByVersion(update, own)
  const isOwn = (e: ManagedFieldsEntry) => e.apiVersion === apiVersion
  if (!touched && isEmpty(own.removed) && known.every(isOwn)) return withEntries(after, known)
  const mine = (e: ManagedFieldsEntry) =>
    e.manager === manager && e.operation === 'Update' && (e.subresource ?? '') === subresource && isOwn(e)
  const entries: ManagedFieldsEntry[] = []
  let found = false
  for (const entry of known) {
    const changes = changesIn(entry.apiVersion ?? '')
    if (!changes) continue
    let fields = sharedDifference(sharedTree(entry.fieldsV1), changes.removed)
    if (mine(entry)) {
      found = true
      fields = sharedUnion(fields, own.changed)
      if (touched) {
        entries.push(now ? { ...entry, time: now, fieldsV1: fields } : { ...without(entry, 'time'), fieldsV1: fields })
        continue
      }
    } else fields = sharedDifference(fields, changes.changed)
    if (!isEmpty(fields)) entries.push(fields === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields })
  }
  if (!found && touched) {
    const entry = newEntry({ manager, operation: 'Update', apiVersion, time: now, subresource }, own.changed)
    if (known.length === 0) return withEntries(after, onlyEntry(entry))
    entries.push(entry)
  }
  return withEntries(after, exact(withFewUpdaters(entries).sort(compareEntries)))
}

/** What the same write changes as another version shows it; null where there is no such version. */
export function changesByVersion(
  { before, after, apiVersion, inVersion, ...through }: Pick<FieldsUpdate, 'before' | 'after' | 'apiVersion'> & Ownership,
  own: Changes,
): (of: string) => Changes | null {
  const known = new Map<string, Changes | null>()
  const compared = (of: string) => {
    const other = inVersion?.(of)
    return other ? compareThrough(through, before ? other.convert(before) : {}, other.convert(after), other.schema) : null
  }
  return (of) => {
    if (of === apiVersion) return own
    let changes = known.get(of)
    if (changes === undefined) known.set(of, (changes = compared(of)))
    return changes
  }
}

/** What somebody changed and took away who writes through a resource or subresource. */
export function compareThrough(
  { resets, subresource = '' }: Ownership,
  before: JsonObject,
  after: JsonObject,
  schema: StructSchema,
): Changes {
  return compareObjects(before, after, schema, resets ?? usualResets(schema, subresource))
}
