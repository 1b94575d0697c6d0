// What a write changed, and what it took away: two trees of fields.
// Upstream: structured-merge-diff typed/compare.go

import { anyDepth } from '../../base/anyDepth'
import { equalJson } from '../../base/equal'
import { isObject, type Json, type JsonObject } from '../../base/json'
import type { FieldsV1 } from '../object'
import { childOf, isAssociative, isGranular, type AssociativeList, type StructSchema, type TypeSchema } from '../schema/schema'
import { LEAF } from './fieldSets'
import { itemsByElement } from './listElements'
import type { Resets } from './resetFields'
import { NO_FIELDS } from './sharedFields'

/** What changed, and what went away: trees of fields, null where there is none. */
interface Difference {
  readonly changed: FieldsV1 | null
  readonly removed: FieldsV1 | null
}
const LEAF_CHANGED: Difference = { changed: LEAF, removed: null }

export interface Changes {
  readonly changed: FieldsV1
  readonly removed: FieldsV1
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

/** Gathers the differences of the elements of one object or list, as they come. */
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

  get found(): Difference | null {
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
      return before === null ? null : type?.type === 'list' && !isAssociative(type) ? LEAF_CHANGED : removedOf(before, type)
    if (before === undefined) return after === null ? null : { changed: fieldsOf(after, type), removed: null }
    if (isObject(after) && (isObject(before) || before === null) && isGranular(type)) return compareEach(before ?? {}, after, type, skip)
    if (Array.isArray(after) && (Array.isArray(before) || before === null) && isAssociative(type))
      return compareItems((before ?? []) as readonly Json[], after as readonly Json[], type)
    return equalJson(before, after) ? null : LEAF_CHANGED
  },
)

/** Field by field, but for those of `skip`. */
function compareEach(before: JsonObject, after: JsonObject, type: TypeSchema | undefined, skip?: ReadonlySet<string>): Difference | null {
  const all = new Differences()
  for (const key in after)
    if (before[key] !== after[key] && !skip?.has(key)) all.field(key, compareElement(before[key], after[key], childOf(type, key)))
  for (const key in before)
    if (!(key in after) && !skip?.has(key)) all.field(key, compareElement(before[key], nothingOf(type, key), childOf(type, key)))
  return all.found
}

/** An item of a set is there or not; one with keys may have changed. */
function compareItems(before: readonly Json[], after: readonly Json[], type: AssociativeList): Difference | null {
  const was = itemsByElement(before, type)
  const is = itemsByElement(after, type)
  const itemType = type.listType === 'set' ? undefined : type.items
  const all = new Differences()
  for (const [element, item] of is) {
    const old = was.get(element)
    if (old === undefined) all.item(element, { changed: fieldsOf(item, itemType), removed: null })
    else if (itemType) all.item(element, compareElement(old, item, itemType))
  }
  for (const [element, item] of was) if (!is.has(element)) all.item(element, removedOf(item, itemType))
  return all.found
}

/** Fields of it that somebody owns and that were not there stay owned. */
const removedOf = (value: Json, type: TypeSchema | undefined): Difference => ({ changed: null, removed: fieldsOf(value, type) })

/** All of a value that was not there before: each map and list itself (`.`) and its leaves. */
const fieldsOf = anyDepth(LEAF, (value: Json, type: TypeSchema | undefined): FieldsV1 => {
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
  if (Array.isArray(value) && isAssociative(type)) {
    let shape = ITSELF
    for (const [element, item] of itemsByElement(value as readonly Json[], type))
      shape = shape.item(element, type.listType === 'set' ? LEAF : fieldsOf(item, type.items))
    return shape.tree
  }
  return LEAF
})

/** Begins with the field itself. */
const ITSELF = NO_FIELDS.item('.', LEAF)
