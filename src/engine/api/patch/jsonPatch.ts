// JSON patch. Only what an operation touches is copied, and once, however many operations touch it: the rest stays shared with the target.
// Written here and not taken from a library, as an operation that fails must fail as the server's does. Unlike the RFC, and like the
// server's library: `replace` adds a field that is not there, `copy` of a field that is not there copies null, what stands before a
// path's first slash is not read, and indexes may be negative.
// Upstream: RFC 6902; gopkg.in/evanphx/json-patch.v4

import { byteLength } from '../../base/byteLength'
import { goJson, isObject, type Json, type JsonObject } from '../../base/json'
import { equalJson } from '../../base/equal'
import { copyOf } from '../../base/without'

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

/** Bytes that all copies of a patch may add. Upstream: apiserver pkg/server/config.go JSONPatchMaxCopyBytes */
const MAX_COPIED = 3 * 1024 * 1024

/** All operations in their order, or a JsonPatchError at the first that cannot be done; `target` is not changed. */
export function applyJsonPatch(target: JsonObject, operations: readonly (JsonObject | null)[]): JsonObject {
  const document = new PatchedDocument(target)
  for (const [i, operation] of operations.entries())
    try {
      document.apply(operation ?? {})
    } catch (error) {
      if (error instanceof JsonPatchError) error.operation = i
      throw error
    }
  if (!isObject(document.root)) throw new JsonPatchError('not an object')
  return document.root
}

type Fields = Record<string, Json | undefined>

class PatchedDocument {
  /** The containers that were copied for this patch, and that nothing else knows: they are changed in place. */
  private readonly own = new Set<unknown>()
  private copied = 0

  constructor(public root: Json) {}

  apply({ op, path, from, value = null }: Operation): void {
    switch (op) {
      case 'add':
        return this.edit(pointer(path), 'add', value)
      case 'replace':
        if (path === '') this.root = container(value)
        else {
          find(this.root, pointer(path))
          this.edit(pointer(path), 'replace', value)
        }
        return
      case 'remove':
        return this.edit(pointer(path), 'remove', null)
      case 'move': {
        const source = pointer(from)
        const moved = find(this.root, source)
        this.edit(source, 'remove', null)
        return this.edit(pointer(path), 'add', moved)
      }
      case 'copy': {
        const found = find(this.root, pointer(from))
        this.copied += byteLength(goJson(found))
        if (this.copied > MAX_COPIED)
          throw new JsonPatchError(
            `Unable to complete the copy, the accumulated size increase of copy is ${this.copied}, exceeding the limit ${MAX_COPIED}`,
          )
        this.share(found)
        return this.edit(pointer(path), 'add', found)
      }
      case 'test': {
        const found = path === '' ? this.root : find(this.root, pointer(path))
        if (!equalJson(found, value)) throw new JsonPatchError('test failed')
        return
      }
      default:
        throw new JsonPatchError(`unknown operation ${goJson(op)}`)
    }
  }

  private edit(path: readonly string[], how: 'add' | 'replace' | 'remove', value: Json): void {
    this.root = this.owned(this.root)
    let at: Json = this.root
    for (const step of path.slice(0, -1)) at = this.ownedChild(at, step)
    const last = path.at(-1) ?? ''
    if (Array.isArray(at)) editList(at as Json[], last, how, value)
    else editObject(at as Fields, last, how, value)
  }

  private ownedChild(at: Json, step: string): Json {
    if (Array.isArray(at)) {
      const list = at as Json[]
      const index = indexOf(step, list.length, list.length - 1)
      return (list[index] = this.owned(list[index]!))
    }
    return ((at as Fields)[step] = this.owned(fieldOf(at, step)))
  }

  private owned(value: Json): Json {
    if (this.own.has(value)) return value
    const copy = Array.isArray(container(value)) ? [...(value as readonly Json[])] : copyOf(value as JsonObject, 1)
    this.own.add(copy)
    return copy
  }

  /** What will stand in two places is changed in neither. What it holds is its own only where it is itself. */
  private share(value: Json): void {
    const shared = [value]
    for (let one = shared.pop(); one !== undefined; one = shared.pop())
      if (this.own.delete(one)) for (const inner of Object.values(one as Fields)) if (inner !== undefined) shared.push(inner)
  }
}

/** The steps of a path; of those that hold no slash there is no place to speak of. */
function pointer(path: Json | undefined): readonly string[] {
  if (typeof path !== 'string' || !path.includes('/')) throw new JsonPatchError(`bad path ${goJson(path)}`)
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

function editList(list: Json[], step: string, how: 'add' | 'replace' | 'remove', value: Json): void {
  if (how === 'add') {
    list.splice(step === '-' ? list.length : indexOf(step, list.length, list.length), 0, value)
    return
  }
  const index = indexOf(step, list.length, list.length - 1)
  if (how === 'replace') list[index] = value
  else list.splice(index, 1)
}

function editObject(object: Fields, step: string, how: 'add' | 'replace' | 'remove', value: Json): void {
  if (how !== 'remove') object[step] = value
  else if (Object.hasOwn(object, step) && object[step] !== undefined) Reflect.deleteProperty(object, step)
  else throw new JsonPatchError(`no field ${step}`)
}
