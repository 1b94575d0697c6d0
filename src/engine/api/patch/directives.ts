// The directives of a strategic merge patch, and how Go refuses those that are wrong.
// Upstream: apimachinery pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go

import type { Json, JsonObject } from '../../base/json'
import { goMap, goTypeOf } from '../go/goValue'

/** `$patch: delete | replace | merge`: what becomes of the object that it stands in. */
export const PATCH = '$patch'
/** `$retainKeys: [a, b]`: all other fields go. */
export const RETAIN_KEYS = '$retainKeys'
/** `$setElementOrder/containers: [{ name: a }]`: the items of that list, in their order. */
export const SET_ELEMENT_ORDER = '$setElementOrder/'
/** `$deleteFromPrimitiveList/finalizers: [a]`: the items that go from that list. */
export const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList/'

/** Without a field behind them they are directives all the same, and wrong. */
export const isOrder = (key: string) => key.startsWith('$setElementOrder')
export const isDeletion = (key: string) => key.startsWith('$deleteFromPrimitiveList')

/** A patch that cannot be applied: most are Go errors (500); a bad format is the client's fault (400), lists of lists are 422. */
export class StrategicPatchError extends Error {
  constructor(
    message: string,
    readonly code: 400 | 422 | 500 = 500,
  ) {
    super(message)
  }
}

/** The field that a directive is about. */
export function fieldOf(key: string, prefix: string, what: 'primitive' | 'setElementOrder'): string {
  if (!key.startsWith(prefix) || key.length === prefix.length) throw new StrategicPatchError(`invalid patch format of ${what} list`, 400)
  return key.slice(prefix.length)
}

export function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[]
  throw new StrategicPatchError(`expected a []interface {}, but received a ${goTypeOf(value ?? null)}`)
}

export const noMergeKey = (item: JsonObject, key: string) =>
  new StrategicPatchError(`map: ${goMap(item)} does not contain declared merge key: ${key}`)

/** %s of what need not be a string. */
const goString = (value: Json) =>
  typeof value === 'number' || typeof value === 'boolean' ? `%!s(${goTypeOf(value)}=${value})` : goMap(value)

export const badPatchType = (directive: Json, patch: JsonObject) =>
  new StrategicPatchError(`unknown patch type: ${goString(directive)} in map: ${goMap(patch)}`)
