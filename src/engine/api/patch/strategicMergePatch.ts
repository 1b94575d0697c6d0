// Strategic merge patch: lists merge by the key that their type names, with directives for what plain merging cannot say.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go

import { isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../equal'
import { withFields, without } from '../without'
import type { ListSchema, StructSchema, TypeSchema } from '../schema'

/** A patch that cannot be applied; the server answers 500 with this text. */
export class StrategicPatchError extends Error {}

const DIRECTIVE = '$patch'
const RETAIN = '$retainKeys'
const ORDER = '$setElementOrder/'
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/'

export function applyStrategicPatch(target: JsonObject, patch: JsonObject, schema: TypeSchema | undefined): JsonObject {
  const directive = patch[DIRECTIVE]
  if (directive === 'replace') return without(patch, DIRECTIVE)
  if (directive === 'delete') return {}
  let out: Record<string, Json | undefined> = withFields(target, {})
  const retain = patch[RETAIN]
  if (Array.isArray(retain)) out = Object.fromEntries(Object.entries(out).filter(([key]) => (retain as readonly Json[]).includes(key)))
  for (const [key, value] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER)) continue
    if (key.startsWith(DELETE_PRIMITIVES)) {
      const field = key.slice(DELETE_PRIMITIVES.length)
      const gone = value as readonly Json[]
      if (Array.isArray(out[field])) out[field] = (out[field] as readonly Json[]).filter((v) => !gone.some((g) => equalJson(g, v)))
      continue
    }
    const type = childOf(schema, key)
    if (value === null) out = without(out, key)
    else if (isObject(value)) out[key] = applyStrategicPatch(isObject(out[key]) ? out[key] : {}, value, type)
    else if (Array.isArray(value) && type?.type === 'list' && type.patchMerge) {
      const order = patch[`${ORDER}${key}`] as readonly Json[] | undefined
      out[key] = mergeLists((Array.isArray(out[key]) ? out[key] : []) as readonly Json[], value as readonly Json[], type, order)
    } else out[key] = value
  }
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ORDER)) continue
    const field = key.slice(ORDER.length)
    const type = childOf(schema, field)
    if (patch[field] === undefined && Array.isArray(out[field]) && type?.type === 'list')
      out[field] = inOrder(out[field] as readonly Json[], patch[key] as readonly Json[], type)
  }
  return out
}

function mergeLists(
  target: readonly Json[],
  patch: readonly Json[],
  type: ListSchema,
  order: readonly Json[] | undefined,
): readonly Json[] {
  const key = type.patchMergeKey
  if (key === undefined) {
    const merged = [...target, ...patch.filter((p) => !target.some((t) => equalJson(t, p)))]
    return order ? inOrder(merged, order, type) : merged
  }
  if (patch.some((p) => isObject(p) && p[DIRECTIVE] === 'replace' && p[key] === undefined))
    return patch.filter((p) => !(isObject(p) && p[DIRECTIVE] === 'replace'))
  let kept = [...target]
  const added: Json[] = []
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined)
      throw new StrategicPatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`)
    const same = (t: Json) => isObject(t) && equalJson(t[key], item[key])
    if (item[DIRECTIVE] === 'delete') {
      kept = kept.filter((t) => !same(t))
      continue
    }
    const at = kept.findIndex(same)
    if (at >= 0) kept[at] = applyStrategicPatch(kept[at] as JsonObject, item, type.items)
    else added.push(applyStrategicPatch({}, item, type.items))
  }
  const merged = [...kept, ...added]
  return order ? inOrder(merged, order, type) : [...added, ...kept]
}

/** Items in the order that was asked for; those it does not name stay where they stood relative to their neighbours. */
function inOrder(items: readonly Json[], order: readonly Json[], type: ListSchema): readonly Json[] {
  const key = type.patchMergeKey
  const idOf = (item: Json) => JSON.stringify(key !== undefined && isObject(item) ? item[key] : item)
  const place = new Map(order.map((o, i) => [idOf(o), i]))
  const named = items.filter((i) => place.has(idOf(i))).sort((a, b) => place.get(idOf(a))! - place.get(idOf(b))!)
  const out: Json[] = []
  let next = 0
  for (const item of items) {
    if (place.has(idOf(item))) out.push(named[next++]!)
    else out.push(item)
  }
  return out
}

function childOf(type: TypeSchema | undefined, key: string): TypeSchema | undefined {
  if (type?.type === 'struct') return type.field(key)
  return type?.type === 'map' ? type.values : undefined
}

/** Go's %v of a map. */
export function goMap(value: Json | undefined): string {
  if (isObject(value))
    return `map[${Object.keys(value)
      .sort()
      .map((k) => `${k}:${goMap(value[k])}`)
      .join(' ')}]`
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goMap).join(' ')}]`
  return value === null || value === undefined ? '<nil>' : String(value)
}

