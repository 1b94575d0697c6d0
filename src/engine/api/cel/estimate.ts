// What an expression could cost at most, told from its types and from how large the values of its schema may be: rules that could cost too much are refused
// before they run. The arithmetic is upstream's, so that the factor by which a rule is too expensive is the same.
// Leaves out: the lower bounds, of which nobody asks.
// Upstream: github.com/google/cel-go checker/cost.go, ext/{lists,sets}.go; apiserver pkg/cel/library/cost.go

import { own } from '../../base/json'
import type { Checked } from './check'
import type { Overload } from './declarations'
import type { Expression } from './expression'
import { callCost, type Argument } from './callCost'
import { LIST_COST, MAP_COST, STRUCT_COST } from './cost'
import { MOST, plus, times, type Size } from './sizes'
import { listOf, type CelTypeOf } from './types'

/** What a schema says of a value's size: of a text its length, of a list or map its entries. */
export interface Measure {
  readonly longest: number
  readonly fields?: Readonly<Record<string, Measure>>
  readonly key?: Measure
  readonly item?: Measure
}

/** Of a list's items, or of a map's keys and values. */
interface EntrySize {
  readonly key: Size
  readonly value: Size
}

interface Local {
  readonly path: Path
  readonly size: Size | null
  readonly entry: EntrySize | null
}

type Path = readonly string[] | null
type Node<N extends Expression['node']> = Extract<Expression, { node: N }>

/** `root` measures what the expression's one object is. */
export function estimateCost(checked: Checked, root: Measure): number {
  return new Estimator(checked, root).cost(checked.tree)
}

const SCALARS = new Set(['bool', 'double', 'int', 'uint', 'google.protobuf.Timestamp', 'google.protobuf.Duration'])
const UNKNOWN: Size = { least: 0, most: MOST }
const exactly = (size: number): Size => ({ least: size, most: size })
const either = (a: Size, b: Size): Size => ({ least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) })
const eitherEntry = (a: EntrySize | null, b: EntrySize | null): EntrySize | null =>
  a && b ? { key: either(a.key, b.key), value: either(a.value, b.value) } : null

class Estimator {
  private readonly paths = new Map<Expression, Path>()
  private readonly sizes = new Map<Expression, Size>()
  private readonly entries = new Map<Expression, EntrySize>()
  private locals: ReadonlyMap<string, Local> = new Map()

  constructor(
    private readonly checked: Checked,
    private readonly root: Measure,
  ) {}

  cost(tree: Expression): number {
    switch (tree.node) {
      case 'literal':
        return 0
      case 'name':
        this.paths.set(tree, this.locals.has(tree.name) ? this.locals.get(tree.name)!.path : [tree.name])
        return 1
      case 'has':
        return this.cost(tree.of)
      case 'select':
        return this.select(tree)
      case 'list': {
        const cost = this.sum(tree.items) + LIST_COST
        const value = tree.items.map((item) => this.sizeOf(item)).reduce(either, NO_ENTRIES(tree.items.length))
        this.entries.set(tree, { key: exactly(1), value })
        return cost
      }
      case 'map': {
        const cost = this.sum(tree.entries.flat()) + MAP_COST
        const none = NO_ENTRIES(tree.entries.length)
        this.entries.set(tree, {
          key: tree.entries.map(([key]) => this.sizeOf(key)).reduce(either, none),
          value: tree.entries.map(([, value]) => this.sizeOf(value)).reduce(either, none),
        })
        return cost
      }
      case 'message':
        return plus(this.sum(tree.fields.map(([, value]) => value)), STRUCT_COST)
      case 'comprehension':
        return this.loop(tree)
      case 'call':
        return this.call(tree)
    }
  }

  private sum(parts: readonly Expression[]): number {
    return parts.reduce((total, part) => plus(total, this.cost(part)), 0)
  }

  private select(tree: Node<'select'>): number {
    const cost = this.cost(tree.of)
    if (tree.optional) return plus(cost, 1)
    this.paths.set(tree, [...(this.pathOf(tree.of) ?? []), tree.field])
    const { name } = this.checked.typeOf(tree.of)
    return isOpaque(name) ? cost : plus(cost, 1)
  }

