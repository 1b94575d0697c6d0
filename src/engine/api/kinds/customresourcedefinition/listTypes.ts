// Lists of type set hold no value twice, lists of type map no key twice.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go

import { anyDepth } from '../../../base/anyDepth'
import { goJson, isObject, type Json, type JsonObject } from '../../../base/json'
import { repeated, NONE, Path, wrong, type Errors } from '../../validation/rules'
import { itemsOf, valuesOf, type JsonSchema } from './jsonSchema'

export function validateListTypes(value: Json, schema: JsonSchema | undefined, at: Path = Path.root()): Errors {
  return errorsIn(value, schema, at)
}

const errorsIn = anyDepth(NONE, (value: Json, schema: JsonSchema | undefined, at: Path): Errors => {
  if (!schema) return NONE
  if (Array.isArray(value))
    return [...validateList(value as readonly Json[], schema, at), ...validateItems(value as readonly Json[], schema, at)]
  if (!isObject(value)) return NONE
  const values = valuesOf(schema)
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return NONE
    const own = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    return own ? errorsIn(item, own, at.child(key)) : values ? errorsIn(item, values, at.key(key)) : NONE
  })
})

const validateItems = (value: readonly Json[], schema: JsonSchema, at: Path): Errors =>
  value.flatMap((item, i) => errorsIn(item, itemsOf(schema), at.index(i)))

function validateList(value: readonly Json[], schema: JsonSchema, at: Path): Errors {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return secondOnes(value).flatMap((i) => repeated(at.index(i), value[i]))
  if (type !== 'map') return NONE
  const strange = value.findIndex((item) => item !== null && !isObject(item))
  if (strange >= 0) return wrong(at.index(strange), value[strange], 'must be an object for an array of list-type map')
  const names = schema['x-kubernetes-list-map-keys'] ?? []
  const keys = value.map((item) =>
    Object.fromEntries(names.flatMap((name) => (isObject(item) && item[name] !== undefined ? [[name, item[name]]] : []))),
  )
  return secondOnes(keys as readonly JsonObject[]).flatMap((i) => repeated(at.index(i), keys[i]))
}

/** Where each value that stands several times stands for the second time. */
function secondOnes(values: readonly Json[]): number[] {
  const seen = new Map<string, number>()
  return values.flatMap((value, i) => {
    const key = goJson(value)
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return times === 2 ? [i] : []
  })
}