// ---- making a patch -------------------------------------------------------------------------------------------------------

/** The patch that turns `before` into `after`: what a kubelet sends for a status, kubectl apply for a spec. */
export function createStrategicPatch(before: JsonObject, after: JsonObject, schema: TypeSchema | undefined): JsonObject {
  return diffObjects(before, after, schema, true)
}

/** kubectl apply: changes from live to file, plus deletions of what was in the last applied file and is no more. */
export function createThreeWayPatch(
  lastApplied: JsonObject,
  live: JsonObject,
  file: JsonObject,
  schema: StructSchema | undefined,
): JsonObject {
  const changes = diffObjects(live, file, schema, false)
  const deletions = deletionsOf(lastApplied, file, schema)
  return mergePatches(changes, deletions)
}

function diffObjects(before: JsonObject, after: JsonObject, schema: TypeSchema | undefined, deletions: boolean): JsonObject {
  const out: Record<string, Json | undefined> = {}
  for (const key of Object.keys(after)) {
    const [was, is] = [before[key], after[key]]
    if (is === undefined || equalJson(was, is)) continue
    const type = childOf(schema, key)
    if (isObject(was) && isObject(is)) {
      const inner = diffObjects(was, is, type, deletions)
      if (Object.keys(inner).length > 0) out[key] = inner
    } else if (Array.isArray(is) && type?.type === 'list' && type.patchMerge && Array.isArray(was)) {
      diffLists(key, was as readonly Json[], is as readonly Json[], type, deletions, out)
    } else out[key] = is
  }
  if (deletions) for (const key of Object.keys(before)) if (before[key] !== undefined && after[key] === undefined) out[key] = null
  return out
}

function diffLists(
  name: string,
  was: readonly Json[],
  is: readonly Json[],
  type: ListSchema,
  deletions: boolean,
  out: Record<string, Json | undefined>,
): void {
  const key = type.patchMergeKey
  if (key === undefined) {
    const added = is.filter((v) => !was.some((w) => equalJson(w, v)))
    const gone = deletions ? was.filter((v) => !is.some((w) => equalJson(w, v))) : []
    if (added.length > 0) out[name] = added
    if (gone.length > 0) out[`${DELETE_PRIMITIVES}${name}`] = gone
    if (added.length > 0 || gone.length > 0) out[`${ORDER}${name}`] = is
    return
  }
  const idOf = (item: Json) => JSON.stringify((item as JsonObject)[key])
  const before = new Map(was.map((w) => [idOf(w), w as JsonObject]))
  const ids = new Set(is.map(idOf))
  const patches: Json[] = []
  for (const item of is) {
    const old = before.get(idOf(item))
    const inner = old ? diffObjects(old, item as JsonObject, type.items, deletions) : (item as JsonObject)
    if (!old) patches.push(inner)
    else if (Object.keys(inner).length > 0) patches.push({ ...inner, [key]: (item as JsonObject)[key] })
  }
  const gone = deletions ? was.filter((w) => !ids.has(idOf(w))).map((w) => ({ [DIRECTIVE]: 'delete', [key]: (w as JsonObject)[key] })) : []
  if (patches.length > 0 || gone.length > 0) {
    out[`${ORDER}${name}`] = is.map((item) => ({ [key]: (item as JsonObject)[key] }))
    out[name] = [...patches, ...gone]
  }
}

function deletionsOf(last: JsonObject, file: JsonObject, schema: TypeSchema | undefined): JsonObject {
  const out: Record<string, Json | undefined> = {}
  for (const key of Object.keys(last)) {
    const [was, is] = [last[key], file[key]]
    if (is === undefined) out[key] = null
    else if (isObject(was) && isObject(is)) {
      const inner = deletionsOf(was, is, childOf(schema, key))
      if (Object.keys(inner).length > 0) out[key] = inner
    } else if (Array.isArray(was) && Array.isArray(is)) {
      const type = childOf(schema, key)
      const merge = type?.type === 'list' && type.patchMerge ? type.patchMergeKey : undefined
      if (merge === undefined) continue
      const idOf = (item: Json) => JSON.stringify((item as JsonObject)[merge])
      const ids = new Set((is as readonly Json[]).map(idOf))
      const gone = (was as readonly Json[]).filter((w) => !ids.has(idOf(w)))
      if (gone.length > 0) out[key] = gone.map((w) => ({ [DIRECTIVE]: 'delete', [merge]: (w as JsonObject)[merge] }))
    }
  }
  return out
}

function mergePatches(a: JsonObject, b: JsonObject): JsonObject {
  const out: Record<string, Json | undefined> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const mine = out[key]
    if (isObject(mine) && isObject(value)) out[key] = mergePatches(mine, value)
    else if (Array.isArray(mine) && Array.isArray(value)) out[key] = [...(mine as readonly Json[]), ...(value as readonly Json[])]
    else out[key] = value
  }
  return out
}
