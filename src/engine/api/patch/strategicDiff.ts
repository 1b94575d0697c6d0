// Making a strategic merge patch: from two objects, or from a file, what was last applied and what is live.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go (CreateTwoWayMergePatch, CreateThreeWayMergePatch)

import { anyDepth } from '../../base/anyDepth'
import { goJson, isObject, type Json, type JsonObject } from '../../base/json'
import { Recent } from '../../base/recent'
import { equalJson } from '../../base/equal'
import { childOf, type ListSchema, type StructSchema, type TypeSchema } from '../schema/schema'
import { withFields } from '../../base/without'
import { DELETE_FROM_PRIMITIVE_LIST, PATCH, SET_ELEMENT_ORDER } from './directives'

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

/** `deletions`: whether what is there before and not after goes. */
const diffObjects = anyDepth(
  {},
  (before: JsonObject, after: JsonObject, schema: TypeSchema | undefined, deletions: boolean): JsonObject => {
    const out: Record<string, Json | undefined> = {}
    for (const key of Object.keys(after)) {
      const [was, is] = [before[key], after[key]]
      if (is === undefined || was === is) continue
      const type = childOf(schema, key)
      if (isObject(was) && isObject(is)) {
        const inner = diffObjects(was, is, type, deletions)
        if (Object.keys(inner).length > 0) out[key] = inner
      } else if (equalJson(was, is)) continue
      else if (Array.isArray(is) && type?.type === 'list' && type.patchMerge && Array.isArray(was)) {
        Object.assign(out, diffLists(key, was as readonly Json[], is as readonly Json[], type, deletions))
      } else out[key] = is
    }
    if (deletions) for (const key of Object.keys(before)) if (before[key] !== undefined && after[key] === undefined) out[key] = null
    return out
  },
)

/** The fields of a patch that change the list `name`; none where the order alone differs. */
function diffLists(name: string, was: readonly Json[], is: readonly Json[], type: ListSchema, deletions: boolean): JsonObject {
  const key = type.patchMergeKey
  if (key === undefined) {
    const added = is.filter((v) => !was.some((w) => equalJson(w, v)))
    const gone = deletions ? was.filter((v) => !is.some((w) => equalJson(w, v))) : []
    if (added.length === 0 && gone.length === 0) return {}
    return {
      ...(added.length > 0 ? { [name]: added } : {}),
      ...(gone.length > 0 ? { [`${DELETE_FROM_PRIMITIVE_LIST}${name}`]: gone } : {}),
      [`${SET_ELEMENT_ORDER}${name}`]: is,
    }
  }
  const before = new Map(was.map((w) => [idOfItem(w, key), w as JsonObject]))
  const patches: Json[] = []
  for (const item of is as readonly JsonObject[]) {
    const old = before.get(idOfItem(item, key))
    const inner = old ? diffObjects(old, item, type.items, deletions) : item
    if (!old) patches.push(inner)
    else if (Object.keys(inner).length > 0) patches.push(withFields(inner, { [key]: item[key] }))
  }
  const all = deletions ? patches.concat(deletedItems(was, is, key)) : patches
  return all.length === 0 ? {} : { [`${SET_ELEMENT_ORDER}${name}`]: orderOf(is as readonly JsonObject[], key), [name]: all }
}

/** A directive for each item whose key is not there any more. */
function deletedItems(was: readonly Json[], is: readonly Json[], key: string): readonly JsonObject[] {
  const ids = new Set(is.map((item) => idOfItem(item, key)))
  const gone = was.filter((item) => !ids.has(idOfItem(item, key))) as readonly JsonObject[]
  return gone.map((item) => ({ [PATCH]: 'delete', [key]: item[key] }))
}

const orders = new Recent<string, readonly JsonObject[]>()

/** The items by their keys alone. Statuses by the thousand have the same conditions: one order for all of them. */
function orderOf(items: readonly JsonObject[], key: string): readonly JsonObject[] {
  const order = items.map((item) => ({ [key]: item[key] }))
  const text = goJson(order)
  return orders.get(text) ?? orders.add(text, order)
}

/** What stands for an item among those of its list: most keys are texts. */
function idOfItem(item: Json, key: string): string {
  const id = (item as JsonObject)[key]
  return typeof id === 'string' ? id : `\u0000${goJson(id)}`
}

const deletionsOf = anyDepth({}, (last: JsonObject, file: JsonObject, schema: TypeSchema | undefined): JsonObject => {
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
      const gone = deletedItems(was as readonly Json[], is as readonly Json[], merge)
      if (gone.length > 0) out[key] = gone
    }
  }
  return out
})

const mergePatches = anyDepth({}, (a: JsonObject, b: JsonObject): JsonObject => {
  const out: Record<string, Json | undefined> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const mine = out[key]
    if (isObject(mine) && isObject(value)) out[key] = mergePatches(mine, value)
    else if (Array.isArray(mine) && Array.isArray(value)) out[key] = [...(mine as readonly Json[]), ...(value as readonly Json[])]
    else out[key] = value
  }
  return out
})
