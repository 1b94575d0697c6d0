// What a call of a function could cost at most, and how large what it gives could be.
// Upstream: github.com/google/cel-go checker/cost.go (functionCost), ext/{lists,sets}.go; apiserver pkg/cel/library/cost.go (EstimateCallCost)

import type { Overload } from './declarations'
import type { CelValue } from './expression'
import { CHECK, EXPRESSION, LIST_COST, STRUCT_COST, TRAVERSAL } from './cost'
import { MOST, plus, scaled, times, type Size } from './sizes'
import type { CelTypeOf } from './types'

export interface Argument {
  readonly type: CelTypeOf
  readonly size: Size
  readonly literal: CelValue | undefined
  item(): Size
}

interface CallCost {
  readonly cost: number
  readonly size?: Size
}

const ONE: CallCost = { cost: 1 }
const LONGEST_FORMAT_PATTERN = 128
/** An address's bytes. */
const ADDRESS = 16

const read = ({ size }: Argument, by = 1) => scaled(size.most, by * TRAVERSAL)
const keeping = (of: Argument): CallCost => ({ cost: read(of), size: of.size })
const matching = (text: Argument, pattern: Argument) =>
  times(scaled(plus(text.size.most, 1), TRAVERSAL), scaled(pattern.size.most, EXPRESSION))
const whole = ({ literal }: Argument, otherwise: number) => (typeof literal === 'number' ? Math.max(0, literal) : otherwise)
const allocated = (size: Size, by = 1): CallCost => ({ cost: plus(scaled(size.most, by), 1 + LIST_COST), size })

/** Beside what its arguments cost. `target` is what a method is called on. */
export function callCost(name: string, form: Overload, target: Argument | null, args: readonly Argument[]): CallCost {
  return (target ? ofMethod(name, form, target, args) : ofFunction(name, form, args)) ?? ONE
}

function ofMethod(name: string, { takes }: Overload, target: Argument, args: readonly Argument[]): CallCost | null {
  const [a, b] = args as [Argument, Argument]
  const { size } = target
  switch (name) {
    case 'check':
      return { cost: CHECK }
    case 'fieldSelector':
    case 'labelSelector':
      return { cost: plus(plus(LIST_COST, read(a)), scaled(scaled(a.size.most, 0.5), LIST_COST + STRUCT_COST)) }
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return { cost: looked(target) }
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return keeping(target)
    case 'replace':
      return { cost: read(target, 2), size: replaced(size, a.size, b.size) }
    case 'split':
      return { cost: read(target, 2), size: { least: 0, most: b ? whole(b, size.most) : size.most } }
    case 'join':
      return joined(target, a)
    case 'find':
    case 'findAll':
      return { cost: matching(target, a), size: { least: 0, most: size.most } }
    case 'matches':
      return { cost: matching(target, a) }
    case 'contains':
      return { cost: times(read(target), read(a)) }
    case 'startsWith':
    case 'endsWith':
      return { cost: read(a) }
    case 'format':
      return { cost: read(target) }
    case 'containsIP':
      return { cost: plus(compared, takes[1]!.name === 'string' ? read(a) : 0) }
    case 'containsCIDR':
      return { cost: plus(compared + scaled(ADDRESS, TRAVERSAL) + 1, takes[1]!.name === 'string' ? read(a) : 0) }
    case 'validate':
      return { cost: scaled(read(a), LONGEST_FORMAT_PATTERN * EXPRESSION) }
    case 'slice':
      return allocated(fixed(whole(b, size.most) - whole(a, 0)))
    case 'flatten':
      return allocated(size, a ? whole(a, MOST) : 1)
    case 'reverse':
      return allocated(size)
    case 'distinct':
      return allocated(squared(size), 2)
    case 'sort':
      return allocated(squared(size), takes[0]!.of[0]!.name === 'string' || takes[0]!.of[0]!.name === 'bytes' ? 2 + TRAVERSAL : 2)
    default:
      return null
  }
}

