// The value of a CEL expression. Errors are values at the edge and exceptions inside; && and || forgive an error that the other side settles.
// Upstream: github.com/google/cel-go interpreter

import { anyDepth } from '../../base/anyDepth'
import type { Json } from '../../base/json'
import { CelCancelled, CelCost, LIST_COST, MAP_COST, OUT_OF_BUDGET, STRUCT_COST, type CelBudget } from './cost'
import { CelBytes, CelDouble, CelOptional, CelRight, CelUint, type CelMap, type CelValue, type Expression, type Macro } from './expression'
import { callFunction } from './functions'
import { sortedBy } from './lists'
import { message } from './messages'
import { CelError, isMap, noOverload, textOf, typeOf } from './values'

/** What the names of an expression stand for; undefined: nothing of that name. */
export type Names = (name: string) => CelValue | undefined
export type Evaluated =
  | { readonly value: CelValue }
  /** `stopped`: it cost too much, alone or with what was evaluated before it. */
  | { readonly error: string; readonly stopped?: 'cancelled' | 'exhausted' }

/** What it costs is taken from the budget. */
export function evaluateCel(tree: Expression, names: Names, budget: CelBudget): Evaluated {
  const cost = new CelCost()
  const result = outcomeOf(() => evaluate(tree, names, cost))
  budget.left -= cost.spent
  return budget.left < 0 ? { error: OUT_OF_BUDGET, stopped: 'exhausted' } : result
}

function outcomeOf(value: () => CelValue): Evaluated {
  try {
    return { value: value() }
  } catch (error) {
    if (error instanceof CelCancelled) return { error: error.message, stopped: 'cancelled' }
    if (error instanceof CelError) return { error: error.message }
    throw error
  }
}

function evaluate(tree: Expression, names: Names, cost: CelCost): CelValue {
  switch (tree.node) {
    case 'literal':
      return tree.value
    case 'name': {
      cost.spend(1)
      const value = names(tree.name)
      if (value === undefined) throw new CelError(`no such attribute(s): ${tree.name}`)
      return value
    }
    case 'select':
      cost.spend(1)
      return selected(evaluate(tree.of, names, cost), tree.field, tree.optional)
    case 'has': {
      const of = evaluate(tree.of, names, cost)
      const inner = of instanceof CelOptional ? of.value : of
      if (inner === undefined) return false
      if (!isMap(inner)) return noOverload()
      return isSet(inner, tree.field)
    }
    case 'list':
      cost.spend(LIST_COST)
      return tree.items.map((item) => evaluate(item, names, cost))
    case 'map':
      cost.spend(MAP_COST)
      return Object.fromEntries(tree.entries.map(([key, value]) => [textOf(evaluate(key, names, cost)), evaluate(value, names, cost)]))
    case 'message':
      cost.spend(STRUCT_COST)
      return made(tree, names, cost)
    case 'comprehension':
      return comprehend(tree, names, cost)
    case 'call':
      return called(tree, names, cost)
  }
}

const isSet = (map: CelMap, field: string) => Object.hasOwn(map, field) && map[field] !== undefined

function selected(of: CelValue, field: string, optional: boolean): CelValue {
  if (of instanceof CelRight && of.requestResource && field === 'requestResource') return of.requestResource
  if (of instanceof CelOptional)
    return of.value === undefined
      ? of
      : isMap(of.value) && isSet(of.value, field)
        ? new CelOptional(of.value[field])
        : new CelOptional(undefined)
  if (of === null && optional) return new CelOptional(undefined)
  if (!isMap(of)) throw new CelError(`no such key: ${field}`)
  if (optional) return new CelOptional(isSet(of, field) ? of[field] : undefined)
  if (!isSet(of, field)) throw new CelError(`no such key: ${field}`)
  return of[field]!
}

type Node<N extends Expression['node']> = Extract<Expression, { node: N }>

function called({ name, target, args }: Node<'call'>, names: Names, cost: CelCost): CelValue {
  switch (name) {
    case '_&&_':
      return settled(args, false, (arg) => evaluate(arg, names, cost))
    case '_||_':
      return settled(args, true, (arg) => evaluate(arg, names, cost))
    case '_?_:_': {
      const test = evaluate(args[0]!, names, cost)
      return typeof test === 'boolean' ? evaluate(args[test ? 1 : 2]!, names, cost) : noOverload()
    }
    case 'orValue': {
      const optional = target ? evaluate(target, names, cost) : null
      if (optional instanceof CelOptional) return optional.value === undefined ? evaluate(args[0]!, names, cost) : optional.value
      return noOverload()
    }
    default: {
      const qualified = target && qualifiedName(target, name, names)
      const given = args.map((arg) => evaluate(arg, names, cost))
      if (target && !qualified) given.unshift(evaluate(target, names, cost))
      const function_ = qualified || name
      cost.call(function_, given)
      const result = callFunction(function_, given)
      cost.made(function_, result)
      return result
    }
  }
}

/** `math.greatest`, `optional.of`: a name that no value has, before the dot, is the function's own. */
function qualifiedName(target: Expression, name: string, names: Names): string | null {
  return target.node === 'name' && names(target.name) === undefined ? `${target.name}.${name}` : null
}

