// What decoding makes of a custom resource: unknown fields are pruned and named, nulls that may not be are dropped, defaults are filled in.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting}

import { anyDepth } from '../../../base/anyDepth'
import { isObject, type Json } from '../../../base/json'
import type { JsonObject } from '../../object'
import { copyOf, withoutAll } from '../../../base/without'
import { isEmbedded, itemsOf, META_FIELDS, preserves, valuesOf, type JsonSchema } from './jsonSchema'

/** Without what the schema does not know; the paths of that are added to `unknown`. */
export function pruned(value: JsonObject, schema: JsonSchema, unknown: Set<string>): JsonObject {
  return pruneObject(value, schema, '', true, unknown)
}

const prune = anyDepth(
  null,
  (value: Json, schema: JsonSchema | undefined, path: string, unknown: Set<string>): Json => {
    if (isObject(value)) return pruneObject(value, schema, path, schema !== undefined && isEmbedded(schema), unknown)
    if (!Array.isArray(value)) return value
    const items = schema && itemsOf(schema)
    if (!schema || !preserves(schema)) return pruneList(value as readonly Json[], items, path, unknown)
    // What keeps unknown fields keeps those of its items.
    return items ? pruneList(value as readonly Json[], { ...items, 'x-kubernetes-preserve-unknown-fields': true }, path, unknown) : value
  },
  1,
)

function pruneObject(
  value: JsonObject,
  schema: JsonSchema | undefined,
  path: string,
  isResource: boolean,
  unknown: Set<string>,
): JsonObject {
  let out: Fields | null = null
  const gone = new Set<string>()
  const keeps = schema !== undefined && preserves(schema)
  for (const key of Object.keys(value)) {
    const item = value[key]
    if (item === undefined || (isResource && META_FIELDS.has(key))) continue
    const at = path === '' ? key : `${path}.${key}`
    const own = schema?.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    const known = own !== undefined || Boolean(schema?.additionalProperties)
    if (!known && !keeps) {
      unknown.add(at)
      gone.add(key)
      continue
    }
    const next = known ? prune(item, own ?? valuesOf(schema!), at, unknown) : item
    if (next !== item) (out ??= copyOf(value) as Fields)[key] = next
  }
  return gone.size === 0 ? (out ?? value) : withoutAll(out ?? value, gone)
}

function pruneList(value: readonly Json[], items: JsonSchema | undefined, path: string, unknown: Set<string>): readonly Json[] {
  let out: Json[] | null = null
  for (const [i, item] of value.entries()) {
    const next = prune(item, items, `${path}[${i}]`, unknown)
    if (next !== item) (out ??= [...value])[i] = next
  }
  return out ?? value
}

/** With the schema's defaults; the same value where nothing is missing. */
export const filled = anyDepth(null, (value: Json, schema: JsonSchema | undefined): Json => {
  if (!schema) return value
  if (isObject(value)) return filledObject(value, schema)
  const items = itemsOf(schema)
  if (!Array.isArray(value) || !items) return value
  let out: Json[] | null = null
  for (const [i, item] of (value as readonly Json[]).entries()) {
    const next = filled(isUnwantedNull(item, items) ? (items.default ?? null) : item, items)
    if (next !== item) (out ??= [...(value as readonly Json[])])[i] = next
  }
  return out ?? value
})

function filledObject(value: JsonObject, schema: JsonSchema): JsonObject {
  let out: Fields | null = null
  const gone = new Set<string>()
  const { properties = {} } = schema
  const values = valuesOf(schema)
  const defaulted = Object.keys(properties).filter((k) => properties[k]!.default !== undefined)
  for (const key of new Set([...Object.keys(value), ...defaulted])) {
    const known = Object.hasOwn(properties, key) ? properties[key] : values
    let item = Object.hasOwn(value, key) ? value[key] : undefined
    if (!known) continue
    if (item === undefined || isUnwantedNull(item, known)) {
      if (known.default === undefined) {
        // A null that the schema does not allow counts as not sent.
        if (item === null) gone.add(key)
        continue
      }
      item = known.default
    }
    const next = filled(item, known)
    if (!Object.hasOwn(value, key) || next !== value[key]) (out ??= copyOf(value, defaulted.length) as Fields)[key] = next
  }
  return gone.size === 0 ? (out ?? value) : withoutAll(out ?? value, gone)
}

type Fields = Record<string, Json | undefined>

const isUnwantedNull = (value: Json | undefined, schema: JsonSchema) => value === null && schema.nullable !== true
