// JSON patch, applied to a copy along the touched paths. Written here and not taken from a library: an operation that fails must fail
// as the server's does, and the untouched rest must stay shared. What the server's library does and the RFC does not: `replace` adds a
// field that is not there, `copy` copies nothing as null, what stands before a path's first slash is not read, indexes may be negative.
// Upstream: RFC 6902; gopkg.in/evanphx/json-patch.v4

import { isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../equal'

interface Operation {
  readonly op?: Json
  readonly path?: Json
  readonly from?: Json
  readonly value?: Json
}

/** Thrown where an operation cannot be done; the server answers 422 without saying which, `operation` tells the reader. */
export class JsonPatchError extends Error {
  operation = -1
}

export function applyJsonPatch(target: JsonObject, operations: readonly (JsonObject | null)[]): JsonObject {
  let document: Json = target
  for (const [i, operation] of operations.entries())
    try {
      document = applyOne(document, operation ?? {})
    } catch (error) {
      if (error instanceof JsonPatchError) error.operation = i
      throw error
    }
  if (!isObject(document)) throw new JsonPatchError('not an object')
  return document
}

function applyOne(document: Json, { op, path, from, value = null }: Operation): Json {
  switch (op) {
    case 'add':
      return edit(document, pointer(path), 'add', value)
    case 'replace':
      if (path === '') return container(value)
      find(document, pointer(path))
      return edit(document, pointer(path), 'replace', value)
    case 'remove':
      return edit(document, pointer(path), 'remove', null)
    case 'move': {
      const source = pointer(from)
      const moved = find(document, source)
      return edit(edit(document, source, 'remove', null), pointer(path), 'add', moved)
    }
    case 'copy':
      return edit(document, pointer(path), 'add', find(document, pointer(from)))
    case 'test': {
      const found = path === '' ? document : find(document, pointer(path))
      if (!equalJson(found, value)) throw new JsonPatchError('test failed')
      return document
    }
    default:
      throw new JsonPatchError(`unknown operation ${JSON.stringify(op)}`)
  }
}

/** The steps of a path; of those that hold no slash there is no place to speak of. */
function pointer(path: Json | undefined): readonly string[] {
  if (typeof path !== 'string' || !path.includes('/')) throw new JsonPatchError(`bad path ${JSON.stringify(path)}`)
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~[01]/g, (escaped) => (escaped === '~1' ? '/' : '~')))
}

/** What a path leads to; null where the last step names a field that is not there. */
function find(document: Json, path: readonly string[]): Json {
  let at: Json = document
  for (const [i, step] of path.entries()) {
    const last = i === path.length - 1
    if (Array.isArray(at)) at = (at as readonly Json[])[indexOf(step, at.length, at.length - 1)]!
    else at = fieldOf(container(at), step)
    if (!last) container(at)
  }
  return at
}

const fieldOf = (object: Json, name: string): Json => (isObject(object) && Object.hasOwn(object, name) ? (object[name] ?? null) : null)

function container(value: Json): Json {
  if (!Array.isArray(value) && !isObject(value)) throw new JsonPatchError('neither object nor list')
  return value
}

/** A place in a list of `length`; negative ones count from its end. */
function indexOf(step: string, length: number, most: number): number {
  const index = /^[+-]?\d+$/.test(step) ? Number(step) : NaN
  if (!(index >= -(most + 1) && index <= most)) throw new JsonPatchError(`no index ${step} of ${length}`)
  return index < 0 ? index + most + 1 : index
}

function edit(document: Json, path: readonly string[], how: 'add' | 'replace' | 'remove', value: Json): Json {
  const [step = '', ...rest] = path
  if (Array.isArray(document)) {
    const list = [...(document as readonly Json[])]
    if (rest.length === 0 && how === 'add') list.splice(step === '-' ? list.length : indexOf(step, list.length, list.length), 0, value)
    else {
      const index = indexOf(step, list.length, list.length - 1)
      if (rest.length > 0) list[index] = edit(list[index]!, rest, how, value)
      else if (how === 'replace') list[index] = value
      else list.splice(index, 1)
    }
    return list
  }
  const object = container(document) as JsonObject
  if (rest.length > 0) return { ...object, [step]: edit(fieldOf(object, step), rest, how, value) }
  if (how !== 'remove') return { ...object, [step]: value }
  if (!Object.hasOwn(object, step) || object[step] === undefined) throw new JsonPatchError(`no field ${step}`)
  const { [step]: _gone, ...kept } = object
  return kept
}