/** Whether one of them is `by`: an error counts only where none is. */
function settled<T>(all: readonly T[], by: boolean, valueOf: (one: T) => CelValue): boolean {
  let failure: CelError | null = null
  for (const one of all) {
    try {
      const value = valueOf(one)
      if (value === by) return by
      if (typeof value !== 'boolean') failure ??= new CelError('no such overload')
    } catch (error) {
      if (!(error instanceof CelError)) throw error
      failure ??= error
    }
  }
  if (failure) throw failure
  return !by
}

/** An object as an expression builds it; an optional field that has nothing is left out. */
function made({ type, fields }: Node<'message'>, names: Names, cost: CelCost): CelMap {
  const values = fields.flatMap(([field, tree]) => {
    const value = evaluate(tree, names, cost)
    if (!(value instanceof CelOptional)) return [[field, value]]
    return value.value === undefined ? [] : [[field, value.value]]
  })
  return message(type, Object.fromEntries(values) as CelMap)
}

/** With a name more. */
const knowing =
  (names: Names, name: string, value: CelValue): Names =>
  (asked) =>
    asked === name ? value : names(asked)

/** What a macro's variable stands for in turn and, of a macro with two, the second one. */
type Entry = readonly [CelValue, CelValue?]

function entriesOf(range: CelValue, pairs: boolean): readonly Entry[] {
  if (Array.isArray(range)) return (range as readonly CelValue[]).map((item, i) => (pairs ? [i, item] : [item]))
  if (isMap(range)) return Object.keys(range).map((key) => (pairs ? [key, range[key]] : [key]))
  throw new CelError(`expression of type '${typeOf(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`)
}

/** What a turn costs besides what is evaluated in it: a macro is a loop that looks at what it has gathered, and adds to it. */
const STEP: Readonly<Record<Macro, number>> = {
  all: 3,
  exists: 4,
  exists_one: 1,
  existsOne: 1,
  filter: 12,
  map: LIST_COST + 2,
  transformList: LIST_COST + 2,
  sortBy: LIST_COST + 2,
  transformMap: MAP_COST + 2,
  transformMapEntry: 2,
  optMap: 0,
  optFlatMap: 0,
}

function comprehend(tree: Node<'comprehension'>, names: Names, cost: CelCost): CelValue {
  const { macro, of, variable, second, args } = tree
  const range = evaluate(of, names, cost)
  if (macro === 'optMap' || macro === 'optFlatMap') {
    if (!(range instanceof CelOptional)) return noOverload()
    if (range.value === undefined) return range
    const value = evaluate(args[0]!, knowing(names, variable, range.value), cost)
    return macro === 'optMap' ? new CelOptional(value) : value
  }
  const entries = entriesOf(range, second !== undefined)
  const at = ([first, value]: Entry, i: number) => {
    const known = knowing(names, variable, first)
    cost.spend(i === args.length - 1 ? STEP[macro] : 0)
    return evaluate(args[i]!, second === undefined ? known : knowing(known, second, value!), cost)
  }
  const holds = (entry: Entry) => {
    const value = at(entry, 0)
    return typeof value === 'boolean' ? value : noOverload()
  }
  /** Of a macro that may choose before it makes something of what is left. */
  const chosen = () => (args.length === 2 ? entries.filter(holds) : entries)
  const result = (entry: Entry) => at(entry, args.length - 1)
  switch (macro) {
    case 'all':
    case 'exists':
      return settled(entries, macro === 'exists', (entry) => at(entry, 0))
    case 'exists_one':
    case 'existsOne':
      return entries.filter(holds).length === 1
    case 'filter':
      return entries.filter(holds).map(([item]) => item)
    case 'sortBy':
      return sortedBy(
        entries.map(([item]) => item),
        entries.map(result),
      )
    case 'map':
    case 'transformList':
      return chosen().map(result)
    case 'transformMap':
      return Object.fromEntries(chosen().map((entry) => [textOf(entry[0]), result(entry)]))
    case 'transformMapEntry':
      return Object.fromEntries(chosen().flatMap((entry) => Object.entries(result(entry) as CelMap)))
  }
}

/** A value as JSON has it. */
export const jsonOfCel = anyDepth(null, (value: CelValue | undefined): Json => {
  if (value === undefined || value === null) return null
  if (value instanceof CelDouble || value instanceof CelUint) return value.value
  if (value instanceof CelBytes) return btoa(value.text)
  if (value instanceof CelOptional) return jsonOfCel(value.value)
  if (Array.isArray(value)) return (value as readonly CelValue[]).map((item) => jsonOfCel(item))
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOfCel(item)]))
  return typeof value === 'object' ? textOf(value) : value
})

/** JSON as CEL sees it without a schema: a number with a fraction is a double. What holds none is shared. */
export const celOfJson = anyDepth(null, (value: CelValue | undefined): CelValue => {
  if (typeof value === 'number') return Number.isInteger(value) ? value : new CelDouble(value)
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null
  if (Array.isArray(value)) {
    const items = (value as readonly CelValue[]).map((item) => celOfJson(item))
    return items.some((item, i) => item !== value[i]) ? items : value
  }
  if (!isMap(value)) return value
  let out: Record<string, CelValue | undefined> | null = null
  for (const [key, item] of Object.entries(value)) {
    const next = item === undefined ? undefined : celOfJson(item)
    if (next !== item) (out ??= { ...value })[key] = next
  }
  return out ? (out as CelMap) : value
})
