// The items of a list by what names each in a set of fields: its keys, or the value itself.
// Upstream: structured-merge-diff typed/helpers.go (listItemToPathElement)

import { goJson, isObject, own, type Json } from '../../base/json'
import { Recent } from '../../base/recent'
import type { ListSchema } from '../schema/schema'

/**
 * `k:{"name":"web"}` or `v:"a"` → item. A map key that an item leaves out takes its default (protocol: TCP is filled by then).
 * Items that share a key stand together as a list, which is compared and owned as one.
 */
export function itemsByElement(items: readonly Json[], type: ListSchema): Map<string, Json> {
  const out = new Map<string, Json>()
  const several = new Map<string, Json[]>()
  for (const item of items) {
    const element = elementOf(item, type)
    const same = out.get(element)
    if (same === undefined || type.listType === 'set') out.set(element, item)
    else if (several.has(element)) several.get(element)!.push(item)
    else {
      several.set(element, [same, item])
      out.set(element, several.get(element)!)
    }
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
  return known.get(value) ?? known.add(value, `k:{${JSON.stringify(key)}:${goJson(value)}}`)
}

function elementOf(item: Json, { listType, listMapKeys, keyDefaults = KEY_DEFAULTS }: ListSchema): string {
  if (listType === 'set') return `v:${goJson(item)}`
  const value = (k: string) => (isObject(item) ? item[k] : undefined) ?? own(keyDefaults, k)
  const [first, second] = listMapKeys
  const only = first !== undefined && second === undefined ? value(first) : undefined
  if (typeof only === 'string') return elementNamed(first!, only)
  const keys = second === undefined ? listMapKeys : listMapKeys.filter((k) => isObject(item) && value(k) !== undefined).sort()
  // An only key that is left out is the empty string: a reference without a name.
  return `k:{${keys.map((k) => `${JSON.stringify(k)}:${goJson(value(k) ?? '')}`).join(',')}}`
}