  private pathOf(tree: Expression): Path {
    return (tree.node === 'name' && this.locals.get(tree.name)?.path) || (this.paths.get(tree) ?? null)
  }

  private sizeOf(tree: Expression): Size {
    return this.known(tree) ?? UNKNOWN
  }

  private known(tree: Expression): Size | null {
    const computed = this.sizes.get(tree) ?? sizeOfLiteral(tree) ?? this.measured(this.pathOf(tree))
    if (computed) return computed
    if (isScalar(this.checked.typeOf(tree))) return exactly(1)
    return (tree.node === 'name' && this.locals.get(tree.name)?.size) || null
  }

  /** What the schema says of the place that a path leads to; its first word is the name of the object. */
  private measured(path: Path): Size | null {
    if (!path?.length) return null
    let at: Measure | undefined = this.root
    for (const word of path.slice(1)) {
      at = word === '@items' || word === '@values' ? at.item : word === '@keys' ? at.key : own(at.fields, word)
      if (!at) return null
    }
    return { least: 0, most: at.longest }
  }

  private entryOf(tree: Expression): EntrySize | null {
    return this.entries.get(tree) ?? ((tree.node === 'name' && this.locals.get(tree.name)?.entry) || null)
  }

  private within<T>(locals: readonly (readonly [string, Local])[], look: () => T): T {
    const before = this.locals
    this.locals = new Map([...before, ...locals])
    const found = look()
    this.locals = before
    return found
  }

  /** A macro as the loop that upstream makes of it: what it begins with, what a turn costs, what it ends with. */
  private loop(tree: Node<'comprehension'>): number {
    const { macro, of, variable: first, second, args } = tree
    const range = this.cost(of)
    if (macro === 'optMap' || macro === 'optFlatMap') return this.optional(tree, range)
    const entry = this.entryOf(of)
    const path = this.pathOf(of) ?? []
    const isList = this.checked.typeOf(of).name === 'list'
    const key: Local = { path: [...path, isList ? '@indices' : '@keys'], size: entry?.key ?? null, entry: null }
    const value: Local = { path: [...path, isList ? '@items' : '@values'], size: entry?.value ?? null, entry: null }
    const names = second === undefined ? [[first, isList ? value : key] as const] : [[first, key] as const, [second, value] as const]
    const costs = this.within(names, () => args.map((arg) => this.cost(arg)))
    const made = this.within(names, () => this.sizeOf(macro === 'filter' ? NAME(first) : args.at(-1)!))
    const [start, step, end] = STEPS[macro]
    const turns = this.sizeOf(of)
    if (start === LIST_COST || start === MAP_COST) this.sizes.set(tree, turns)
    else this.sizes.set(tree, exactly(1))
    if (start === LIST_COST) this.entries.set(tree, { key: exactly(1), value: either(exactly(0), made) })
    const turn = plus(step, costs.reduce(plus, 0))
    const all = plus(plus(range, start + end), times(turns.most, turn))
    return macro === 'sortBy' ? plus(all, SORTING(turns, this.checked.typeOf(args[0]!)).cost) : all
  }

  /** `x.hasValue() ? optional.of(…x.value()…) : optional.none()` */
  private optional({ macro, of, variable, args }: Node<'comprehension'>, target: number): number {
    const local: Local = { path: this.pathOf(of), size: null, entry: null }
    const made = this.within([[variable, local]], () => this.cost(args[0]!))
    return plus(plus(times(2, target), 2 + LIST_COST + (macro === 'optMap' ? 1 : 0)), made)
  }

  private call(tree: Node<'call'>): number {
    const { name, target, args } = tree
    if (name === 'dyn' && !target) {
      const cost = this.cost(args[0]!)
      this.copy(tree, args[0]!)
      return plus(cost, 1)
    }
    const sum = this.sum(args)
    if (name === '_&&_' || name === '_||_') {
      this.sizes.set(tree, exactly(1))
      return sum
    }
    if (name === '_?_:_') return this.conditional(tree)
    const forms = this.checked.formsOf(tree)
    const isMethod = target !== null && (forms[0]?.method ?? false)
    const own = isMethod ? plus(sum, this.cost(target)) : sum
    const full = target && !isMethod ? `${nameOf(target)}.${name}` : name
    let most = 0
    let size: Size | null = null
    for (const form of forms) {
      const call = callCost(
        full,
        form,
        isMethod ? this.argument(target) : null,
        args.map((arg) => this.argument(arg)),
      )
      most = Math.max(most, call.cost)
      if (call.size) size = size ? either(size, call.size) : call.size
      size = this.indexed(tree, form) ?? size
    }
    const known = size ?? this.known(tree)
    if (known) this.sizes.set(tree, known)
    if (name === '_+_') {
      const joined = eitherEntry(this.entryOf(args[0]!), this.entryOf(args[1]!))
      if (joined) this.entries.set(tree, joined)
    }
    return plus(own, most)
  }

