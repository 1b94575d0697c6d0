// From JSON to an object of a type as Go's decoder does it: wrong types are refused in its words, unknown fields are dropped and named,
// null counts as absent, structs that are no pointers are written even when empty.
// Leaves out: protobuf and CBOR; numbers beyond a double.
// Upstream: sigs.k8s.io/json, apimachinery pkg/runtime/serializer/json

import { anyDepth } from '../../base/anyDepth'
import { base64Problem } from './base64Problem'
import { GoDecodeError, goType, INT32, mismatch, STRING, unfit, withEmbedded, type WrongField } from './decodeError'
import { goQuote } from '../go/goQuote'
import { canonicalQuantity, inWholeMillis, quantityProblem } from '../scalars/quantity'
import type { Json, JsonObject } from '../object'
import { int64, isInt64, isNumber, isObject, isWhole } from '../../base/json'
import { literalOf, MAX_STRICT_ERRORS } from './parseJson'
import { copyOf, withoutAll } from '../../base/without'
import type { ListSchema, MapSchema, ScalarSchema, StructSchema, TypeSchema } from '../schema/schema'
import { timeProblem } from '../scalars/time'

export type Decoded =
  { readonly object: JsonObject; readonly unknown: readonly string[] } | { readonly error: string; readonly at?: WrongField }

/**
 * Decodes an object of a struct type. What needs no change is shared with the input. What `value` shares with `known`, an object of the
 * same type that was decoded before, is not walked again: a patch of a status leaves the spec as it was.
 */
export function decodeObject(schema: StructSchema, value: JsonObject, known?: JsonObject): Decoded {
  return decoded(schema, value, known, false)
}

/**
 * The same of a value that is not read from text but converted from a map, as a strategic merge patch is: other words for wrong types,
 * and unknown fields by their names. Upstream: apimachinery pkg/runtime/converter.go
 */
export function convertObject(schema: StructSchema, value: JsonObject, known?: JsonObject): Decoded {
  const result = decoded(schema, value, known, true)
  return 'error' in result ? result : { ...result, unknown: [...result.unknown].sort() }
}

/** One reading of an object: what it found that no type knows, and whether it converts a map. */
interface Reading {
  readonly unknown: Set<string>
  readonly converts: boolean
}

function decoded(schema: StructSchema, value: JsonObject, known: JsonObject | undefined, converts: boolean): Decoded {
  const unknown = new Set<string>()
  try {
    return { object: decodeStruct(schema, value, '', '', { unknown, converts }, known), unknown: [...unknown] }
  } catch (error) {
    if (!(error instanceof GoDecodeError)) throw error
    return { error: withEmbedded(converts ? error.converting : error.message, schema, error.at.field), at: error.at }
  }
}

