// Structural schemas: every value has one type, said outside of allOf, anyOf, oneOf and not, so that fields can be pruned and filled in.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/validation.go

import { equalJson } from '../../../base/equal'
import { fieldErrorText } from '../../errors/fieldErrorText'
import type { Json } from '../../object'
import { regexpOf } from '../../regexp/regexp'
import type { Path } from '../../validation/rules'
import { missing, NONE, notAllowed, wrong, type Errors } from '../../validation/rules'
import { isEmbedded, isIntOrString, itemsOf, preserves, valuesOf, type JsonSchema } from './jsonSchema'

type Level = 'root' | 'item' | 'field'

const NO_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}
const INT_OR_STRING: Json = [{ type: 'integer' }, { type: 'string' }]

/** In the order of their texts, as upstream sorts them. */
export function validateStructural(schema: JsonSchema, at: Path): Errors {
  const errors = [...invariants(schema, 'root', at), ...completeness(schema, schema, at, at)]
  return errors
    .map((e) => [fieldErrorText(e), e] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, e]) => e)
}

function invariants(schema: JsonSchema, level: Level, at: Path): Errors {
  const items = itemsOf(schema)
  const values = valuesOf(schema)
  const { type = '', properties = {} } = schema
  return [
    ...(type === 'array' && !items ? missing(at.child('items'), 'must be specified') : NONE),
    ...(items ? invariants(items, 'item', at.child('items')) : NONE),
    ...Object.keys(properties).flatMap((key) =>
      level === 'root' && key === 'metadata' ? NONE : invariants(properties[key]!, 'field', at.child('properties').key(key)),
    ),
    ...(schema.additionalProperties === undefined
      ? NONE
      : [
          ...(level === 'root' ? notAllowed(at.child('additionalProperties'), 'must not be used at the root') : NONE),
          ...(values ? invariants(values, 'field', at.child('additionalProperties')) : NONE),
        ]),
    ...extensions(schema, at),
    ...junctors(schema, at, true),
    ...typeErrors(schema, level, at),
    ...metaErrors(schema, level, at),
  ]
}

function extensions(schema: JsonSchema, at: Path): Errors {
  if (!isIntOrString(schema)) return NONE
  const detail = 'must be false if x-kubernetes-int-or-string is true'
  return [
    ...(preserves(schema) ? wrong(at.child('x-kubernetes-preserve-unknown-fields'), true, detail) : NONE),
    ...(isEmbedded(schema) ? wrong(at.child('x-kubernetes-embedded-resource'), true, detail) : NONE),
  ]
}

function typeErrors(schema: JsonSchema, level: Level, at: Path): Errors {
  const { type = '', properties = {} } = schema
  const object = 'must be object if x-kubernetes-embedded-resource is true'
  return [
    ...(isEmbedded(schema) && type !== 'object'
      ? type === ''
        ? missing(at.child('type'), object)
        : wrong(at.child('type'), type, object)
      : type === '' && !isIntOrString(schema) && !preserves(schema)
        ? missing(at.child('type'), NO_TYPE[level])
        : NONE),
    ...(isEmbedded(schema) && schema.additionalProperties !== undefined
      ? notAllowed(at.child('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set')
      : NONE),
    ...(level === 'root' && type !== '' && type !== 'object' ? wrong(at.child('type'), type, 'must be object at the root') : NONE),
    ...(isEmbedded(schema) && !preserves(schema) && Object.keys(properties).length === 0
      ? missing(
          at.child('properties'),
          'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
        )
      : NONE),
  ]
}

function metaErrors(schema: JsonSchema, level: Level, at: Path): Errors {
  const { properties = {} } = schema
  const checked = level === 'root' || isEmbedded(schema)
  if (!checked) return NONE
  const own = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : undefined)
  const strings = ['kind', 'apiVersion'].flatMap((name) => {
    const found = own(name)
    return found && found.type !== 'string'
      ? wrong(at.child('properties').key(name).child('type'), found.type ?? '', 'must be string')
      : NONE
  })
  const metadata = own('metadata')
  if (!metadata) return strings
  const place = at.child('properties').key('metadata')
  const { type, properties: restricted = {}, description, default: _default, ...rest } = metadata
  const named = Object.keys(restricted).every((k) => k === 'name' || k === 'generateName')
  const bare = Object.keys(rest).length === 0 && description === undefined && named
  return [
    ...strings,
    ...(type === 'object' ? NONE : wrong(place.child('type'), type ?? '', 'must be object')),
    ...(level === 'root' && !bare
      ? notAllowed(place, 'must not specify anything other than name and generateName, but metadata is implicitly specified')
      : NONE),
  ]
}

