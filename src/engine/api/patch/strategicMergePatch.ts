// Strategic merge patch: lists merge by the key that their type names, with directives for what plain merging cannot say.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go

import { goJson, isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../equal'
import { goQuote } from '../goQuote'
import { goMap, goTypeOf } from '../goValue'
import type { ListSchema, TypeSchema } from '../schema'
import { roomFor } from '../../base/roomFor'
import { copyOf, without, withoutAll } from '../without'

/** A patch that cannot be applied: most are Go errors (500); a bad format is the client's fault (400), lists of lists are 422. */
export class StrategicPatchError extends Error {
  constructor(
    message: string,
    readonly code: 400 | 422 | 500 = 500,
  ) {
    super(message)
  }
}

export const DIRECTIVE = '$patch'
const RETAIN = '$retainKeys'
export const ORDER = '$setElementOrder/'
export const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'
const ORDER_WORD = '$setElementOrder'
const DELETE_WORD = '$deleteFromPrimitiveList'

export function applyStrategicPatch(target: JsonObject, patch: JsonObject, schema: TypeSchema | undefined): JsonObject {
  const directive = patch[DIRECTIVE]
  if (directive === 'replace') return without(patch, DIRECTIVE)
  if (directive === 'delete') return {}
  if (directive !== undefined) throw badPatchType(directive, patch)
  const out: Record<string, Json | undefined> = retained(target, patch)
  const removed = new Set<string>()
  const ordered = applyOrders(out, patch, schema)
  for (const key in patch) {
    const value = patch[key]
    if (value === undefined || key === RETAIN || key.startsWith(ORDER_WORD) || ordered.has(key)) continue
    if (key.startsWith(DELETE_WORD)) {
      const field = fieldOf(key, DELETE_PRIMITIVES, 'primitive')
      const have = out[field]
      if (!Array.isArray(have) || !Array.isArray(value) || have.length + value.length === 0) continue
      const [live, gone] = [have as readonly Json[], value as readonly Json[]]
      elementKind([...live, ...gone], [live, gone])
      const ids = new Set(gone.map(idOf))
      out[field] = live.filter((v) => !ids.has(idOf(v)))
      continue
    }
    const next = patched(out[key], value, childOf(schema, key))
    if (next !== undefined) out[key] = next
    else if (out[key] !== undefined) removed.add(key)
  }
  return removed.size === 0 ? out : withoutAll(out, removed)
}

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
  const keys = patch[RETAIN]
  if (keys === undefined) return copyOf(target, Object.keys(patch).length)
  const bad = new StrategicPatchError('invalid patch format of retainKeys', 400)
  if (!Array.isArray(keys)) throw bad
  const kept = new Set(keys as readonly Json[])
  for (const [key, value] of Object.entries(patch))
    if (key !== RETAIN && value !== null && !key.startsWith(DELETE_WORD) && !key.startsWith(ORDER_WORD) && !kept.has(key)) throw bad
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.has(key)))
}

const NONE: ReadonlySet<string> = new Set()

/** Merges and orders the lists that have a `$setElementOrder`; gives the names of those that are done. */
function applyOrders(out: Record<string, Json | undefined>, patch: JsonObject, schema: TypeSchema | undefined): ReadonlySet<string> {
  let done: Set<string> | null = null
  for (const key in patch) {
    if (!key.startsWith(ORDER_WORD)) continue
    const order = listOf(patch[key])
    const field = fieldOf(key, ORDER, 'setElementOrder')
    const [live, items] = [out[field], patch[field]]
    const before = live === undefined ? null : listOf(live)
    const given = items === undefined || items === null ? null : listOf(items)
    const type = listField(schema, field)
    if (!before && !given) continue
    const list = type?.type === 'list' ? type : undefined
    const mergeKey = list?.patchMergeKey
    if (given) checkOrder(given, order, mergeKey)
    const merged = !given
      ? before!
      : !before
        ? (unmerged(given) as readonly Json[])
        : list?.patchMerge
          ? mergeLists(before, given, list)
          : given
    if (mergeKey !== undefined && merged.length > 0) checkNames(merged, order, mergeKey)
    out[field] = arranged(merged, order, before ?? [], mergeKey)
    ;(done ??= new Set()).add(field)
  }
  return done ?? NONE
}

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
    const directive = item[DIRECTIVE]
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

/** What a merge key or a primitive is found by. */
const idOf = (value: Json): Json => (typeof value === 'object' ? `\u0000${goJson(value)}` : value)

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

/**
 * Items that `order` names, in that order; the others, in the order they had, each before the first named one that followed it.
 * Upstream: normalizeElementOrder, mergeSortedSlice.
 */
function arranged(items: readonly Json[], order: readonly Json[], before: readonly Json[], key: string | undefined): readonly Json[] {
  const id = (item: Json): Json => idOf(key !== undefined && isObject(item) ? (item[key] ?? null) : item)
  if (stands(items, order, before, id)) return items
  const places = (list: readonly Json[]) => new Map(list.map((item, i) => [id(item), i]))
  const asked = places(order)
  const had = places(before)
  const sorted = (list: readonly Json[], by: ReadonlyMap<Json, number>) =>
    list.length < 2 ? list : [...list].sort((a, b) => (by.get(id(a)) ?? -1) - (by.get(id(b)) ?? -1))
  const named = sorted(
    items.filter((i) => asked.has(id(i))),
    asked,
  )
  const others = sorted(
    items.filter((i) => !asked.has(id(i))),
    had,
  )
  const out: Json[] = []
  let next = 0
  for (const item of named) {
    const place = had.get(id(item))
    while (next < others.length && place !== undefined && (had.get(id(others[next]!)) ?? Infinity) < place) out.push(others[next++]!)
    out.push(item)
  }
  return out.concat(others.slice(next))
}

