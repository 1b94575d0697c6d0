// Where the `x-kubernetes-…` extensions of a schema make sense, and what they may say.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinitionOpenAPISchema)

import type { Path } from '../../validation/rules'
import { missing, NONE, notAllowed, seenBefore, unsupported, wrong, type Errors } from '../../validation/rules'
import { itemsOf, type JsonSchema } from './jsonSchema'

/** A type that must be there for an extension. */
function needsType(schema: JsonSchema, type: string, extension: string, at: Path): Errors {
  if (schema[extension] === undefined || schema.type === type) return NONE
  const detail = `must be ${type} if ${extension} is specified`
  return schema.type ? wrong(at.child('type'), schema.type, detail) : missing(at.child('type'), detail)
}

const MAP_TYPE = 'x-kubernetes-map-type'
const LIST_TYPE = 'x-kubernetes-list-type'
const MAP_KEYS = 'x-kubernetes-list-map-keys'

export function validateExtensions(schema: JsonSchema, at: Path): Errors {
  const items = itemsOf(schema)
  const list = schema[LIST_TYPE]
  const map = schema[MAP_TYPE]
  const keys = schema[MAP_KEYS] ?? []
  return [
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? wrong(at.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined')
      : NONE),
    ...needsType(schema, 'object', MAP_TYPE, at),
    ...(map !== undefined && map !== 'atomic' && map !== 'granular' ? unsupported(at.child(MAP_TYPE), map, ['atomic', 'granular']) : NONE),
    ...needsType(schema, 'array', LIST_TYPE, at),
    ...(schema.type === 'array' && list === 'set' && items ? atomicItems(items, at.child('items')) : NONE),
    ...(list !== undefined && !['atomic', 'set', 'map'].includes(list)
      ? unsupported(at.child(LIST_TYPE), list, ['atomic', 'set', 'map'])
      : NONE),
    ...(keys.length > 0 && list !== 'map'
      ? list === undefined
        ? missing(at.child(LIST_TYPE), `must be map if ${MAP_KEYS} is non-empty`)
        : wrong(at.child(LIST_TYPE), list, `must be map if ${MAP_KEYS} is non-empty`)
      : NONE),
    ...(list === 'map' ? validateMapList(schema, items, keys, at) : NONE),
    ...(list === 'set' || list === 'map' ? validateItemsOfKeyed(items, list, keys, at) : NONE),
  ]
}

function atomicItems(items: JsonSchema, at: Path): Errors {
  const detail = `must be atomic as item of a list with ${LIST_TYPE}=set`
  const list = items[LIST_TYPE]
  if (items.type === 'array' && list !== undefined && list !== 'atomic') return wrong(at.child(LIST_TYPE), list, detail)
  return items.type === 'object' && items[MAP_TYPE] !== 'atomic' ? wrong(at.child(MAP_TYPE), items[LIST_TYPE] ?? null, detail) : NONE
}

function validateMapList(schema: JsonSchema, items: JsonSchema | undefined, keys: readonly string[], at: Path): Errors {
  const { properties = {} } = items ?? {}
  const again = seenBefore()
  return [
    ...(keys.length === 0 ? missing(at.child(MAP_KEYS), `must not be empty if ${LIST_TYPE} is map`) : NONE),
    ...(schema.items ? NONE : missing(at.child('items'), `must have a schema if ${LIST_TYPE} is map`)),
    ...(items && items.type !== 'object'
      ? wrong(at.child('items', 'type'), items.type ?? '', `must be object if parent array's ${LIST_TYPE} is map`)
      : NONE),
    ...(items?.type === 'object'
      ? keys.flatMap((key) => [
          ...(!Object.hasOwn(properties, key)
            ? wrong(at.child(MAP_KEYS), keys, 'entries must all be names of item properties')
            : ['array', 'object'].includes(properties[key]!.type ?? '')
              ? wrong(
                  at.child('items', 'properties').key(key).child('type'),
                  items.type,
                  `must be a scalar type if parent array's ${LIST_TYPE} is map`,
                )
              : NONE),
          ...(again(key) ? wrong(at.child(MAP_KEYS), keys, 'must not contain duplicate entries') : NONE),
        ])
      : NONE),
  ]
}

function validateItemsOfKeyed(items: JsonSchema | undefined, list: string, keys: readonly string[], at: Path): Errors {
  if (!items) return NONE
  const says = `this property is in ${MAP_KEYS}, so it`
  return [
    ...(items.nullable ? notAllowed(at.child('items', 'nullable'), `cannot be nullable when ${LIST_TYPE} is ${list}`) : NONE),
    // Each as often as it is listed.
    ...(list === 'map' ? keys : []).flatMap((key) => {
      const own = items.properties && Object.hasOwn(items.properties, key) ? items.properties[key]! : null
      const place = at.child('items', 'properties').key(key)
      if (!own) return NONE
      return [
        ...(items.required?.includes(key) || own.default !== undefined
          ? NONE
          : missing(place.child('default'), `${says} must have a default or be a required property`)),
        ...(own.nullable ? notAllowed(place.child('nullable'), `${says} cannot be nullable`) : NONE),
      ]
    }),
  ]
}
