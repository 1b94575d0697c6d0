// Objects that an expression builds (`Object.spec{…}`) know the name of their type. It must be the path at which they stand.
// Upstream: apiserver pkg/cel/mutation/dynamic/objects.go (CheckTypeNamesMatchFieldPathNames), v1.37

import { goQuote } from '../go/goQuote'
import type { CelMap, CelValue } from './expression'
import { isMap } from './values'

const names = new WeakMap<CelMap, string>()

export function message(type: string, fields: CelMap): CelMap {
  names.set(fields, type)
  return fields
}

/** The name of its type; undefined for what is no such object. */
export const typeNameOf = (value: CelValue | undefined) => (value !== undefined && isMap(value) ? names.get(value) : undefined)

/** What is wrong with the names of types in a value that stands at a path of fields (`Object.spec`). */
export function misnamed(value: CelValue | undefined, path: string): readonly string[] {
  if (Array.isArray(value)) return (value as readonly CelValue[]).flatMap((item) => misnamed(item, path))
  if (value === undefined || !isMap(value)) return []
  const name = names.get(value)
  if (name === undefined) return Object.values(value).flatMap((item) => misnamed(item, path))
  const wrong =
    name === path
      ? []
      : [`unexpected type name ${goQuote(name)}, expected ${goQuote(path)}, which matches field name path from root Object type`]
  return [...wrong, ...Object.entries(value).flatMap(([field, item]) => misnamed(item, `${path}.${field}`))]
}