const fixed = (size: number): Size => ({ least: Math.max(0, size), most: Math.max(0, size) })
const squared = ({ least, most }: Size): Size => ({ least: times(least, least), most: times(most, most) })
const compared = scaled(ADDRESS + ADDRESS, TRAVERSAL)

/** Every item is compared; a text also letter by letter. */
function looked(target: Argument): number {
  const [item] = target.type.of
  if (!item) return read(target)
  const isText = item.name === 'string' || item.name === 'bytes'
  return times(target.size.most, plus(1, isText ? scaled(target.item().most, TRAVERSAL) : 0))
}

/** The longest text comes of the shortest parts that could be replaced by the longest one; it stays as it is where that makes it no longer. */
const replaced = (of: Size, from: Size, to: Size): Size => ({
  least: withParts(of.least, from.most, to.least, from.most <= to.least),
  most: withParts(of.most, from.least, to.most, to.most <= from.least),
})

/** All of `of` is parts of length `from`, each replaced; before and after every letter where that is nothing. */
function withParts(of: number, from: number, to: number, stays: boolean): number {
  if (from === 0) return plus(times(plus(of, 1), to), of)
  return stays ? of : times(Math.ceil(of / from), to)
}

function joined(target: Argument, by: Argument | undefined): CallCost {
  const items = target.size
  const item = target.item()
  const separators = (count: number, size: number) => times(Math.max(0, count - 1), size)
  const size = {
    least: plus(times(items.least, item.least), by ? separators(items.least, by.size.least) : 0),
    most: plus(times(items.most, item.most), by ? separators(items.most, by.size.most) : 0),
  }
  return { cost: scaled(size.most, TRAVERSAL), size }
}

const UNIT = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver'])

function ofFunction(name: string, form: Overload, args: readonly Argument[]): CallCost | null {
  const [a, b] = args as [Argument, Argument]
  const [first] = form.takes
  switch (name) {
    case 'url':
    case 'jsonpatch.escapeKey':
      return keeping(a)
    case 'ip':
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'quantity':
    case 'isQuantity':
    case 'semver':
    case 'isSemver':
      return { cost: read(a) }
    case 'ip.isCanonical':
      return { cost: read(a, 2) }
    case 'strings.quote':
      return { cost: read(a), size: { least: a.size.least + 2, most: plus(times(a.size.most, 2), 2) } }
    case 'bytes':
      return first!.name === 'string' ? { cost: read(a), size: { least: a.size.least, most: times(a.size.most, 4) } } : null
    case 'string':
      return first!.name === 'bytes' ? { cost: read(a), size: { least: Math.floor(a.size.least / 4), most: a.size.most } } : null
    case 'matches':
      return { cost: matching(a, b) }
    case '@in':
      return form.takes[1]!.name === 'list' ? { cost: b.size.most } : null
    case '_+_':
      return added(first!.name, a, b)
    case '_==_':
    case '_!=_':
      if (name === '_==_' && a.type.name === b.type.name && UNIT.has(a.type.name)) return ONE
      return { cost: scaled(Math.min(a.size.most, b.size.most), TRAVERSAL) }
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return first!.name === 'string' || first!.name === 'bytes' ? { cost: scaled(Math.min(a.size.most, b.size.most), TRAVERSAL) } : null
    case 'lists.range':
      return allocated(fixed(whole(a, MOST)))
    case 'sets.contains':
    case 'sets.intersects':
      return { cost: plus(times(a.size.most, b.size.most), 1) }
    case 'sets.equivalent':
      return { cost: plus(scaled(times(a.size.most, b.size.most), 2), 1) }
    default:
      return null
  }
}

function added(type: string, a: Argument, b: Argument): CallCost | null {
  if (type !== 'string' && type !== 'bytes' && type !== 'list') return null
  const size = { least: plus(a.size.least, b.size.least), most: plus(a.size.most, b.size.most) }
  return { cost: type === 'list' ? 1 : scaled(size.most, TRAVERSAL), size }
}
