// Whether a custom resource keeps to its schema, in the words of the OpenAPI validator. What an update leaves as it was is not held against it.
// Upstream: kube-openapi pkg/validation/{validate,errors}, apiextensions-apiserver pkg/apiserver/validation/{validation,ratcheting}.go

import { anyDepth } from '../../../base/anyDepth'
import { goJson, isNumber, isObject, isWhole, own, type Json, type JsonObject } from '../../../base/json'
import { equalJson } from '../../../base/equal'
import type { FieldError, FieldErrorType } from '../../errors/fieldErrors'
import { goQuote } from '../../go/goQuote'
import { sortedJson } from '../../go/goValue'
import { regexpOf, RegexpTimeout } from '../../regexp/regexp'
import { NONE, supportedValues, type Errors, type Path } from '../../validation/rules'
import { fitsFormat, isKnownFormat } from './formats'
import { isEmbedded, isIntOrString, itemsOf, META_FIELDS, valuesOf, type JsonSchema } from './jsonSchema'

interface Place {
  /** `spec.items[0]` */
  readonly path: string
  /** What stood here before an update; undefined where that cannot be told. */
  readonly old?: Json
  /** A whole object, with metadata and a type. */
  readonly isResource?: boolean
}

/** `old` is given on an update. `under`: what the value is a part of; only the fields' names say so, the text tells of the value by itself. */
export function validateValue(value: Json, schema: JsonSchema, old?: Json, under?: Path): Errors {
  const errors = check(value, schema, { path: '', old, isResource: !under })
  return under ? errors.map((e) => ({ ...e, field: String(['', NOWHERE].includes(e.field) ? under : under.child(e.field)) })) : errors
}

/** The field of an error that has none, as Go prints it. */
const NOWHERE = '<nil>'

const check = anyDepth(NONE, (value: Json, schema: JsonSchema, place: Place): Errors => {
  const errors = errorsOf(value, schema, place)
  return errors.length > 0 && place.old !== undefined && equalJson(value, place.old) ? NONE : errors
})

function errorsOf(value: Json, schema: JsonSchema, place: Place): Errors {
  const { path } = place
  if (value === null) return schema.nullable || typesOf(schema).length === 0 ? NONE : typeError(path, typesOf(schema), 'null')
  return [
    ...checkType(value, schema, path),
    ...checkCombined(value, schema, place),
    ...(typeof value === 'string' ? [...checkString(value, schema, path), ...checkFormat(value, schema, path)] : NONE),
    ...(isNumber(value) ? checkNumber(value, schema, path) : NONE),
    ...(Array.isArray(value) ? checkList(value as readonly Json[], schema, place) : NONE),
    ...(schema.enum && !schema.enum.some((allowed) => equalJson(allowed, value)) ? notOneOf(value, schema.enum, path) : NONE),
    ...(isObject(value) ? checkObject(value, schema, place) : NONE),
  ]
}

const typesOf = (schema: JsonSchema): readonly string[] =>
  isIntOrString(schema) ? ['integer', 'string'] : schema.type ? [schema.type] : []

function checkType(value: Exclude<Json, null>, schema: JsonSchema, path: string): Errors {
  const types = typesOf(schema)
  const is = typeName(value)
  const format = schema.format && isKnownFormat(schema.format, schema.type) ? schema.format : ''
  const isNumeric = types.includes('integer') || types.includes('number')
  // Upstream leaves text to its format, and lists with it.
  if (format && !isNumeric && (is === 'string' || is === 'array')) return NONE
  if ((types.length === 0 && !format) || types.includes(is) || (is === 'integer' && types.includes('number'))) return NONE
  // Where a format is asked of a value that is neither text nor list, it is spoken of instead of the type.
  if (!format || typeof value === 'string' || Array.isArray(value)) return typeError(path, types, is)
  return typeError(path, [format], is === 'integer' ? 'int64' : is === 'number' ? 'float64' : '')
}

function typeName(value: Exclude<Json, null>): string {
  if (Array.isArray(value)) return 'array'
  if (isWhole(value)) return 'integer'
  return typeof value
}

