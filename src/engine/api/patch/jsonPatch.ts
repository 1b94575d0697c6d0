// JSON patch, applied to a copy along the touched paths. Written here and not taken from a library: an operation that fails must fail
// as the server's does, and the untouched rest must stay shared.
// Upstream: RFC 6902; gopkg.in/evanphx/json-patch.v4

import { isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../equal'

interface Operation {
  readonly op?: string
  readonly path?: string
  readonly from?: string
  readonly value?: Json
}

/** Thrown where an operation cannot be done; the server answers 422 without saying which. */
export class JsonPatchError extends Error {}

export function applyJsonPatch(target: JsonObject, operations: readonly JsonObject[]): JsonObject {
  let document: Json = target
  for (const operation of operations as readonly Operation[]) document = applyOne(document, operation)
  if (!isObject(document)) throw new JsonPatchError('not an object')
  return document
}

function applyOne(document: Json, { op, path, from, value }: Operation): Json {
  if (path === undefined) throw new JsonPatchError('no path')
  const at = pointer(path)
  switch (op) {
    case 'add':
      return edit(document, at, 'add', value ?? null)
    case 'replace':
      read(document, at)
      return edit(document, at, 'replace', value ?? null)
    case 'remove':
      read(document, at)
      return edit(document, at, 'remove', null)
    case 'move': {
      const moved = read(document, pointer(from ?? ''))
      return edit(edit(document, pointer(from ?? ''), 'remove', null), at, 'add', moved)
    }
    case 'copy':
      return edit(document, at, 'add', read(document, pointer(from ?? '')))
    case 'test':
      if (!equalJson(lookUp(document, at), value ?? null)) throw new JsonPatchError('test failed')
      return document
    default:
      throw new JsonPatchError(`unknown operation ${op}`)
  }
}

function pointer(path: string): readonly string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new JsonPatchError(`bad path ${path}`)
  return path
    .slice(1)
    .split('/')
    .map((p) => p.replace(/~1/g, '/').replace(/~0/g, '~'))
}

function lookUp(document: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = document
  for (const step of path) {
    if (Array.isArray(at)) at = /^\d+$/.test(step) ? (at as readonly Json[])[Number(step)] : undefined
    else if (isObject(at)) at = Object.hasOwn(at, step) ? at[step] : undefined
    else return undefined
  }
  return at
}

function read(document: Json, path: readonly string[]): Json {
  const found = lookUp(document, path)
  if (found === undefined) throw new JsonPatchError(`nothing at /${path.join('/')}`)
  return found
}

function edit(document: Json, path: readonly string[], how: 'add' | 'replace' | 'remove', value: Json): Json {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(document)) {
    const list = [...(document as readonly Json[])]
    const index = step === '-' ? list.length : Number(step)
    if (!/^(\d+|-)$/.test(step) || index > list.length) throw new JsonPatchError(`no index ${step}`)
    if (rest.length > 0) {
      if (index >= list.length) throw new JsonPatchError(`no index ${step}`)
      list[index] = edit(list[index]!, rest, how, value)
    } else if (how === 'add') list.splice(index, 0, value)
    else if (how === 'replace') list[index] = value
    else list.splice(index, 1)
    return list
  }
  if (!isObject(document)) throw new JsonPatchError(`no place for ${step}`)
  if (rest.length > 0) {
    if (!Object.hasOwn(document, step)) throw new JsonPatchError(`no field ${step}`)
    return { ...document, [step]: edit(document[step]!, rest, how, value) }
  }
  if (how !== 'remove') return { ...document, [step]: value }
  const { [step]: _gone, ...kept } = document
  return kept
}
