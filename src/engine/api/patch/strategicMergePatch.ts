// Strategic merge patch: lists merge by the key that their type names, with directives for what plain merging cannot say.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { roomFor } from '../../base/roomFor'
import { equalJson } from '../../base/equal'
import { goQuote } from '../go/goQuote'
import { goMap, goTypeOf } from '../go/goValue'
import { childOf, type ListSchema, type TypeSchema } from '../schema/schema'
import { copyOf, without, withoutAll } from '../../base/without'
import {
  badPatchType,
  DELETE_FROM_PRIMITIVE_LIST,
  fieldOf,
  isDeletion,
  isOrder,
  listOf,
  noMergeKey,
  PATCH,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  StrategicPatchError,
} from './directives'
import { arranged, checkNames, checkOrder, FEW, idOf } from './elementOrder'

/**
 * The patched object. `target` is not changed, and shares with the result what the patch does not touch. `schema` says how lists merge;
 * without one they are replaced. Throws a StrategicPatchError.
 */
export const applyStrategicPatch = anyDepth({}, (target: JsonObject, patch: JsonObject, schema: TypeSchema | undefined): JsonObject => {
  const directive = patch[PATCH]
  if (directive === 'replace') return without(patch, PATCH)
  if (directive === 'delete') return {}
  if (directive !== undefined) throw badPatchType(directive, patch)
  const out: Record<string, Json | undefined> = retained(target, patch)
  const removed = new Set<string>()
  const ordered = applyOrders(out, patch, schema)
  for (const key in patch) {
    const value = patch[key]
    if (value === undefined || key === RETAIN_KEYS || isOrder(key) || ordered.has(key)) continue
    if (isDeletion(key)) {
      deletePrimitives(out, fieldOf(key, DELETE_FROM_PRIMITIVE_LIST, 'primitive'), value)
      continue
    }
    const next = patched(out[key], value, childOf(schema, key))
    if (next !== undefined) out[key] = next
    else if (out[key] !== undefined) removed.add(key)
  }
  return removed.size === 0 ? out : withoutAll(out, removed)
})

/** A field's new value; undefined where a null takes it away. */
function patched(before: Json | undefined, value: Json, type: TypeSchema | undefined): Json | undefined {
  if (value === null) return undefined
  if (isObject(value)) {
    if (!isObject(before)) return unmerged(value)
    return type?.type === 'struct' && type.patchReplaces ? value : applyStrategicPatch(before, value, type)
  }
  if (!Array.isArray(value)) return value
  if (!Array.isArray(before)) return unmerged(value)
  const items = value as readonly Json[]
  return type?.type === 'list' && type.patchMerge ? mergeLists(before as readonly Json[], items, type) : items
}

/** `$retainKeys` names all fields that may stay, those of the patch among them. */
function retained(target: JsonObject, patch: JsonObject): Record<string, Json | undefined> {
  const keys = patch[RETAIN_KEYS]
  if (keys === undefined) return copyOf(target, Object.keys(patch).length)
  const bad = new StrategicPatchError('invalid patch format of retainKeys', 400)
  if (!Array.isArray(keys)) throw bad
  const kept = new Set(keys as readonly Json[])
  for (const [key, value] of Object.entries(patch))
    if (key !== RETAIN_KEYS && value !== null && !isDeletion(key) && !isOrder(key) && !kept.has(key)) throw bad
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.has(key)))
}

const NONE: ReadonlySet<string> = new Set()

/** Merges and orders the lists that have a `$setElementOrder`; gives the names of those that are done. */
function applyOrders(out: Record<string, Json | undefined>, patch: JsonObject, schema: TypeSchema | undefined): ReadonlySet<string> {
  let done: Set<string> | null = null
  for (const key in patch) {
    if (!isOrder(key)) continue
    const order = listOf(patch[key])
    const field = fieldOf(key, SET_ELEMENT_ORDER, 'setElementOrder')
    const [live, items] = [out[field], patch[field]]
    const before = live === undefined ? undefined : listOf(live)
    const given = items === undefined || items === null ? null : listOf(items)
    const type = listField(schema, field)
    if (!before && !given) continue
    const mergeKey = type?.type === 'list' ? type.patchMergeKey : undefined
    if (given) checkOrder(given, order, mergeKey)
    const merged = (given ? patched(before, given, type) : before) as readonly Json[]
    if (mergeKey !== undefined && merged.length > 0) checkNames(merged, order, mergeKey)
    out[field] = arranged(merged, order, before ?? [], mergeKey)
    ;(done ??= new Set()).add(field)
  }
  return done ?? NONE
}

