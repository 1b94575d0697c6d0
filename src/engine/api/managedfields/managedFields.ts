// Who owns which field: on every write the fields that changed go to the writer, and leave whoever had them.
// Leaves out: server-side apply's merge (operation Apply).
// Upstream: structured-merge-diff merge/update.go, typed/compare.go; apimachinery pkg/util/managedfields

import { anyDepth } from '../../base/anyDepth'
import { exact } from '../../base/exact'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { Recent } from '../../base/recent'
import { withFewUpdaters } from './ancientChanges'
import { zeroScalar } from '../serializer/decode'
import { equalJson } from '../../base/equal'
import { isEmpty, isFieldSet, LEAF, subtract, union, type Tree } from './fieldSets'
import { itemsByElement } from './listElements'
import type { ApiObject, ManagedFieldsEntry } from '../object'
import { usualResets, type Resets } from './resetFields'
import { childOf, isGranular, type StructSchema, type TypeSchema } from '../schema/schema'
import { NO_FIELDS, remembered, sharedTree } from './sharedFields'
import { withFields, without } from '../../base/without'

/** Through which subresource somebody writes, and in which other versions the kind is served. */
export interface Ownership {
  readonly subresource?: string
  /** By default what the resource itself, or its `…/status`, resets. */
  readonly resets?: Resets
  /** Null: it is not served so, and what was written in that version belongs to nobody any more. */
  readonly inVersion?: (apiVersion: string) => Versioned | null
}

export interface Versioned {
  readonly schema: StructSchema
  convert(object: ApiObject): ApiObject
}

export interface FieldsUpdate extends Ownership {
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

const together = remembered(union)
const less = remembered(subtract)

/** `after` with its metadata.managedFields brought up to date. */
export function updateManagedFields(update: FieldsUpdate): ApiObject {
  const { before, after, manager, apiVersion, now, schema, subresource = '' } = update
  const known = knownEntries(update)
  // What nobody has owned so far stays without owners.
  if (before && known.length === 0) return withEntries(after, known)
  const own = compareThrough(update, before ?? blankOf(schema, update.blank), after, schema)
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
    let fields = less(sharedTree(entry.fieldsV1 as Tree), changes.removed)
    if (mine(entry)) {
      found = true
      fields = together(fields, own.changed)
      if (touched) {
        entries.push(now ? { ...entry, time: now, fieldsV1: fields } : { ...without(entry, 'time'), fieldsV1: fields })
        continue
      }
    } else fields = less(fields, changes.changed)
    if (!isEmpty(fields)) entries.push(fields === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields })
  }
  if (!found && touched) {
    const entry: ManagedFieldsEntry = {
      manager,
      operation: 'Update',
      apiVersion,
      ...(now ? { time: now } : {}),
      fieldsType: 'FieldsV1',
      fieldsV1: own.changed,
      ...(subresource ? { subresource } : {}),
    }
    if (known.length === 0) return withEntries(after, onlyEntry(entry))
    entries.push(entry)
  }
  return withEntries(after, exact(withFewUpdaters(entries).sort(byAge)))
}

const lists = new Recent<Tree, readonly ManagedFieldsEntry[]>(256)

