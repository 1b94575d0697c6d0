// Sets of fields as managedFields writes them: a tree in which a node is a member if it has nothing below it or a `.`;
// and the algebra that ownership is settled with.
// Upstream: structured-merge-diff fieldpath/{set,serialize}.go

import { anyDepth } from '../../base/anyDepth'
import { goJson, isObject, type Json, type JsonObject } from '../../base/json'
import { goQuote } from '../go/goQuote'
import { parseJson, readJson } from '../serializer/parseJson'
import { copyOf, withoutAll } from '../../base/without'
import type { FieldsV1 } from '../object'

/** A field that is owned, and nothing below it: one object for all. */
export const LEAF: FieldsV1 = {}

export function isEmpty(tree: FieldsV1): boolean {
  for (const _ in tree) return false
  return true
}

/** Whether a client's JSON is such a tree. Upstream: fieldpath/serialize-pe.go DeserializePathElement */
export const isFieldSet = (value: unknown): value is FieldsV1 => isSet(value)

const isSet = anyDepth(true, (value: unknown): boolean => {
  if (!isObject(value)) return false
  return Object.entries(value).every(([element, below]) => isElement(element) && isSet(below))
})

function isElement(element: string): boolean {
  const [kind, rest] = [element.slice(0, 2), element.slice(2)]
  if (element === '.' || kind === 'f:') return true
  if (kind === 'i:') return /^[+-]?\d+$/.test(rest)
  const read = parseJson(rest)
  return !('error' in read) && (kind === 'v:' || (kind === 'k:' && isObject(read.value)))
}

export const isMember = (tree: FieldsV1) => isEmpty(tree) || '.' in tree

export const union = anyDepth(LEAF, (a: FieldsV1, b: FieldsV1): FieldsV1 => {
  const out: Record<string, FieldsV1> = copyOf(a)
  for (const key in b) out[key] = key in a ? both(a[key]!, b[key]!) : b[key]!
  return out
})

function both(a: FieldsV1, b: FieldsV1): FieldsV1 {
  if (isEmpty(a)) return isEmpty(b) || '.' in b ? b : { '.': LEAF, ...b }
  if (isEmpty(b)) return '.' in a ? a : { '.': LEAF, ...a }
  return union(a, b)
}

/** What of `a` is not in `b`; an empty node of `b` takes all below it. */
export const subtract = anyDepth(LEAF, (a: FieldsV1, b: FieldsV1): FieldsV1 => {
  let out: Record<string, FieldsV1> | null = null
  let gone: Set<string> | null = null
  for (const key in b) {
    const mine = a[key]
    if (!mine) continue
    const rest = difference(mine, b[key]!)
    if (rest === mine) continue
    if (rest) (out ??= copyOf<Record<string, FieldsV1>>(a))[key] = rest
    else (gone ??= new Set()).add(key)
  }
  return gone ? withoutAll(out ?? a, gone) : (out ?? a)
})

function difference(mine: FieldsV1, theirs: FieldsV1): FieldsV1 | null {
  if (isEmpty(theirs)) return null
  if (isEmpty(mine)) return '.' in theirs ? null : mine
  const rest = subtract(mine, theirs)
  if (isEmpty(rest)) return null
  return '.' in rest && Object.keys(rest).length === 1 ? LEAF : rest
}

/** The members of `a` that are not members of `b`. */
export const membersNotIn = anyDepth(LEAF, (a: FieldsV1, b: FieldsV1): FieldsV1 => {
  const out: Record<string, FieldsV1> = {}
  for (const key in a) {
    const [mine, theirs] = [a[key]!, b[key]]
    if (!theirs) out[key] = mine
    else if (!isEmpty(mine)) {
      const rest = membersNotIn(mine, theirs)
      if (!isEmpty(rest)) out[key] = rest
    }
  }
  return out
})

/** The members of `a` that are members of `b` too. */
export const common = anyDepth(LEAF, (a: FieldsV1, b: FieldsV1): FieldsV1 => {
  const out: Record<string, FieldsV1> = {}
  for (const key in a) {
    const [mine, theirs] = [a[key]!, b[key]]
    if (!theirs) continue
    if (key === '.') {
      out['.'] = LEAF
      continue
    }
    const inner = isEmpty(mine) || isEmpty(theirs) ? {} : common(mine, theirs)
    if (!isEmpty(inner) || (isMember(mine) && isMember(theirs))) out[key] = inner
  }
  return out
})

/** `.spec.containers[name="web"].image`, each member; those of one level before those below it. */
export const pathsOf = anyDepth([] as readonly string[], (tree: FieldsV1, path = ''): readonly string[] => {
  const elements = Object.keys(tree)
    .filter((key) => key !== '.')
    .sort()
  return [
    ...elements.filter((key) => isMember(tree[key]!)).map((key) => path + step(key)),
    ...elements.flatMap((key) => pathsOf(tree[key]!, path + step(key))),
  ]
})

/** `f:image` → `.image`, `k:{"name":"web"}` → `[name="web"]`, `v:"a"` → `[="a"]`, `i:5` → `[5]`. */
function step(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('i:')) return `[${Number(rest)}]`
  return element.startsWith('v:') ? `[=${valueText(readJson(rest))}]` : keyText(readJson(rest) as JsonObject)
}

/** A scalar in a path. */
export const valueText = (value: Json) => (typeof value === 'string' ? goQuote(value) : goJson(value))

/** `[name="web"]`, as a path names an item of a list by its keys. */
export function keyText(keys: JsonObject): string {
  const parts = Object.keys(keys).map((k) => `${k}=${valueText(keys[k]!)}`)
  return `[${parts.join(',')}]`
}
