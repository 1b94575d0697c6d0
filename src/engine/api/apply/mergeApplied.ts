// An applied configuration merged into what is there, without regard to owners.
// Upstream: structured-merge-diff typed/merge.go

import { anyDepth } from '../../base/anyDepth'
import { equalJson } from '../../base/equal'
import { isObject, type Json, type JsonObject } from '../../base/json'
import { itemsByElement } from '../managedfields/listElements'
import { childOf, isAssociative, isGranular, type AssociativeList, type StructSchema, type TypeSchema } from '../schema/schema'

/** `live` itself where the configuration changes nothing. */
export const mergeApplied = (live: JsonObject, applied: JsonObject, schema: StructSchema) => merge(live, applied, schema) as JsonObject

const merge = anyDepth(null, (live: Json | undefined, applied: Json, type: TypeSchema | undefined): Json => {
  if (isObject(live) && isObject(applied) && isGranular(type)) {
    let out: Record<string, Json | undefined> | null = null
    for (const [key, value] of Object.entries(applied)) {
      if (value === undefined) continue
      const next = merge(live[key], value, childOf(type, key))
      if (next !== live[key]) (out ??= { ...live })[key] = next
    }
    return out ?? live
  }
  if (Array.isArray(live) && Array.isArray(applied) && isAssociative(type))
    return mergeItems(live as readonly Json[], applied as readonly Json[], type)
  if (applied === null && isShared(live, type)) return live as Json
  return live !== undefined && equalJson(live, applied) ? live : applied
})

/** A map or list in which others may have their parts: none of mine takes nothing of theirs. */
const isShared = (live: Json | undefined, type: TypeSchema | undefined) =>
  (isObject(live) && isGranular(type) && Object.keys(live).length > 0) || (Array.isArray(live) && isAssociative(type) && live.length > 0)

/** Applied items in their order; live ones that were not applied stay in front of the one they preceded. */
function mergeItems(live: readonly Json[], applied: readonly Json[], type: AssociativeList): readonly Json[] {
  const is = itemsByElement(applied, type)
  const was = itemsByElement(live, type)
  const order = [...was.keys()]
  const out: Json[] = []
  let at = 0
  const passOthers = () => {
    for (; at < order.length && !is.has(order[at]!); at++) out.push(...[was.get(order[at]!)!].flat())
  }
  for (const [element, item] of is) {
    passOthers()
    const old = was.get(element)
    out.push(old === undefined ? item : merge(old, item, type.items))
    if (element === order[at]) at++
  }
  for (; at < order.length; at++) if (!is.has(order[at]!)) out.push(...[was.get(order[at]!)!].flat())
  return out.length === live.length && out.every((item, i) => item === live[i]) ? live : out
}