const error = (path: string, type: FieldErrorType, detail: string, value?: unknown): FieldError => ({ field: path, type, detail, value })
const typeError = (path: string, types: readonly string[], is: string): Errors => [
  error(path, 'FieldValueTypeInvalid', `${path} in body must be of type ${types.join(',')}: ${goQuote(is)}`, is),
]
const invalid = (path: string, value: unknown, says: string): Errors => [error(path, 'FieldValueInvalid', `${path} in body ${says}`, value)]

/** What is said of an enumeration: once for each, for many values may miss it. */
const enumerations = new WeakMap<readonly Json[], Pick<FieldError, 'detail' | 'allowed'>>()

function notOneOf(value: Json, allowed: readonly Json[], path: string): Errors {
  let says = enumerations.get(allowed)
  if (!says) {
    const shown = allowed.map((v) => (typeof v === 'string' ? v : goJson(v)))
    says = { detail: supportedValues(shown), allowed: shown }
    enumerations.set(allowed, says)
  }
  return [{ type: 'FieldValueNotSupported', field: path, value, ...says }]
}

function checkString(value: string, { minLength, maxLength, pattern }: JsonSchema, path: string): Errors {
  const length = [...value].length
  if (maxLength !== undefined && length > maxLength)
    return [error(path, 'FieldValueTooLong', `may not be more than ${maxLength} bytes`, value)]
  if (minLength !== undefined && length < minLength) return invalid(path, value, `should be at least ${minLength} chars long`)
  return pattern !== undefined && !matches(pattern, value) ? invalid(path, value, `should match '${pattern}'`) : NONE
}

/** A text that takes too long to look at does not match. */
function matches(pattern: string, value: string): boolean {
  const regexp = regexpOf(pattern)
  try {
    return regexp instanceof Error || regexp.matches(value)
  } catch (error) {
    if (error instanceof RegexpTimeout) return false
    throw error
  }
}

function checkFormat(value: string, { format, type }: JsonSchema, path: string): Errors {
  if (!format || (type !== undefined && type !== 'string') || fitsFormat(value, format)) return NONE
  return [error(path, 'FieldValueTypeInvalid', `${path} in body must be of type ${format}: ${goQuote(value)}`, value)]
}

/** Whether the value is one of its type and format. */
function isInRange(value: number | bigint, { type, format = '' }: JsonSchema): boolean {
  if (type !== 'integer') return type !== 'number' || format !== 'float' || Number.isFinite(Math.fround(Number(value)))
  const [from, end] = RANGES.get(format) ?? INT64
  return isWhole(value) && value >= from && value < end
}

/** Each without its end. */
const INT64 = [-(2 ** 63), 2 ** 63] as const
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['int32', [-(2 ** 31), 2 ** 31]],
  ['int64', INT64],
  ['uint32', [0, 2 ** 32]],
  ['uint64', [0, 2 ** 64]],
])

/** Said of no field, as whatever the validator has no code for. */
const notInRange = ({ type, format }: JsonSchema, path: string): FieldError =>
  error(
    NOWHERE,
    'FieldValueInvalid',
    `Checked value must be of type ${type} ${format ? `with format ${format}` : '(default format)'} in ${path}`,
    '',
  )

function checkNumber(value: number | bigint, schema: JsonSchema, path: string): Errors {
  const { minimum, maximum, multipleOf } = schema
  const over = maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)
  const under = minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)
  const odd = multipleOf !== undefined && !Number.isInteger(Number(value) / multipleOf)
  return [
    ...(isInRange(value, schema) ? NONE : [notInRange(schema, path)]),
    ...(odd ? invalid(path, value, `should be a multiple of ${multipleOf}`) : NONE),
    ...(over ? invalid(path, value, `should be less than${schema.exclusiveMaximum ? '' : ' or equal to'} ${maximum}`) : NONE),
    ...(under ? invalid(path, value, `should be greater than${schema.exclusiveMinimum ? '' : ' or equal to'} ${minimum}`) : NONE),
  ]
}

