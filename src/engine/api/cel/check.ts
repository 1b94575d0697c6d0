// What a CEL expression's type is, before it runs: names that nothing declares, fields that a type lacks and functions that take no such arguments are refused.
// A macro is checked as the loop that upstream makes of it. Every part keeps its type and the forms of functions that fit, for the estimate of its cost.
// Upstream: github.com/google/cel-go checker/checker.go, parser/macro.go, ext/comprehensions.go

import { overloadsOf, type Overload } from './declarations'
import { CelProblem, problemText, type Expression } from './expression'
import { parseCel } from './parse'
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  isLessSpecific,
  isOpen,
  isVariable,
  listOf,
  mapOf,
  nameOfType,
  optionalOf,
  printedType,
  Substitutions,
  typeNamed,
  typeOfType,
  variable,
  type CelTypeOf,
} from './types'
import { literalProblems } from './literals'
import { typeOf } from './values'

/** Types of objects, by their names: the type of each field. */
export type CelStructs = Readonly<Record<string, Readonly<Record<string, string>>>>
/** The names that an expression may use, with their types; `type`: what stands in front of braces. */
export interface CelScope {
  readonly names: Readonly<Record<string, string>>
  readonly structs?: CelStructs
}

export interface Checked {
  readonly tree: Expression
  /** As it names itself. */
  readonly type: string
  typeOf(part: Expression): CelTypeOf
  /** The forms of a function that a call may mean. */
  formsOf(call: Expression): readonly Overload[]
}
export type Compiled = Checked | { readonly error: string }

/** The error is the compiler's own text. */
export function compileCel(text: string, { names, structs = {} }: CelScope): Compiled {
  const tree = parseCel(text)
  if (tree instanceof CelProblem) return { error: textOfAll(text, [tree, ...tree.before]) }
  const checker = new Checker(new Map(Object.entries(names).map(([name, type]) => [name, typeNamed(type)])), structs)
  const type = checker.check(tree)
  const problems =
    checker.problems.length > 0 ? checker.problems : literalProblems(tree, (part) => checker.settled(checker.types.get(part) ?? DYN))
  if (problems.length > 0) return { error: textOfAll(text, problems) }
  return {
    tree,
    type: nameOfType(checker.settled(type)),
    typeOf: (part) => checker.settled(checker.types.get(part) ?? DYN),
    formsOf: (call) => checker.forms.get(call) ?? [],
  }
}

/** So many mistakes are told, in the order of the text. */
const MOST_PROBLEMS = 100