/** Whether a list stands as it did before, and the named items in the order that is asked for: true of most patches of a status. */
function stands(items: readonly Json[], order: readonly Json[], before: readonly Json[], idOf: (item: Json) => Json): boolean {
  if (items.length !== before.length || items.length > FEW) return false
  const ids = items.map(idOf)
  if (ids.some((id, i) => id !== idOf(before[i]!) || ids.indexOf(id) !== i)) return false
  let at = -1
  for (const item of order) {
    const place = ids.indexOf(idOf(item))
    if (place >= 0 && place < at) return false
    at = Math.max(at, place)
  }
  return true
}

/** Of so many items, each is sooner found by looking than by a map. */
const FEW = 16

/** The patch's items, but for those it deletes, must stand in the order that it asks for. */
function checkOrder(items: readonly Json[], order: readonly Json[], key: string | undefined): void {
  const same = (a: Json, b: Json) => (key !== undefined && isObject(a) && isObject(b) ? equalJson(a[key], b[key]) : equalJson(a, b))
  const kept = items.filter((i) => !(isObject(i) && i[DIRECTIVE] === 'delete'))
  let at = 0
  for (const wanted of order) if (at < kept.length && same(kept[at]!, wanted)) at++
  if (at < kept.length && order.length > 0)
    throw new StrategicPatchError(`The order in patch list:\n${goMap(items)}\n doesn't match ${ORDER_WORD} list:\n${goMap(order)}\n`)
}

/** An order names items by their keys: each item is looked for in it, as far as it goes, before its other keys are looked at. */
function checkNames(items: readonly Json[], order: readonly Json[], key: string): void {
  const wrong = order.find((name) => !isObject(name) || name[key] === undefined)
  if (wrong === undefined) return
  const bare = order.findIndex((name) => !isObject(name))
  const named = new Set((order.slice(0, Math.max(bare, 0)) as readonly JsonObject[]).map((name) => idOf(name[key] ?? null)))
  if (bare >= 0 && items.some((item) => !isObject(item) || !named.has(idOf(item[key] ?? null))))
    throw new StrategicPatchError(`value for key ${bare} is not a map`)
  throw isObject(wrong)
    ? noMergeKey(wrong, key)
    : new StrategicPatchError(`expected a map[string]interface {}, but received a ${goTypeOf(wrong)}`)
}

function elementKind(all: readonly Json[], lists: readonly (readonly Json[])[]): string {
  if (all.every(isObject)) return 'object'
  const kinds = all.map((v) => (Array.isArray(v) ? 'list' : isObject(v) ? 'object' : goTypeOf(v)))
  if (kinds[0] === 'list') throw new StrategicPatchError('lists of lists are not supported', 422)
  if (kinds.some((k) => k !== kinds[0])) throw new StrategicPatchError(`list element types are not identical: ${goMap(lists)}`)
  return kinds[0]!
}

/** What goes in unmerged loses its nulls, and whatever carries a `$patch`; other directives stay, and are then unknown fields. */
function unmerged(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map(unmerged)
    // A list that was filtered or pushed to keeps room for more, and many of these lists are stored.
    return items.includes(undefined) ? items.filter((item) => item !== undefined) : (items as Json[])
  }
  if (!isObject(value)) return value
  if (value[DIRECTIVE] !== undefined) return undefined
  const out: Record<string, Json> = roomFor(Object.keys(value).length)
  for (const key of Object.keys(value)) {
    const item = value[key]
    const inner = item === null || item === undefined ? undefined : unmerged(item)
    if (inner !== undefined) out[key] = inner
  }
  return out
}

/** The type of a list that is to be ordered; of what is no field there is none. */
function listField(type: TypeSchema | undefined, field: string): TypeSchema | undefined {
  if (type?.type === 'map') throw new StrategicPatchError('merging an object in json but data type is not struct, instead is: map')
  const found = childOf(type, field)
  if (type?.type === 'struct' && !found)
    throw new StrategicPatchError(`unable to find api field in struct ${type.name} for the json field ${goQuote(field)}`)
  return found
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[]
  throw new StrategicPatchError(`expected a []interface {}, but received a ${goTypeOf(value ?? null)}`)
}

function fieldOf(key: string, prefix: string, what: 'primitive' | 'setElementOrder'): string {
  if (!key.startsWith(prefix) || key.length === prefix.length) throw new StrategicPatchError(`invalid patch format of ${what} list`, 400)
  return key.slice(prefix.length)
}

const noMergeKey = (item: JsonObject, key: string) =>
  new StrategicPatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`)

/** %s of what need not be a string. */
const goString = (value: Json) =>
  typeof value === 'number' || typeof value === 'boolean' ? `%!s(${goTypeOf(value)}=${value})` : goMap(value)

const badPatchType = (directive: Json, patch: JsonObject) =>
  new StrategicPatchError(`unknown patch type: ${goString(directive)} in map: ${goMap(patch)}`)

export function childOf(type: TypeSchema | undefined, key: string): TypeSchema | undefined {
  if (type?.type === 'struct') return type.field(key)
  return type?.type === 'map' ? type.values : undefined
}