function checkList(value: readonly Json[], schema: JsonSchema, { path, old }: Place): Errors {
  const { minItems, maxItems } = schema
  const items = itemsOf(schema)
  const earlier = earlierItems(old, schema)
  return [
    ...(items ? value.flatMap((item, i) => check(item, items, { path: `${path}[${i}]`, old: earlier(item) })) : NONE),
    ...(minItems !== undefined && value.length < minItems ? invalid(path, value.length, `should have at least ${minItems} items`) : NONE),
    ...(maxItems !== undefined && value.length > maxItems ? tooMany(path, value.length, maxItems) : NONE),
  ]
}

/** Items can be told to be the same only by the keys of a list of type map. */
export function earlierItems(old: Json | undefined, schema: JsonSchema): (item: Json) => Json | undefined {
  const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : []
  if (keys.length === 0 || !Array.isArray(old)) return () => undefined
  const nameOf = (item: JsonObject) => sortedJson(keys.map((key) => own(item, key) ?? null))
  const known = new Map<string, Json>()
  for (const item of old as readonly Json[]) if (isObject(item) && !known.has(nameOf(item))) known.set(nameOf(item), item)
  return (item) => (isObject(item) ? known.get(nameOf(item)) : undefined)
}

const tooMany = (path: string, count: number, most: number | bigint): Errors => [
  error(path, 'FieldValueTooMany', `must have at most ${most} items`, count),
]

function checkObject(value: JsonObject, schema: JsonSchema, place: Place): Errors {
  const { path, old } = place
  const { minProperties, maxProperties, required = [], properties = {} } = schema
  const keys = Object.keys(value)
  if (minProperties !== undefined && keys.length < minProperties)
    return invalid(path, keys.length, `should have at least ${minProperties} properties`)
  if (maxProperties !== undefined && keys.length > maxProperties) return tooMany(path, keys.length, maxProperties)
  const values = valuesOf(schema)
  const before = isObject(old) ? old : undefined
  const isResource = place.isResource || isEmbedded(schema)
  const inner = (key: string, of: JsonSchema): Errors =>
    check(value[key]!, of, { path: path === '' ? key : `${path}.${key}`, old: before?.[key] })
  return [
    ...(values
      ? keys.filter((k) => !Object.hasOwn(properties, k) && !(isResource && META_FIELDS.has(k))).flatMap((k) => inner(k, values))
      : NONE),
    ...Object.keys(properties)
      .sort()
      .flatMap((key) => (value[key] === undefined || !Object.hasOwn(value, key) ? NONE : inner(key, properties[key]!))),
    ...required.flatMap((key) =>
      Object.hasOwn(value, key) && value[key] !== undefined
        ? NONE
        : [error(path === '' ? key : `${path}.${key}`, 'FieldValueRequired', '')],
    ),
  ]
}

/** Of the combining keywords the validator does not say where they stand: they have no field, and name their path in the text. */
function combined(path: string, says: string): FieldError {
  return error(NOWHERE, 'FieldValueInvalid', `${goQuote(path)} ${says}`, '')
}

function checkCombined(value: Json, { anyOf, oneOf, allOf, not }: JsonSchema, { path, isResource }: Place): Errors {
  const here = { path, isResource }
  const all = (schemas: readonly JsonSchema[]) => schemas.map((schema) => check(value, schema, here))
  const errors: FieldError[] = []
  if (anyOf) {
    const results = all(anyOf)
    if (!results.some((r) => r.length === 0)) errors.push(combined(path, 'must validate at least one schema (anyOf)'), ...best(results))
  }
  if (oneOf) {
    const results = all(oneOf)
    const valid = results.filter((r) => r.length === 0).length
    if (valid === 0) errors.push(combined(path, 'must validate one and only one schema (oneOf). Found none valid'), ...best(results))
    if (valid > 1) errors.push(combined(path, `must validate one and only one schema (oneOf). Found ${valid} valid alternatives`))
  }
  if (allOf) {
    const results = all(allOf)
    const valid = results.filter((r) => r.length === 0).length
    if (valid < results.length)
      errors.push(...results.flat(), combined(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`))
  }
  if (not && check(value, not, here).length === 0) errors.push(combined(path, 'must not validate the schema (not)'))
  return errors
}

/** The errors of the alternative that came closest. */
function best(results: readonly Errors[]): Errors {
  return results.reduce((least, r) => (r.length < least.length ? r : least))
}