function textOfAll(text: string, problems: readonly CelProblem[]): string {
  const shown = [...problems]
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_PROBLEMS)
    .map((p) => problemText(text, p))
  const more = problems.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more errors were truncated`] : [])].join('\n')
}

type Node<N extends Expression['node']> = Extract<Expression, { node: N }>
type Names = ReadonlyMap<string, CelTypeOf>

const TYPE_NAMES = new Set(['int', 'uint', 'double', 'string', 'bool', 'bytes', 'list', 'map', 'null_type', 'type'])
const TYPE = 'type'

class Checker {
  readonly problems: CelProblem[] = []
  readonly types = new Map<Expression, CelTypeOf>()
  readonly forms = new Map<Expression, readonly Overload[]>()
  private readonly known = new Substitutions()
  private fresh = 0

  constructor(
    private names: Names,
    private readonly structs: CelStructs,
  ) {}

  /** A type of which nothing is left open: what is not known is dyn. */
  settled(type: CelTypeOf): CelTypeOf {
    return this.known.apply(type, DYN)
  }

  check(tree: Expression): CelTypeOf {
    const type = this.typed(tree)
    this.types.set(tree, type)
    return type
  }

  private typed(tree: Expression): CelTypeOf {
    switch (tree.node) {
      case 'literal':
        return typeNamed(typeOf(tree.value))
      case 'name':
        return this.named(tree)
      case 'select': {
        const declared = this.names.get(qualifiedName(tree) ?? '')
        if (declared) return declared
        const type = this.field(this.check(tree.of), tree)
        return tree.optional ? optionalOf(type.name === 'optional_type' ? type.of[0]! : type) : type
      }
      case 'has':
        this.field(this.check(tree.of), tree)
        return BOOL
      case 'list':
        return listOf(this.joined(tree.items))
      case 'map':
        return this.map(tree)
      case 'message':
        return this.message(tree)
      case 'comprehension':
        return this.loop(tree)
      case 'call':
        return this.call(tree)
    }
  }

  private named({ name, at }: Node<'name'>): CelTypeOf {
    const declared = this.names.get(name)
    if (declared && declared.name !== TYPE) return declared
    if (TYPE_NAMES.has(name)) return typeOfType(typeNamed(name))
    return this.problem(at, `undeclared reference to '${name}' (in container '')`)
  }

  private problem(at: number, message: string): CelTypeOf {
    this.problems.push(new CelProblem(at, message))
    return ERROR
  }

  private mismatch(at: number, wanted: CelTypeOf, found: CelTypeOf): CelTypeOf {
    return this.problem(at, `expected type '${printedType(wanted)}' but found '${printedType(this.settled(found))}'`)
  }

  private variable(): CelTypeOf {
    return variable(this.fresh++)
  }

  private field(of: CelTypeOf, { at, field }: { readonly at: number; readonly field: string }): CelTypeOf {
    const type = this.known.apply(of)
    const target = type.name === 'optional_type' ? type.of[0]! : type
    const found = this.fieldOf(target, field, at)
    return target === type ? found : optionalOf(found)
  }

  private fieldOf(target: CelTypeOf, field: string, at: number): CelTypeOf {
    if (target.name === 'map') return target.of[1]!
    if (Object.hasOwn(this.structs, target.name)) {
      const fields = this.structs[target.name]!
      return Object.hasOwn(fields, field) ? typeNamed(fields[field]!) : this.problem(at, `undefined field '${field}'`)
    }
    if (this.known.assignable(DYN, target) && isLessSpecific(target, DYN)) return DYN
    this.problem(at, `type '${printedType(target)}' does not support field selection`)
    return DYN
  }

  /** The type of all of some parts; one that differs is refused. */
  private joined(parts: readonly Expression[]): CelTypeOf {
    let all: CelTypeOf | null = null
    for (const part of parts) all = this.join(all, this.check(part), part.at)
    return all ?? this.variable()
  }

  private join(before: CelTypeOf | null, type: CelTypeOf, at: number): CelTypeOf {
    if (!before) return type
    if (!this.known.assignable(before, type)) return this.mismatch(at, this.settled(before), type)
    return isLessSpecific(before, type) ? before : type
  }

  private map({ entries }: Node<'map'>): CelTypeOf {
    let key: CelTypeOf | null = null
    let value: CelTypeOf | null = null
    for (const [k, v] of entries) {
      key = this.join(key, this.check(k), k.at)
      value = this.join(value, this.check(v), v.at)
    }
    return mapOf(key ?? this.variable(), value ?? this.variable())
  }

  private message({ type, fields, at }: Node<'message'>): CelTypeOf {
    if (this.names.get(type.split('.', 1)[0]!)?.name !== TYPE) this.problem(at, `undeclared reference to '${type}' (in container '')`)
    const known = Object.hasOwn(this.structs, type) ? this.structs[type] : undefined
    for (const [field, value, place] of fields) {
      const found = this.check(value)
      if (!known) continue
      const wanted = Object.hasOwn(known, field) ? typeNamed(known[field]!) : this.problem(place, `undefined field '${field}'`)
      if (!this.known.assignable(wanted, found))
        this.problem(
          place,
          `expected type of field '${field}' is '${printedType(wanted)}' but provided type is '${printedType(this.settled(found))}'`,
        )
    }
    return { name: type, of: [] }
  }

  private call(tree: Node<'call'>): CelTypeOf {
    const { name, target, args, at } = tree
    const types = args.map((arg) => this.check(arg))
    if (name === '_&&_' || name === '_||_') {
      const wrong = args.filter((arg, i) => !this.known.assignable(types[i]!, BOOL) && this.mismatch(arg.at, BOOL, types[i]!))
      return wrong.length > 0 ? ERROR : BOOL
    }
    const qualified = target && qualifiedName(target)
    const own = qualified === null ? undefined : overloadsOf(`${qualified}.${name}`)
    if (own) return this.resolve(tree, `${qualified}.${name}`, own, false, types)
    const given = target ? [this.check(target), ...types] : types
    const forms = overloadsOf(name)
    if (!forms) return this.problem(at, `undeclared reference to '${name}' (in container '')`)
    return this.resolve(tree, name, forms, target !== null, given)
  }

  /** The type that a call gives; of several forms that fit, what they have in common. */
  private resolve(tree: Expression, name: string, forms: readonly Overload[], method: boolean, types: readonly CelTypeOf[]): CelTypeOf {
    let result: CelTypeOf | null = null
    const fitting: Overload[] = []
    for (const form of forms) {
      if (form.method !== method) continue
      const own = this.instance(form)
      if (!this.known.assignableAll(types, own.takes)) continue
      fitting.push(form)
      const gives = this.known.apply(own.gives)
      if (!result) result = gives
      else if (nameOfType(result) !== nameOfType(gives)) result = DYN
    }
    this.forms.set(tree, fitting)
    if (result) return result
    const shown = types.map((type) => printedType(this.settled(type)))
    const signature = method ? `${shown[0]!}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`
    return this.problem(tree.at, `found no matching overload for '${name}' applied to '${signature}'`)
  }

  /** A form with variables of its own. */
  private instance({ takes, gives }: Overload): { readonly takes: readonly CelTypeOf[]; readonly gives: CelTypeOf } {
    const own = new Map<string, CelTypeOf>()
    const with_ = (type: CelTypeOf): CelTypeOf => {
      if (type.of.length > 0) return { name: type.name, of: type.of.map(with_) }
      if (!/^[A-Z]$/.test(type.name)) return type
      const known = own.get(type.name) ?? this.variable()
      own.set(type.name, known)
      return known
    }
    return { takes: takes.map(with_), gives: with_(gives) }
  }

  /** A macro: what it goes over, with which names, and what each turn comes to. */
  private loop(tree: Node<'comprehension'>): CelTypeOf {
    const { macro, of, variable: first, second, args } = tree
    const range = this.known.apply(this.check(of))
    if (macro === 'optMap' || macro === 'optFlatMap') return this.optional(tree, range)
    const [key, value] = this.turns(of, range)
    const own = second === undefined ? [[first, key === INT ? value : key] as const] : [[first, key] as const, [second, value] as const]
    const types = this.within(own, () => args.map((arg) => this.check(arg)))
    const last = types.at(-1)!
    /** What is gathered, if the first of two arguments says that it is. */
    const chosen = (gathered: CelTypeOf, when: CelTypeOf | null) =>
      when ? this.resolve(tree, '_?_:_', overloadsOf('_?_:_')!, false, [when, gathered, gathered]) : gathered
    const when = args.length === 2 ? types[0]! : null
    switch (macro) {
      case 'all':
      case 'exists':
        if (!this.known.assignable(last, BOOL)) this.mismatch(args[0]!.at, BOOL, last)
        return BOOL
      case 'exists_one':
      case 'existsOne':
        chosen(INT, last)
        return BOOL
      case 'filter':
        return chosen(listOf(own[0]![1]), last)
      case 'sortBy':
        return this.resolve(tree, 'sort', overloadsOf('sort')!, true, [listOf(last)]) === ERROR ? ERROR : range
      case 'map':
      case 'transformList':
        return chosen(listOf(last), when)
      case 'transformMap':
        return chosen(mapOf(key, last), when)
      case 'transformMapEntry':
        return chosen(last, when)
    }
  }

  /** What a loop's variables stand for: a list's index and item, a map's key and value. */
  private turns({ at }: Expression, range: CelTypeOf): readonly [CelTypeOf, CelTypeOf] {
    if (range.name === 'list') return [INT, range.of[0]!]
    if (range.name === 'map') return [range.of[0]!, range.of[1]!]
    if (isOpen(range) || isVariable(range)) {
      this.known.assignable(DYN, range)
      return [DYN, DYN]
    }
    this.problem(at, `expression of type '${printedType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`)
    return [ERROR, ERROR]
  }

  private optional(tree: Node<'comprehension'>, range: CelTypeOf): CelTypeOf {
    this.resolve(tree, 'hasValue', overloadsOf('hasValue')!, true, [range])
    const held = range.name === 'optional_type' ? range.of[0]! : DYN
    const result = this.within([[tree.variable, held]], () => this.check(tree.args[0]!))
    return tree.macro === 'optMap' ? optionalOf(result) : result
  }

  private within<T>(more: readonly (readonly [string, CelTypeOf])[], look: () => T): T {
    const before = this.names
    this.names = new Map([...before, ...more])
    const found = look()
    this.names = before
    return found
  }
}

/** `a.b`, of an expression that is nothing but names; null for any other. */
function qualifiedName(tree: Expression): string | null {
  if (tree.node === 'name') return tree.name
  const of = tree.node === 'select' && !tree.optional ? qualifiedName(tree.of) : null
  return of === null ? null : `${of}.${(tree as Node<'select'>).field}`
}