/** `path` is Go's (without indexes), `shown` the one of strict errors (with them). */
function fieldsOfStruct(schema: StructSchema, value: JsonObject, path: string, shown: string, reading: Reading, known?: Json): JsonObject {
  const before = isObject(known) ? known : undefined
  let out: Record<string, Json | undefined> | null = null
  let gone: Set<string> | null = null
  for (const key of Object.keys(value)) {
    const given = value[key]
    if (given === undefined || (before && before[key] === given)) continue
    const type = schema.field(key)
    if (!type) {
      if (reading.unknown.size < MAX_STRICT_ERRORS) reading.unknown.add(`unknown field ${goQuote(shown ? `${shown}.${key}` : key)}`)
      gone = (gone ?? new Set()).add(key)
      continue
    }
    const decoded =
      given === null
        ? undefined
        : decodeValue(
            type,
            given,
            schema.name,
            goPathTo(schema, path, key),
            shown ? `${shown}.${key}` : key,
            reading,
            writtenAs(value, key, given),
            before?.[key],
          )
    if (decoded === undefined || (isEmpty(decoded, type) && !schema.required.includes(key))) {
      // What is written as null when absent stays as it is.
      if (type.type === 'struct' || !schema.written.includes(key)) gone = (gone ?? new Set()).add(key)
    } else if (decoded !== given) {
      out ??= copyOf(value, schema.written.length)
      out[key] = decoded
    }
  }
  if (gone) out = withoutAll(out ?? value, gone)
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

/** A schema may hold schemas, as deep as a text may be nested. */
const decodeStruct = anyDepth({}, fieldsOfStruct)

function goPathTo({ goPath }: StructSchema, path: string, key: string): string {
  const name = goPath ? goPath(key) : key
  return path ? `${path}.${name}` : name
}

/** An empty list or map is left out (omitempty), and so is a zero that is behind no pointer; an empty struct is not. */
function isEmpty(value: Json, type: TypeSchema): boolean {
  if (type.type === 'list') return Array.isArray(value) && value.length === 0
  if (type.type === 'map') return isObject(value) && Object.keys(value).length === 0
  return (value === '' || value === 0 || value === false) && type.type !== 'struct' && type.omitZero === true
}

/** A required scalar has no omitempty: Go writes its zero. */
export function zeroScalar(type: TypeSchema): Json | undefined {
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
  if (!empty) empties.set(schema, (empty = fieldsOfStruct(schema, {}, '', '', { unknown: new Set(), converts: false })))
  return empty
}

function decodeValue(
  type: TypeSchema,
  value: Exclude<Json, null>,
  struct: string,
  path: string,
  shown: string,
  reading: Reading,
  literal?: string,
  known?: Json,
): Json | undefined {
  switch (type.type) {
    case 'struct':
      if (!isObject(value)) {
        if (type.loose) return value
        throw mismatch(value, struct, path, type)
      }
      return decodeStruct(type, value, path, shown, reading, known)
    case 'list':
      return decodeList(type, value, struct, path, shown, reading, Array.isArray(known) ? (known as readonly Json[]) : NONE)
    case 'map':
      return decodeMap(type, value, struct, path, shown, reading)
    case 'int32':
    case 'int64':
      return reading.converts
        ? decodeScalar(type, convertedInt(type, value), struct, path)
        : decodeScalar(type, value, struct, path, literal)
    default:
      return decodeScalar(type, value, struct, path, literal)
  }
}

/** A conversion takes `1.0` for an int, and of an int64 that is to be an int32 the lower half. */
const convertedInt = ({ type }: ScalarSchema, value: Exclude<Json, null>) =>
  type === 'int32' && isWhole(value) ? Number(BigInt.asIntN(32, BigInt(value))) : value

const NONE: readonly Json[] = []
/** Of so many items, each is sooner found by looking than by a set. */
const FEW = 16

function decodeList(
  type: ListSchema,
  value: Json,
  struct: string,
  path: string,
  shown: string,
  reading: Reading,
  known: readonly Json[],
): Json {
  if (!Array.isArray(value)) throw mismatch(value, struct, path, type)
  let out: Json[] | null = null
  const decodedBefore = known.length > FEW ? new Set(known) : null
  for (let i = 0; i < value.length; i++) {
    const item = value[i] as Json
    if (isObject(item) && (decodedBefore ? decodedBefore.has(item) : known.includes(item))) continue
    const decoded =
      item === null ? zeroOf(type.items) : decodeValue(type.items, item, struct, path, `${shown}[${i}]`, reading, writtenAs(value, i, item))
    if (decoded !== item) (out ??= [...value])[i] = decoded ?? null
  }
  return out ?? value
}

function decodeMap(type: MapSchema, value: Json, struct: string, path: string, shown: string, reading: Reading): Json {
  if (!isObject(value)) throw mismatch(value, struct, path, type)
  let out: Record<string, Json | undefined> | null = null
  for (const key of Object.keys(value)) {
    const item = value[key]
    if (item === undefined) continue
    const decoded =
      item === null
        ? zeroOf(type.values)
        : type.values.type === 'quantity'
          ? inWholeMillis(decodeScalar(type.values, item, struct, path, writtenAs(value, key, item)) as string)
          : decodeValue(type.values, item, struct, path, `${shown}.${key}`, reading, writtenAs(value, key, item))
    if (decoded !== item) (out ??= copyOf(value) as Record<string, Json | undefined>)[key] = decoded
  }
  return out ?? value
}

/** Go reads a number as it was written: `1.0` is no int. Undefined where it prints like that anyway. */
const writtenAs = (holder: object, key: string | number, value: Json) => (typeof value === 'number' ? literalOf(holder, key) : undefined)

/** Null where the type cannot hold it. */
function intOf(value: Json, literal: string | undefined, type: 'int32' | 'int64'): number | bigint | null {
  if (!isWhole(value) || (literal !== undefined && !isInt64(literal))) return null
  if (type === 'int32') return value >= -(2 ** 31) && value < 2 ** 31 ? value : null
  if (Number.isSafeInteger(value)) return value
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value) ? int64(BigInt(value)) : null
}

function decodeScalar(type: ScalarSchema, value: Exclude<Json, null>, struct: string, path: string, literal?: string): Json {
  switch (type.type) {
    case 'any':
      return value
    case 'string':
      if (typeof value !== 'string') throw mismatch(value, struct, path, type)
      return value
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(value, struct, path, type)
      return value
    case 'int32':
    case 'int64': {
      if (!isNumber(value)) throw mismatch(value, struct, path, type)
      const whole = intOf(value, literal, type.type)
      if (whole === null) throw mismatch(value, struct, path, type, ` ${literal ?? value}`)
      return whole
    }
    case 'double':
      if (typeof value === 'bigint') return Number(value)
      if (typeof value !== 'number') throw mismatch(value, struct, path, type)
      if (!Number.isFinite(value)) throw mismatch(value, struct, path, type, ` ${literal ?? value}`)
      return value
    case 'quantity': {
      // Of what is no text and no number its first character is all that counts.
      const text = typeof value === 'string' ? value : (literal ?? (isNumber(value) ? String(value) : '{'))
      const problem = quantityProblem(text.trim())
      if (problem) throw unfit(problem, value, path, goType(type))
      return canonicalQuantity(text.trim())
    }
    case 'intOrString':
      return typeof value === 'string' ? value : decodeScalar(INT32, value, struct, path, literal)
    case 'bytes':
      if (typeof value !== 'string') throw mismatch(value, struct, path, type)
      return bytes(value, path)
    case 'time':
    case 'microTime': {
      if (typeof value !== 'string') throw mismatch(value, struct, path, STRING)
      const wrong = timeProblem(value, type.type === 'microTime')
      if (wrong) throw unfit(wrong, value, path, 'RFC 3339')
      return value
    }
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

function bytes(text: string, path: string): string {
  const problem = base64Problem(text)
  if (problem) throw unfit(problem, text, path, 'base64', `error decoding from json: ${problem}`)
  return text
}
