// Who owns which field: on every write the fields that changed go to the writer, and leave whoever had them.
// Leaves out: server-side apply's merge (operation Apply), and field names that differ between versions.
// Upstream: structured-merge-diff merge/update.go, typed/compare.go; apimachinery pkg/util/managedfields

import { isObject, type Json, type JsonObject } from '../base/json'
import { zeroScalar } from './decode'
import { equalJson } from './equal'
import { isEmpty, isFieldSet, LEAF, subtract, union, type Tree } from './fieldSets'
import { parseGroupVersion, type ApiObject, type ManagedFieldsEntry } from './object'
import { NO_FIELDS, remembered, sharedTree } from './sharedFields'
import type { ListSchema, StructSchema, TypeSchema } from './schema'
import { withFields, without } from './without'
import { exact } from '../base/exact'
import { Recent } from '../base/recent'

export interface FieldsUpdate {
  readonly before: ApiObject | null
  readonly after: ApiObject
  readonly manager: string
  readonly apiVersion: string
  /** RFC 3339, whole seconds; none for what is written through another kind's view (Scale). */
  readonly now?: string
  readonly schema: StructSchema
  readonly subresource?: string
  /** Of a new object: what Go writes where nothing was set, when it is more than the schema tells. */
  readonly blank?: JsonObject
}

/** Set by the server alone, hence owned by nobody. */
export const STRIPPED = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
])

const together = remembered(union)
const less = remembered(subtract)

/** `after` with its metadata.managedFields brought up to date. */
export function updateManagedFields(update: FieldsUpdate): ApiObject {
  const { before, after, manager, apiVersion, now, schema, subresource = '' } = update
  const known = knownEntries(update)
  // What nobody has owned so far stays without owners.
  if (before && known.length === 0) return withEntries(after, known)
  const existing = known.every((entry) => sameGroup(entry.apiVersion, apiVersion))
    ? known
    : known.filter((entry) => sameGroup(entry.apiVersion, apiVersion))
  // Each door keeps what the other one writes: it cannot change it, and does not own it.
  const { changed, removed } = compareObjects(before ?? blankOf(schema, update.blank), after, schema, leftAlone(schema, subresource))
  const touched = !isEmpty(changed)
  if (!touched && isEmpty(removed)) return withEntries(after, existing)
  const mine = (e: ManagedFieldsEntry) =>
    e.manager === manager && e.operation === 'Update' && (e.subresource ?? '') === subresource && e.apiVersion === apiVersion
  const entries: ManagedFieldsEntry[] = []
  let found = false
  for (const entry of existing) {
    let fields = less(sharedTree(entry.fieldsV1 as Tree), removed)
    if (mine(entry)) {
      found = true
      fields = together(fields, changed)
      if (touched) {
        entries.push(now ? { ...entry, time: now, fieldsV1: fields } : { ...without(entry, 'time'), fieldsV1: fields })
        continue
      }
    } else fields = less(fields, changed)
    if (!isEmpty(fields)) entries.push(fields === entry.fieldsV1 ? entry : { ...entry, fieldsV1: fields })
  }
  if (!found && touched)
    entries.push({
      manager,
      operation: 'Update',
      apiVersion,
      ...(now ? { time: now } : {}),
      fieldsType: 'FieldsV1',
      fieldsV1: changed,
      ...(subresource ? { subresource } : {}),
    })
  return withEntries(after, exact(entries.sort(byAge)))
}

/** What was written through another group's door (events.k8s.io) cannot be turned into this one's fields: nobody owns it any more. */
const sameGroup = (a = '', b: string) => a === b || parseGroupVersion(a).group === parseGroupVersion(b).group

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

/** The field that belongs to another door than this one; '' for none. */
export function leftAlone(schema: StructSchema, subresource: string): string {
  if (schema.resets) return schema.resets[subresource] ?? ''
  const field = subresource === 'status' ? 'spec' : 'status'
  return schema.field(field)?.type === 'struct' ? field : ''
}

