// The functions of CEL's lists and sets.
// Upstream: github.com/google/cel-go ext/{lists,sets}.go; apiserver pkg/cel/library/lists.go

import { CelOptional, type CelValue, type Implementation } from './expression'
import { CelError, compareCel, equalCel, intArgument as int, listArgument as list, textArgument as text } from './values'

const extreme = (items: readonly CelValue[], sign: 1 | -1) => {
  if (items.length === 0) throw new CelError(`${sign > 0 ? 'max' : 'min'} called on empty list`)
  return items.reduce((best, item) => (compareCel(item, best) * sign > 0 ? item : best))
}
const has = (items: readonly CelValue[], wanted: CelValue) => items.some((item) => equalCel(item, wanted))
const within = (a: CelValue | undefined, b: CelValue | undefined) => list(b).every((item) => has(list(a), item))

/** The longest list that is made of nothing. */
const LONGEST_RANGE = 100_000

function range(length: number): CelValue {
  if (length > LONGEST_RANGE) throw new CelError(`lists.range(${length}): size exceeds limit ${LONGEST_RANGE}`)
  return Array.from({ length: Math.max(0, length) }, (_, i) => i)
}

function flat(items: readonly CelValue[], depth: number): readonly CelValue[] {
  return depth === 0 ? items : items.flatMap((item) => (Array.isArray(item) ? flat(item as readonly CelValue[], depth - 1) : [item]))
}

export const listFunctions: Readonly<Record<string, Implementation>> = {
  join: (a, by) =>
    list(a)
      .map(text)
      .join(by === undefined ? '' : text(by)),
  indexOf: (a, b, from) => (typeof a === 'string' ? indexIn(a, text(b), from) : list(a).findIndex((o) => equalCel(o, b!))),
  lastIndexOf: (a, b, from) =>
    typeof a === 'string'
      ? a.lastIndexOf(text(b), from === undefined ? Infinity : int(from))
      : list(a).findLastIndex((o) => equalCel(o, b!)),
  isSorted: (a) => list(a).every((item, i, all) => i === 0 || compareCel(all[i - 1]!, item) <= 0),
  min: (a) => extreme(list(a), -1),
  max: (a) => extreme(list(a), 1),
  sort: (a) => [...list(a)].sort(compareCel),
  distinct: (a) => list(a).filter((item, i, all) => all.findIndex((o) => equalCel(o, item)) === i),
  flatten: (a, depth) => flat(list(a), depth === undefined ? 1 : int(depth)),
  slice: (a, from, to) => list(a).slice(int(from), int(to)),
  reverse: (a) => [...list(a)].reverse(),
  first: (a) => new CelOptional(list(a)[0]),
  last: (a) => new CelOptional(list(a).at(-1)),
  'lists.range': (length) => range(int(length)),
  'sets.contains': within,
  'sets.intersects': (a, b) => list(b).some((item) => has(list(a), item)),
  'sets.equivalent': (a, b) => within(a, b) && within(b, a),
}

const indexIn = (of: string, wanted: string, from: CelValue | undefined) => of.indexOf(wanted, from === undefined ? 0 : int(from))

/** In the order of their keys; those with the same stay as they are. */
export function sortedBy(items: readonly CelValue[], keys: readonly CelValue[]): readonly CelValue[] {
  return items
    .map((item, i) => ({ item, key: keys[i]! }))
    .sort((a, b) => compareCel(a.key, b.key))
    .map(({ item }) => item)
}
