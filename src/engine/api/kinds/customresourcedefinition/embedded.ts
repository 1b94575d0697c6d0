// Whole objects inside of custom resources (x-kubernetes-embedded-resource): their metadata is read as that of any object, and what they say
// of themselves must be right.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/objectmeta

import { anyDepth } from '../../../base/anyDepth'
import { isObject, type Json, type JsonObject } from '../../../base/json'
import { decodeObject, type Decoded } from '../../serializer/decode'
import { jsonType } from '../../serializer/decodeError'
import { fieldErrorText } from '../../errors/fieldErrorText'
import type { ObjectMeta } from '../../object'
import { validateObjectMeta } from '../../validation/objectMeta'
import { missing, NONE, Path, wrong, type Errors, type Validate } from '../../validation/rules'
import { groupVersionErrors, kindNameErrors } from '../../validation/typeMeta'
import { copyOf, withFields } from '../../../base/without'
import { types } from '../types'
import { isEmbedded, itemsOf, somewhere, valuesOf, type JsonSchema } from './jsonSchema'

/** Metadata as Go has it, and the names of the fields that Go does not know. */
export function decodeMeta(given: Exclude<Json, null>): Decoded {
  if (!isObject(given)) {
    const found = jsonType(given)
    const error = `json: cannot unmarshal ${found} into Go value of type v1.ObjectMeta`
    return { error, at: { field: 'metadata', expected: 'v1.ObjectMeta', found } }
  }
  const decoded = decodeObject(types.struct('ObjectMeta'), given)
  if ('error' in decoded) return decoded.at ? { ...decoded, at: { ...decoded.at, field: `metadata.${decoded.at.field}` } } : decoded
  return { ...decoded, unknown: decoded.unknown.map((text) => text.replace(/^unknown field "(.*)"$/, '$1')) }
}

export const hasEmbedded = somewhere(isEmbedded)

/** With the metadata of all objects inside as Go has it; the paths of unknown fields are added to `unknown`, what cannot be read to `errors`. */
export const coerced = anyDepth(
  null,
  (value: Json, schema: JsonSchema | undefined, at: Path, unknown: Set<string>, errors: Set<string>): Json => {
    if (!schema || errors.size > 0) return value
    if (Array.isArray(value)) return (value as readonly Json[]).map((v, i) => coerced(v, itemsOf(schema), at.index(i), unknown, errors))
    if (!isObject(value)) return value
    const out = copyOf(isEmbedded(schema) ? coercedObject(value, at, unknown, errors) : value) as Record<string, Json>
    for (const [key, of, place] of partsOf(out, schema, at)) out[key] = coerced(out[key]!, of, place, unknown, errors)
    return out
  },
)

function coercedObject(value: JsonObject, at: Path, unknown: Set<string>, errors: Set<string>): JsonObject {
  const problem = typeErrors(value, at)[0]
  if (problem) errors.add(fieldErrorText(problem))
  if (problem || value.metadata === undefined) return value
  const meta = decodeMeta(value.metadata ?? {})
  const place = at.child('metadata')
  if ('error' in meta) {
    for (const error of wrong(place, value.metadata, meta.error)) errors.add(fieldErrorText(error))
    return value
  }
  for (const field of meta.unknown) unknown.add(`${String(place)}.${field}`)
  return withFields(value, { metadata: meta.object })
}

/** The fields whose schema is known, with that and their place. */
function partsOf(value: JsonObject, schema: JsonSchema, at: Path): readonly (readonly [string, JsonSchema, Path])[] {
  const { properties = {} } = schema
  const values = valuesOf(schema)
  return Object.keys(value).flatMap((key) => {
    if (value[key] === undefined) return []
    if (Object.hasOwn(properties, key)) return [[key, properties[key]!, at.child(key)] as const]
    return values ? [[key, values, at.key(key)] as const] : []
  })
}

/** `isRoot`: the value is an object itself, whatever its schema says. */
export function validateEmbedded(value: Json, schema: JsonSchema | undefined, at: Path = Path.root(), isRoot = false): Errors {
  return errorsIn(value, schema, at, isRoot)
}

const errorsIn = anyDepth(NONE, (value: Json, schema: JsonSchema | undefined, at: Path, isRoot: boolean): Errors => {
  if (!schema || !(isRoot || hasEmbedded(schema))) return NONE
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap((v, i) => errorsIn(v, itemsOf(schema), at.index(i), false))
  if (!isObject(value)) return NONE
  return [
    ...(isRoot || isEmbedded(schema) ? validateObject(value, at) : NONE),
    ...partsOf(value, schema, at).flatMap(([key, of, place]) => errorsIn(value[key]!, of, place, false)),
  ]
})

const TYPE = ['apiVersion', 'kind'] as const

const typeErrors = (value: JsonObject, at: Path): Errors =>
  TYPE.flatMap((field) =>
    value[field] === undefined || typeof value[field] === 'string' ? NONE : wrong(at.child(field), value[field], 'must be a string'),
  )

function validateObject(value: JsonObject, at: Path): Errors {
  const { apiVersion, kind, metadata } = value
  return [
    ...TYPE.flatMap((field) => (value[field] === undefined ? missing(at.child(field)) : NONE)),
    ...typeErrors(value, at),
    ...(typeof apiVersion === 'string' ? notEmpty(apiVersion, at.child('apiVersion'), groupVersionErrors) : NONE),
    ...(typeof kind === 'string' ? notEmpty(kind, at.child('kind'), kindNameErrors) : NONE),
    ...(metadata === undefined ? NONE : metaErrors(metadata ?? {}, at)),
  ]
}

const notEmpty = (value: string, at: Path, rule: Validate<string>): Errors =>
  value === '' ? wrong(at, value, 'must not be empty') : rule(value, at)

function metaErrors(metadata: Exclude<Json, null>, at: Path): Errors {
  const decoded = decodeMeta(metadata)
  if ('error' in decoded) return wrong(at.child('metadata'), metadata, decoded.error)
  const meta = decoded.object as ObjectMeta
  // It need have no name.
  const named = meta.name ? meta : { ...meta, name: 'fakename' }
  return validateObjectMeta(named, Boolean(meta.namespace), 'pathSegment', true).map((e) => ({ ...e, field: String(at.child(e.field)) }))
}
