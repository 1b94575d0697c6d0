// `$setElementOrder` of a strategic merge patch: where the items of a merged list stand.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go (normalizeElementOrder, mergeSortedSlice, validatePatchWithSetOrderList)

import { goJson, isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../../base/equal'
import { goMap, goTypeOf } from '../go/goValue'
import { noMergeKey, PATCH, StrategicPatchError } from './directives'

/** What a merge key or a primitive is found by. */
export const idOf = (value: Json): Json => (typeof value === 'object' ? `\u0000${goJson(value)}` : value)

/**
 * Items that `order` names, in that order; the others, in the order they had, each before the first named one that followed it.
 * `before`: the list as it was; `key`: the merge key of its items, undefined for primitives.
 */
export function arranged(
  items: readonly Json[],
  order: readonly Json[],
  before: readonly Json[],
  key: string | undefined,
): readonly Json[] {
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
export const FEW = 16

/** The patch's items, but for those it deletes, must stand in the order that it asks for. */
export function checkOrder(items: readonly Json[], order: readonly Json[], key: string | undefined): void {
  const same = (a: Json, b: Json) => (key !== undefined && isObject(a) && isObject(b) ? equalJson(a[key], b[key]) : equalJson(a, b))
  const kept = items.filter((i) => !(isObject(i) && i[PATCH] === 'delete'))
  let at = 0
  for (const wanted of order) if (at < kept.length && same(kept[at]!, wanted)) at++
  if (at < kept.length && order.length > 0)
    throw new StrategicPatchError(`The order in patch list:\n${goMap(items)}\n doesn't match $setElementOrder list:\n${goMap(order)}\n`)
}

/** An order names items by their keys: each item is looked for in it, as far as it goes, before its other keys are looked at. */
export function checkNames(items: readonly Json[], order: readonly Json[], key: string): void {
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