  private copy(to: Expression, from: Expression): void {
    const size = this.known(from)
    const entry = this.entryOf(from)
    if (size) this.sizes.set(to, size)
    if (entry) this.entries.set(to, entry)
  }

  private conditional(tree: Node<'call'>): number {
    const [test, yes, no] = tree.args as [Expression, Expression, Expression]
    const cost = plus(this.cost(test), Math.max(this.cost(yes), this.cost(no)))
    this.sizes.set(tree, either(this.sizeOf(yes), this.sizeOf(no)))
    const entry = eitherEntry(this.entryOf(yes), this.entryOf(no))
    if (entry) this.entries.set(tree, entry)
    return cost
  }

  private indexed(tree: Node<'call'>, { takes: [of] }: Overload): Size | null {
    if (tree.name !== '_[_]' || (of!.name !== 'list' && of!.name !== 'map')) return null
    const [range] = tree.args as [Expression]
    this.paths.set(tree, [...(this.pathOf(range) ?? []), of!.name === 'list' ? '@items' : '@values'])
    return this.entryOf(range)?.value ?? null
  }

  private argument(tree: Expression): Argument {
    const type = this.checked.typeOf(tree)
    return {
      type,
      size: this.sizeOf(tree),
      literal: tree.node === 'literal' ? tree.value : undefined,
      /** Of a list's items. */
      item: () => this.measured(itemPath(this.pathOf(tree))) ?? UNKNOWN,
    }
  }
}

const itemPath = (path: Path): Path => path && [...path, '@items']
const SORTING = (size: Size, key: CelTypeOf) =>
  callCost(
    'sort',
    { method: true, takes: [listOf(key)], gives: listOf(key) },
    { type: listOf(key), size, literal: undefined, item: () => UNKNOWN },
    [],
  )
const NAME = (name: string): Expression => ({ node: 'name', at: 0, name })
const nameOf = (tree: Expression): string => (tree.node === 'name' ? tree.name : '')
/** What none of no entries measures: whatever is put beside it counts. */
const NO_ENTRIES = (entries: number): Size => ({ least: entries === 0 ? 0 : MOST, most: 0 })

/** Of these, reaching into them costs nothing: what they are is not known. */
const isOpaque = (name: string) => name === 'dyn' || name === 'optional_type' || name === '!error!'

function isScalar({ name, of }: CelTypeOf): boolean {
  return SCALARS.has(name) || (name === 'optional_type' && isScalar(of[0]!))
}

function sizeOfLiteral(tree: Expression): Size | null {
  if (tree.node === 'list') return exactly(tree.items.length)
  if (tree.node === 'map') return exactly(tree.entries.length)
  if (tree.node !== 'literal') return null
  return exactly(typeof tree.value === 'string' ? [...tree.value].length : 1)
}

/** Of a macro: what it begins with, what a turn costs beside what is evaluated in it, what it ends with. */
const STEPS: Readonly<Record<Exclude<Node<'comprehension'>['macro'], 'optMap' | 'optFlatMap'>, readonly [number, number, number]>> = {
  all: [0, 3, 1],
  exists: [0, 4, 1],
  exists_one: [0, 2, 2],
  existsOne: [0, 2, 2],
  filter: [LIST_COST, LIST_COST + 3, 1],
  map: [LIST_COST, LIST_COST + 2, 1],
  sortBy: [LIST_COST, LIST_COST + 2, LIST_COST + 3],
  transformList: [LIST_COST, LIST_COST + 2, 1],
  transformMap: [MAP_COST, 3, 1],
  transformMapEntry: [MAP_COST, 2, 1],
}