const isIntOrStringPattern = (schemas: readonly JsonSchema[] | undefined) =>
  schemas !== undefined && equalJson(schemas as Json, INT_OR_STRING)

/** allOf, anyOf, oneOf and not may only restrict values. */
function junctors(schema: JsonSchema, at: Path, outer: boolean): Errors {
  const skipAny = outer && isIntOrStringPattern(schema.anyOf)
  return [
    ...(skipAny ? NONE : (schema.anyOf ?? []).flatMap((part, i) => nested(part, at.child('anyOf').index(i)))),
    ...(schema.allOf ?? []).flatMap((part, i) =>
      nested(part, at.child('allOf').index(i), outer && i === 0 && isIntOrStringPattern(part.anyOf)),
    ),
    ...(schema.oneOf ?? []).flatMap((part, i) => nested(part, at.child('oneOf').index(i))),
    ...(schema.not ? nested(schema.not, at.child('not')) : NONE),
    ...patternErrors(schema.pattern ?? '', at.child('pattern')),
  ]
}

function patternErrors(pattern: string, at: Path): Errors {
  const regexp = regexpOf(pattern)
  return regexp instanceof Error ? wrong(at, pattern, `must be a valid regular expression, but isn't: ${regexp.message}`) : NONE
}

const FORBIDDEN: readonly (readonly [string, string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
]

function nested(schema: JsonSchema, at: Path, skipAny = false): Errors {
  const items = itemsOf(schema)
  const { properties = {} } = schema
  return [
    ...junctors(skipAny ? { ...schema, anyOf: undefined } : schema, at, false),
    ...(items ? nested(items, at.child('items')) : NONE),
    ...Object.keys(properties).flatMap((key) => nested(properties[key]!, at.child('properties').key(key))),
    ...FORBIDDEN.flatMap(([field, must]) =>
      schema[field] === undefined || schema[field] === false || schema[field] === ''
        ? NONE
        : notAllowed(at.child(field), `must be ${must} to be structural`),
    ),
    ...(Object.hasOwn(properties, 'metadata')
      ? notAllowed(at.child('properties').key('metadata'), 'must not be specified in a nested context')
      : NONE),
  ]
}

/** What a restriction speaks of must be there outside of it. */
function completeness(schema: JsonSchema, outer: JsonSchema | undefined, at: Path, where: Path): Errors {
  const parts: Errors[] = []
  const visit = (part: JsonSchema, place: Path) => parts.push(complete(part, outer, at, place))
  if (schema.not) visit(schema.not, where.child('not'))
  for (const word of ['allOf', 'anyOf', 'oneOf'] as const)
    (schema[word] ?? []).forEach((part, i) => visit(part, where.child(word).index(i)))
  return parts.flat()
}

function complete(part: JsonSchema, outer: JsonSchema | undefined, at: Path, where: Path): Errors {
  if (!outer) return missing(at, `because it is defined in ${String(where)}`)
  const items = itemsOf(part)
  const { properties = {} } = part
  return [
    ...completeness(part, outer, at, where),
    ...(items ? complete(items, itemsOf(outer), at.child('items'), where.child('items')) : NONE),
    ...Object.keys(properties).flatMap((key) => {
      const own = outer.properties && Object.hasOwn(outer.properties, key) ? outer.properties[key] : undefined
      return complete(properties[key]!, own, at.child('properties').key(key), where.child('properties').key(key))
    }),
  ]
}