/** What changed, and what went away: trees of fields, null where there is none. */
interface Difference {
  readonly changed: Tree | null
  readonly removed: Tree | null
}
const LEAF_CHANGED: Difference = { changed: LEAF, removed: null }
const LEAF_REMOVED: Difference = { changed: null, removed: LEAF }

/** What a writer changed and what it took away, but for `ignored` and what the server alone sets: empty trees where there is nothing. */
export function compareObjects(
  before: JsonObject,
  after: JsonObject,
  schema: StructSchema,
  ignored: string,
): { readonly changed: Tree; readonly removed: Tree } {
  const all = new Differences()
  const compareKey = (key: string) => {
    if (key === 'apiVersion' || key === 'kind' || key === ignored) return
    all.field(
      key,
      compareElement(before[key], after[key] ?? nothingOf(schema, key), schema.field(key), key === 'metadata' ? STRIPPED : undefined),
    )
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
  if (before === after) return null
  if (after === undefined) return before === undefined || before === null ? null : LEAF_REMOVED
  // A list that is written even when nothing is in it is still the writer's.
  if (after === null && before !== undefined)
    return before === null ? null : type?.type === 'list' && type.listType === 'atomic' ? LEAF_CHANGED : LEAF_REMOVED
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
    for (const key of was.keys()) if (!is.has(key)) inner.item(key, LEAF_REMOVED)
    return inner.all
  }
  return equalJson(before, after) ? null : LEAF_CHANGED
}

/** All of a value that was not there before: each map and list itself (`.`) and its leaves. */
function fieldsOf(value: Json, type: TypeSchema | undefined): Tree {
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
}

/** Begins with the field itself. */
const ITSELF = NO_FIELDS.item('.', LEAF)

export const isGranular = (type: TypeSchema | undefined) =>
  type !== undefined && (type.type === 'struct' || type.type === 'map') && !type.atomic

export function childOf(type: TypeSchema | undefined, key: string): TypeSchema | undefined {
  if (type?.type === 'struct') return type.field(key)
  return type?.type === 'map' ? type.values : undefined
}

/**
 * `k:{"name":"web"}` or `v:"a"` → item. A map key that an item leaves out takes its default (protocol: TCP is filled by then).
 * Items that share a key stand together as a list, which is compared and owned as one.
 */
export function itemsByElement(items: readonly Json[], type: ListSchema): Map<string, Json> {
  const out = new Map<string, Json>()
  for (const item of items) {
    const element = elementOf(item, type)
    const same = out.get(element)
    out.set(element, same === undefined || type.listType === 'set' ? item : Array.isArray(same) ? [...same, item] : [same, item])
  }
  return out
}

/** `protocol` is the one key of a built-in list that has a default. */
export const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: 'TCP' }

const named = new Map<string, Recent<string, string>>()

/** `k:{"type":"Ready"}`, the same text each time: most lists have few items, which are looked up by it again and again. */
function elementNamed(key: string, value: string): string {
  let known = named.get(key)
  if (!known) named.set(key, (known = new Recent()))
  return known.get(value) ?? known.add(value, `k:{${JSON.stringify(key)}:${JSON.stringify(value)}}`)
}

function elementOf(item: Json, { listType, listMapKeys, keyDefaults = KEY_DEFAULTS }: ListSchema): string {
  if (listType === 'set') return `v:${JSON.stringify(item)}`
  const value = (k: string) => (item as JsonObject)[k] ?? keyDefaults[k]
  const [first, second] = listMapKeys
  const only = first !== undefined && second === undefined ? value(first) : undefined
  if (typeof only === 'string') return elementNamed(first!, only)
  const keys = second === undefined ? listMapKeys : listMapKeys.filter((k) => isObject(item) && value(k) !== undefined).sort()
  // An only key that is left out is the empty string: a reference without a name.
  return `k:{${keys.map((k) => `${JSON.stringify(k)}:${JSON.stringify(value(k) ?? '')}`).join(',')}}`
}