/** The list of an object that only its creator has written: one for all that somebody made of the same fields in the same second. */
function onlyEntry(entry: ManagedFieldsEntry): readonly ManagedFieldsEntry[] {
  const tree = entry.fieldsV1 as Tree
  const known = lists.get(tree)
  return known && byAge(known[0]!, entry) === 0 ? known : lists.add(tree, [entry])
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

/** A client may send entries, or `[{}]` to forget all; what makes no sense counts as not sent. A subresource cannot. */
function knownEntries({ before, after, subresource }: FieldsUpdate): readonly ManagedFieldsEntry[] {
  const live = before?.metadata.managedFields ?? []
  const sent = after.metadata.managedFields
  if (subresource || !sent || sent === live || sent.length === 0) return live
  if (sent.length === 1 && Object.keys(sent[0] as object).length === 0) return []
  return sent.every(isReadable) ? sent : live
}

function isReadable({ operation, apiVersion, fieldsType, fieldsV1 }: ManagedFieldsEntry): boolean {
  return (operation === 'Apply' || operation === 'Update') && !!apiVersion && fieldsType === 'FieldsV1' && isFieldSet(fieldsV1)
}

/** Apply before Update, then the oldest, then by manager. */
export function byAge(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compare(a.operation, b.operation) ||
    compare(a.time ?? '', b.time ?? '') ||
    compare(a.manager ?? '', b.manager ?? '') ||
    compare(a.apiVersion ?? '', b.apiVersion ?? '') ||
    compare(a.subresource ?? '', b.subresource ?? '')
  )
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function withEntries(object: ApiObject, managedFields: readonly ManagedFieldsEntry[]): ApiObject {
  if (object.metadata.managedFields === managedFields) return object
  const metadata = without(object.metadata, 'managedFields')
  return { ...object, metadata: managedFields.length > 0 ? withFields(metadata, { managedFields }) : metadata }
}

const zeros = new WeakMap<StructSchema, JsonObject>()
/** What Go has where nothing was set: structs that are no pointers, required lists as null, and the zeros of required scalars. */
function zeroOf(schema: StructSchema): JsonObject {
  let zero = zeros.get(schema)
  if (!zero) {
    const out: Record<string, Json> = {}
    for (const name of schema.written) {
      const type = schema.field(name)!
      if (type.type === 'struct') out[name] = zeroOf(type)
    }
    for (const name of schema.required) {
      const type = schema.field(name)!
      const nothing = type.type === 'list' ? null : zeroScalar(type)
      if (nothing !== undefined) out[name] = nothing
    }
    zeros.set(schema, (zero = out))
  }
  return zero
}

function blankOf(schema: StructSchema, more: JsonObject = {}): JsonObject {
  const zero = zeroOf(schema)
  const out: Record<string, Json | undefined> = { ...zero }
  for (const [key, value] of Object.entries(more)) out[key] = isObject(value) && isObject(zero[key]) ? { ...zero[key], ...value } : value
  return out as JsonObject
}

/** What changed, and what went away: trees of fields, null where there is none. */
interface Difference {
  readonly changed: Tree | null
  readonly removed: Tree | null
}
const LEAF_CHANGED: Difference = { changed: LEAF, removed: null }

export interface Changes {
  readonly changed: Tree
  readonly removed: Tree
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

/** What a writer changed and what it took away, but for `resets`: empty trees where there is nothing. */
export function compareObjects(before: JsonObject, after: JsonObject, schema: StructSchema, resets: Resets): Changes {
  const all = new Differences()
  const compareKey = (key: string) => {
    const skip = resets[key]
    if (key === 'apiVersion' || key === 'kind' || skip === true) return
    all.field(key, compareElement(before[key], after[key] ?? nothingOf(schema, key), schema.field(key), skip))
  }
  for (const key in after) compareKey(key)
  for (const key in before) if (!(key in after)) compareKey(key)
  return { changed: all.changed.isEmpty ? LEAF : all.changed.tree, removed: all.removed.isEmpty ? LEAF : all.removed.tree }
}

/** Those of the elements of one object or list, as they come. */
class Differences {
  changed = NO_FIELDS
  removed = NO_FIELDS

  field(name: string, found: Difference | null): void {
    if (found?.changed) this.changed = this.changed.field(name, found.changed)
    if (found?.removed) this.removed = this.removed.field(name, found.removed)
  }

  item(element: string, found: Difference | null): void {
    if (found?.changed) this.changed = this.changed.item(element, found.changed)
    if (found?.removed) this.removed = this.removed.item(element, found.removed)
  }

  get all(): Difference | null {
    const { changed, removed } = this
    if (changed.isEmpty && removed.isEmpty) return null
    return { changed: changed.isEmpty ? null : changed.tree, removed: removed.isEmpty ? null : removed.tree }
  }
}

/** A list without omitempty is written as null where nobody set it. */
const nothingOf = (type: TypeSchema | undefined, key: string): null | undefined =>
  type?.type === 'struct' && type.required.includes(key) && type.field(key)?.type === 'list' ? null : undefined

function compareElement(
  before: Json | undefined,
  after: Json | undefined,
  type: TypeSchema | undefined,
  skip?: ReadonlySet<string>,
): Difference | null {
  return before === after ? null : compareInside(before, after, type, skip)
}

const compareInside = anyDepth(
  null,
  (before: Json | undefined, after: Json | undefined, type: TypeSchema | undefined, skip?: ReadonlySet<string>): Difference | null => {
    if (after === undefined) return before === undefined || before === null ? null : removedOf(before, type)
    // A list that is written even when nothing is in it is still the writer's.
    if (after === null && before !== undefined)
      return before === null ? null : type?.type === 'list' && type.listType === 'atomic' ? LEAF_CHANGED : removedOf(before, type)
    if (before === undefined) return after === null ? null : { changed: fieldsOf(after, type), removed: null }
    if (isObject(after) && (isObject(before) || before === null) && isGranular(type)) {
      const was = isObject(before) ? before : {}
      const inner = new Differences()
      for (const key in after)
        if (was[key] !== after[key] && !skip?.has(key)) inner.field(key, compareElement(was[key], after[key], childOf(type, key)))
      for (const key in was)
        if (!(key in after) && !skip?.has(key)) inner.field(key, compareElement(was[key], nothingOf(type, key), childOf(type, key)))
      return inner.all
    }
    if (Array.isArray(after) && (Array.isArray(before) || before === null) && type?.type === 'list' && type.listType !== 'atomic') {
      const was = itemsByElement((before ?? []) as readonly Json[], type)
      const is = itemsByElement(after as readonly Json[], type)
      const inner = new Differences()
      for (const [key, item] of is) {
        const old = was.get(key)
        if (old === undefined) inner.item(key, { changed: type.listType === 'set' ? LEAF : fieldsOf(item, type.items), removed: null })
        else if (type.listType === 'map') inner.item(key, compareElement(old, item, type.items))
      }
      for (const [key, item] of was) if (!is.has(key)) inner.item(key, removedOf(item, type.listType === 'set' ? undefined : type.items))
      return inner.all
    }
    return equalJson(before, after) ? null : LEAF_CHANGED
  },
)

/** Fields of it that somebody owns and that were not there stay owned. */
const removedOf = (value: Json, type: TypeSchema | undefined): Difference => ({ changed: null, removed: fieldsOf(value, type) })

/** All of a value that was not there before: each map and list itself (`.`) and its leaves. */
const fieldsOf = anyDepth(LEAF, (value: Json, type: TypeSchema | undefined): Tree => {
  if (isObject(value) && isGranular(type)) {
    let shape = ITSELF
    let some = false
    for (const key in value) {
      const item = value[key]
      if (item === undefined) continue
      some = true
      shape = shape.field(key, fieldsOf(item, childOf(type, key)))
    }
    return some ? shape.tree : LEAF
  }
  if (Array.isArray(value) && type?.type === 'list' && type.listType !== 'atomic') {
    let shape = ITSELF
    for (const [element, item] of itemsByElement(value as readonly Json[], type))
      shape = shape.item(element, type.listType === 'set' ? LEAF : fieldsOf(item, type.items))
    return shape.tree
  }
  return LEAF
})

/** Begins with the field itself. */
const ITSELF = NO_FIELDS.item('.', LEAF)