/** Takes the items of `value` from the list `field` of `out`, if it is there. */
function deletePrimitives(out: Record<string, Json | undefined>, field: string, value: Json): void {
  const have = out[field]
  if (!Array.isArray(have) || !Array.isArray(value) || have.length + value.length === 0) return
  const [live, gone] = [have as readonly Json[], value as readonly Json[]]
  elementKind([...live, ...gone], [live, gone])
  const ids = new Set(gone.map(idOf))
  out[field] = live.filter((v) => !ids.has(idOf(v)))
}

/** The live list with the patch's items merged into those of the same key, the others behind, less those with `$patch: delete`. */
function mergeLists(target: readonly Json[], patch: readonly Json[], { patchMergeKey: key, items }: ListSchema): readonly Json[] {
  if (target.length === 0 && patch.length === 0) return target
  const kind = elementKind([...target, ...patch], [target, patch])
  if (kind !== 'object') return arranged([...new Set([...target, ...patch])], patch, target, undefined)
  if (key === undefined)
    throw new StrategicPatchError(`cannot merge lists without merge key for ${items.type === 'struct' ? items.name : ''}`)
  const rest: JsonObject[] = []
  const gone = new Set<Json>()
  let replace = false
  for (const item of patch as readonly JsonObject[]) {
    const directive = item[PATCH]
    if (directive === undefined) rest.push(item)
    else if (directive === 'replace') replace = true
    else if (directive === 'delete') {
      if (item[key] === undefined) throw noMergeKey(item, key)
      gone.add(idOf(item[key]))
    } else if (directive === 'merge') throw new StrategicPatchError('merging lists cannot yet be specified in the patch')
    else throw badPatchType(directive, item)
  }
  if (replace) return rest
  const live = target as readonly JsonObject[]
  const kept = gone.size === 0 ? [...live] : live.filter((t) => !gone.has(idOf(t[key] ?? null)))
  const places = placesOf(kept, key, rest.length)
  for (const item of rest) {
    if (item[key] === undefined) throw noMergeKey(item, key)
    const at = places(item[key])
    if (at >= 0) kept[at] = applyStrategicPatch(kept[at]!, item, items)
    else kept.push(item)
  }
  return arranged(kept, rest, target, key)
}

/** Where the first item of a key stands in a list that only grows; -1: nowhere. Few look for it one by one, many in an index. */
function placesOf(list: readonly JsonObject[], key: string, many: number): (value: Json) => number {
  if (many <= FEW) return (value) => list.findIndex((t) => equalJson(t[key], value))
  const index = new Map<Json, number>()
  let known = 0
  return (value) => {
    for (; known < list.length; known++) {
      const id = idOf(list[known]![key] ?? null)
      if (!index.has(id)) index.set(id, known)
    }
    return index.get(idOf(value)) ?? -1
  }
}

/** What the items of a list are, all the same: `object`, or a Go type of primitives. `lists`: as the error names them. */
function elementKind(all: readonly Json[], lists: readonly (readonly Json[])[]): string {
  if (all.every(isObject)) return 'object'
  const kinds = all.map((v) => (Array.isArray(v) ? 'list' : isObject(v) ? 'object' : goTypeOf(v)))
  if (kinds[0] === 'list') throw new StrategicPatchError('lists of lists are not supported', 422)
  if (kinds.some((k) => k !== kinds[0])) throw new StrategicPatchError(`list element types are not identical: ${goMap(lists)}`)
  return kinds[0]!
}

/** What goes in unmerged loses its nulls, and whatever carries a `$patch`; other directives stay, and are then unknown fields. */
const unmerged = anyDepth(null, (value: Json): Json | undefined => {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => unmerged(item))
    // A list that was filtered or pushed to keeps room for more, and many of these lists are stored.
    return items.includes(undefined) ? items.filter((item) => item !== undefined) : (items as Json[])
  }
  if (!isObject(value)) return value
  if (value[PATCH] !== undefined) return undefined
  const out: Record<string, Json> = roomFor(Object.keys(value).length)
  for (const key of Object.keys(value)) {
    const item = value[key]
    const inner = item === null || item === undefined ? undefined : unmerged(item)
    if (inner !== undefined) out[key] = inner
  }
  return out
})

/** The type of a list that is to be ordered; of what is no field there is none. */
function listField(type: TypeSchema | undefined, field: string): TypeSchema | undefined {
  if (type?.type === 'map') throw new StrategicPatchError('merging an object in json but data type is not struct, instead is: map')
  const found = childOf(type, field)
  if (type?.type === 'struct' && !found)
    throw new StrategicPatchError(`unable to find api field in struct ${type.name} for the json field ${goQuote(field)}`)
  return found
}
