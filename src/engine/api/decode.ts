// From JSON to an object of a type as Go's decoder does it: wrong types are refused in its words, unknown fields are dropped and named,
// null counts as absent, structs that are no pointers are written even when empty.
// Leaves out: protobuf and CBOR; numbers beyond a double.
// Upstream: sigs.k8s.io/json, apimachinery pkg/runtime/serializer/json

import { parseQuantity } from './quantity'
import type { Json, JsonObject } from './object'
import { isObject } from '../base/json'
import { copyOf, without } from './without'
import type { ListSchema, MapSchema, ScalarSchema, StructSchema, TypeSchema } from './schema'

export type Decoded = { readonly object: JsonObject; readonly unknown: readonly string[] } | { readonly error: string }

/**
 * Decodes an object of a struct type. What needs no change is shared with the input. What `value` shares with `known`, an object of the
 * same type that was decoded before, is not walked again: a patch of a status leaves the spec as it was.
 */
export function decodeObject(schema: StructSchema, value: JsonObject, known?: JsonObject): Decoded {
  const unknown: string[] = []
  try {
    return { object: decodeStruct(schema, value, '', '', unknown, known), unknown }
  } catch (error) {
    if (error instanceof GoDecodeError) return { error: error.message }
    throw error
  }
}

class GoDecodeError extends Error {}

/** `path` is Go's (without indexes), `shown` the one of strict errors (with them). */
function decodeStruct(schema: StructSchema, value: JsonObject, path: string, shown: string, unknown: string[], known?: Json): JsonObject {
  const before = isObject(known) ? known : undefined
  let out: Record<string, Json | undefined> | null = null
  for (const key of Object.keys(value)) {
    const given = value[key]
    if (given === undefined || (before && before[key] === given)) continue
    const type = schema.field(key)
    if (!type) {
      unknown.push(`unknown field "${shown ? `${shown}.${key}` : key}"`)
      out = without(out ?? value, key)
      continue
    }
    const decoded =
      given === null
        ? undefined
        : decodeValue(type, given, schema.name, path ? `${path}.${key}` : key, shown ? `${shown}.${key}` : key, unknown, before?.[key])
    if (decoded === undefined || (isEmpty(decoded, type) && !schema.required.includes(key))) {
      // What is written as null when absent stays as it is.
      if (type.type === 'struct' || !schema.written.includes(key)) out = without(out ?? value, key)
    } else if (decoded !== given) {
      out ??= copyOf(value, schema.written.length)
      out[key] = decoded
    }
  }
  for (const key of schema.written) {
    if ((out ?? value)[key] !== undefined) continue
    const type = schema.field(key)!
    out ??= copyOf(value, schema.written.length)
    out[key] = type.type === 'struct' ? emptyOf(type) : null
  }
  for (const key of schema.required) {
    if ((out ?? value)[key] !== undefined) continue
    const zero = zeroScalar(schema.field(key)!)
    if (zero === undefined) continue
    out ??= copyOf(value, schema.required.length)
    out[key] = zero
  }
  return out ?? value
}

/** An empty list or map is left out (omitempty); an empty struct is not. */
function isEmpty(value: Json, type: TypeSchema): boolean {
  if (type.type === 'list') return Array.isArray(value) && value.length === 0
  return type.type === 'map' && isObject(value) && Object.keys(value).length === 0
}

/** A required scalar has no omitempty: Go writes its zero. */
function zeroScalar(type: TypeSchema): Json | undefined {
  switch (type.type) {
    case 'string':
      return ''
    case 'int32':
    case 'int64':
      return 0
    case 'boolean':
      return false
    default:
      return undefined
  }
}

const empties = new WeakMap<StructSchema, JsonObject>()
/** What Go writes for a struct that nobody filled in. */
function emptyOf(schema: StructSchema): JsonObject {
  let empty = empties.get(schema)
  if (!empty) empties.set(schema, (empty = decodeStruct(schema, {}, '', '', [])))
  return empty
}

function decodeValue(
  type: TypeSchema,
  value: Exclude<Json, null>,
  struct: string,
  path: string,
  shown: string,
  unknown: string[],
  known?: Json,
): Json | undefined {
  switch (type.type) {
    case 'struct':
      if (!isObject(value)) {
        if (type.loose) return value
        throw mismatch(value, struct, path, goType(type))
      }
      return decodeStruct(type, value, path, shown, unknown, known)
    case 'list':
      return decodeList(type, value, struct, path, shown, unknown, Array.isArray(known) ? (known as readonly Json[]) : NONE)
    case 'map':
      return decodeMap(type, value, struct, path, shown, unknown)
    default:
      return decodeScalar(type, value, struct, path)
  }
}

