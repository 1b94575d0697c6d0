// What Go's decoder says of a value that does not fit its type, and where. The converter from maps has other words for the same.
// Upstream: Go encoding/json (UnmarshalTypeError), sigs.k8s.io/json, apimachinery pkg/runtime/converter.go

import { goJson, isNumber, isObject } from '../../base/json'
import { embeddedOf, goListNameOf, goNameOf } from '../go/goNames'
import { goTypeOf } from '../go/goValue'
import type { Json } from '../object'
import type { ScalarSchema, StructSchema, TypeSchema } from '../schema/schema'

/** Where decoding stopped: Go's path (without indexes), the type of the schema, and what was there. */
export interface WrongField {
  readonly field: string
  readonly expected: string
  readonly found: string
}

/** Go's path to a field names the embedded structs on the way. */
export function withEmbedded(text: string, schema: StructSchema, path: string): string {
  let type: TypeSchema | undefined = schema
  const steps = path.split('.').map((step) => {
    while (type?.type === 'list') type = type.items
    const embedded = type?.type === 'struct' ? embeddedOf(type.name, step) : undefined
    type = type?.type === 'struct' ? type.field(step) : type?.type === 'map' ? type.values : undefined
    return embedded ? `${embedded}.${step}` : step
  })
  return text.replace(`.${path} of type`, () => `.${steps.join('.')} of type`)
}

export class GoDecodeError extends Error {
  /** `converting`: what the converter says of the same. */
  constructor(
    message: string,
    readonly at: WrongField,
    readonly converting = message,
  ) {
    super(message)
  }
}

export const INT32: ScalarSchema = { type: 'int32' }
export const STRING: ScalarSchema = { type: 'string' }

export const unfit = (message: string, value: Json, field: string, expected: string, converting = message) =>
  new GoDecodeError(message, { field, expected, found: goJson(value).slice(0, SHOWN) }, converting)

const SHOWN = 120

/** `shown`: after `number`, the number that does not fit. */
export function mismatch(value: Json, struct: string, path: string, type: TypeSchema, shown = ''): GoDecodeError {
  const name = namedType(struct, path.slice(path.lastIndexOf('.') + 1), type)
  // An int or a string that a type reads by itself: its error knows no field.
  const nested = type === INT32 || type === STRING
  const json = (of: string) => `json: cannot unmarshal ${jsonType(value)}${shown} into Go ${of} of type ${name}`
  return unfit(json(`struct field ${struct}.${path}`), value, path, name, nested ? json('value') : converting(value, type, name))
}

/** The type of what stands in a field, or in the lists or maps of a field. */
function namedType(struct: string, field: string, type: TypeSchema): string {
  const list = goListNameOf(struct, field)
  if (list !== undefined && type.type === 'map') return `map[string]${list}`
  if (list !== undefined && type.type === 'list') return list
  const own = goNameOf(struct, field)
  return own === undefined ? goType(type) : type.type === 'list' ? `[]${own}` : own
}

function converting(value: Json, type: TypeSchema, name: string): string {
  const given = Array.isArray(value) ? 'slice' : isObject(value) ? 'map' : goTypeOf(value)
  if (type.type === 'struct') return `cannot restore struct from: ${given}`
  if (type.type === 'list' || type.type === 'bytes') return `cannot restore slice from ${given}`
  if (type.type === 'map') return `cannot restore map from ${given}`
  const convertible = isNumber(value) && (type.type === 'string' ? given === 'int64' : type.type !== 'boolean')
  return convertible ? `cannot convert ${given} to ${name}` : `unrecognized type: ${type.type === 'boolean' ? 'bool' : goType(type)}`
}

/** Go's word for what a JSON value is. */
export function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array'
  if (isObject(value)) return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value
}

/** `[]v1.Container`, `map[string]string`: as reflect prints it. */
export function goType(type: TypeSchema): string {
  switch (type.type) {
    case 'struct':
      return `${type.version ?? 'v1'}.${type.name}`
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