const NONE: readonly Json[] = []

function decodeList(
  type: ListSchema,
  value: Json,
  struct: string,
  path: string,
  shown: string,
  unknown: string[],
  known: readonly Json[],
): Json {
  if (!Array.isArray(value)) throw mismatch(value, struct, path, goType(type))
  let out: Json[] | null = null
  for (let i = 0; i < value.length; i++) {
    const item = value[i] as Json
    if (isObject(item) && known.includes(item)) continue
    const decoded = item === null ? zeroOf(type.items) : decodeValue(type.items, item, struct, path, `${shown}[${i}]`, unknown)
    if (decoded !== item) (out ??= [...value])[i] = decoded ?? null
  }
  return out ?? value
}

function decodeMap(type: MapSchema, value: Json, struct: string, path: string, shown: string, unknown: string[]): Json {
  if (!isObject(value)) throw mismatch(value, struct, path, goType(type))
  let out: Record<string, Json | undefined> | null = null
  for (const key of Object.keys(value)) {
    const item = value[key]
    if (item === undefined) continue
    const decoded = item === null ? zeroOf(type.values) : decodeValue(type.values, item, struct, path, `${shown}.${key}`, unknown)
    if (decoded !== item) (out ??= { ...value })[key] = decoded
  }
  return out ?? value
}

function decodeScalar(type: ScalarSchema, value: Exclude<Json, null>, struct: string, path: string): Json {
  switch (type.type) {
    case 'any':
      return value
    case 'string':
      if (typeof value !== 'string') throw mismatch(value, struct, path, 'string')
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(value, struct, path, 'bool')
      return value
    case 'int32':
    case 'int64':
      if (typeof value !== 'number') throw mismatch(value, struct, path, type.type)
      if (!Number.isInteger(value) || (type.type === 'int32' && (value > 2147483647 || value < -2147483648)))
        throw new GoDecodeError(`json: cannot unmarshal number ${value} into Go struct field ${struct}.${path} of type ${type.type}`)
      return value
    case 'double':
      if (typeof value !== 'number') throw mismatch(value, struct, path, 'float64')
      return value
    case 'quantity': {
      const text = typeof value === 'number' ? String(value) : value
      if (typeof text !== 'string' || !parseQuantity(text))
        throw new GoDecodeError(
          text === '' || typeof text !== 'string'
            ? "unable to parse quantity's suffix"
            : `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
        )
      return text
    }
    case 'intOrString':
      if (typeof value === 'number' || typeof value === 'string') return value
      throw mismatch(value, struct, path, 'string')
    case 'bytes':
      if (typeof value !== 'string') throw mismatch(value, struct, path, '[]uint8')
      if (!isBase64(value)) throw new GoDecodeError(`illegal base64 data at input byte ${firstBadByte(value)}`)
      return value
    case 'time':
    case 'microTime':
      if (typeof value !== 'string') throw mismatch(value, struct, path, 'string')
      if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value))
        throw new GoDecodeError(
          `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
        )
      return value
  }
}

function zeroOf(type: TypeSchema): Json | undefined {
  switch (type.type) {
    case 'struct':
      return emptyOf(type)
    case 'string':
    case 'bytes':
      return ''
    case 'int32':
    case 'int64':
    case 'double':
      return 0
    case 'boolean':
      return false
    case 'quantity':
      return '0'
    default:
      return null
  }
}

function mismatch(value: Json, struct: string, path: string, type: string): GoDecodeError {
  return new GoDecodeError(`json: cannot unmarshal ${jsonType(value)} into Go struct field ${struct}.${path} of type ${type}`)
}

/** Go's word for what a JSON value is. */
export function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (isObject(value)) return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** `[]v1.Container`, `map[string]string`: as reflect prints it. */
export function goType(type: TypeSchema): string {
  switch (type.type) {
    case 'struct':
      return `v1.${type.name}`
    case 'list':
      return `[]${goType(type.items)}`
    case 'map':
      return `map[string]${goType(type.values)}`
    case 'boolean':
      return 'bool'
    case 'double':
      return 'float64'
    case 'quantity':
      return 'resource.Quantity'
    case 'intOrString':
      return 'intstr.IntOrString'
    case 'bytes':
      return '[]uint8'
    case 'time':
      return 'v1.Time'
    case 'microTime':
      return 'v1.MicroTime'
    default:
      return type.type
  }
}

function isBase64(text: string): boolean {
  const compact = text.replace(/[\r\n]/g, '')
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
}

function firstBadByte(text: string): number {
  const bad = /[^A-Za-z0-9+/\r\n]/.exec(text)
  return bad ? bad.index : Math.floor(text.length / 4) * 4
}
