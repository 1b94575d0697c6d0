// What a CEL expression's type is, as far as it can be told before it runs: names that nothing declares and operators that fit no types are refused.
// Leaves out: types of fields (all that comes of an object is dyn), parametrized types beside lists and maps.
// Upstream: github.com/google/cel-go checker

import { CelProblem, problemText, type Expression } from './expression'
import { isFunction } from './functions'
import { parseCel } from './parse'
import { typeOf } from './values'

export type CelTypeName = string
export type Declared = Readonly<Record<string, CelTypeName | { readonly fields: readonly string[] }>>

/** Types of objects, by their names: the type of each field. */
export type CelStructs = Readonly<Record<string, Readonly<Record<string, CelTypeName>>>>

export type Compiled = { readonly tree: Expression; readonly type: CelTypeName } | { readonly error: string }

/** `declared`: the names that the expression may use, with their types. The error is the compiler's own text. */
export function compileCel(text: string, declared: Declared, structs: CelStructs = {}): Compiled {
  const tree = parseCel(text)
  if (tree instanceof CelProblem) return { error: problemText(text, tree) }
  const problems: CelProblem[] = []
  const type = typed(tree, { names: new Map(Object.entries(declared)), structs }, problems)
  return problems.length > 0 ? { error: textOfAll(text, problems) } : { tree, type }
}

/** So many mistakes are told. */
const MOST_PROBLEMS = 100

function textOfAll(text: string, problems: readonly CelProblem[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map((p) => problemText(text, p))
  const more = problems.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more errors were truncated`] : [])].join('\n')
}

interface Scope {
  readonly names: ReadonlyMap<string, Declared[string]>
  readonly structs: CelStructs
}
const NUMBERS = ['int', 'double']
const ORDERED = [...NUMBERS, 'string', 'bool', 'google.protobuf.Timestamp', 'google.protobuf.Duration']
const NAMESPACES = new Set([
  'math',
  'sets',
  'optional',
  'format',
  'base64',
  'ip',
  'cidr',
  'strings',
  'lists',
  'regex',
  'semver',
  'jsonpatch',
])
const TYPE_NAMES = new Set(['int', 'uint', 'double', 'string', 'bool', 'bytes', 'list', 'map', 'null_type', 'type'])

const RESULTS: Readonly<Record<string, CelTypeName>> = {
  size: 'int',
  string: 'string',
  int: 'int',
  double: 'double',
  bool: 'bool',
  startsWith: 'bool',
  endsWith: 'bool',
  contains: 'bool',
  matches: 'bool',
  isQuantity: 'bool',
  isURL: 'bool',
  isIP: 'bool',
  isSorted: 'bool',
  isGreaterThan: 'bool',
  isLessThan: 'bool',
  hasValue: 'bool',
  lowerAscii: 'string',
  upperAscii: 'string',
  trim: 'string',
  replace: 'string',
  join: 'string',
  substring: 'string',
  split: 'list(string)',
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
}

function typed(tree: Expression, scope: Scope, problems: CelProblem[]): CelTypeName {
  const of = (inner: Expression) => typed(inner, scope, problems)
  switch (tree.node) {
    case 'literal':
      return typeOf(tree.value)
    case 'name': {
      const declared = scope.names.get(tree.name)
      if (declared !== undefined) return typeof declared === 'string' ? declared : 'dyn'
      if (TYPE_NAMES.has(tree.name)) return 'type'
      problems.push(new CelProblem(tree.at, `undeclared reference to '${tree.name}' (in container '')`))
      return 'dyn'
    }
    case 'select': {
      const declared = tree.of.node === 'name' ? scope.names.get(tree.of.name) : undefined
      if (typeof declared === 'object' && !declared.fields.includes(tree.field))
        problems.push(new CelProblem(tree.at, `undefined field '${tree.field}'`))
      return fieldOf(of(tree.of), tree, scope, problems)
    }
    case 'has':
      fieldOf(of(tree.of), tree, scope, problems)
      return 'bool'
    case 'list': {
      const types = new Set(tree.items.map(of))
      return `list(${types.size === 1 ? [...types][0]! : 'dyn'})`
    }
    case 'map':
      for (const entry of tree.entries) entry.forEach(of)
      return 'map(dyn, dyn)'
    case 'message': {
      for (const [, value] of tree.fields) of(value)
      const root = tree.type.split('.', 1)[0]!
      if (scope.names.get(root) !== 'type')
        problems.push(new CelProblem(tree.at, `undeclared reference to '${tree.type}' (in container '')`))
      return tree.type
    }
    case 'comprehension':
      return comprehended(tree, scope, problems)
    case 'call':
      return called(tree, of, scope, problems)
  }
}

const MAP = /^map\(\w+, (.*)\)$/

/** The type of a field of a type. */
function fieldOf(
  type: CelTypeName,
  { at, field }: { readonly at: number; readonly field: string },
  { structs }: Scope,
  problems: CelProblem[],
): CelTypeName {
  const fields = Object.hasOwn(structs, type) ? structs[type] : undefined
  if (fields) {
    if (Object.hasOwn(fields, field)) return fields[field]!
    problems.push(new CelProblem(at, `undefined field '${field}'`))
    return 'dyn'
  }
  if (!isOpen(type) && !type.startsWith('map')) problems.push(new CelProblem(at, `type '${type}' does not support field selection`))
  return MAP.exec(type)?.[1] ?? 'dyn'
}

const isOpen = (type: CelTypeName) => type === 'dyn'

function comprehended(tree: Extract<Expression, { node: 'comprehension' }>, scope: Scope, problems: CelProblem[]): CelTypeName {
  const range = typed(tree.of, scope, problems)
  const item = /^list\((.*)\)$/.exec(range)?.[1] ?? (range.startsWith('map') ? 'string' : 'dyn')
  const names = new Map(scope.names)
  if (tree.macro === 'bind') names.set(tree.variable, range)
  else if (tree.macro === 'optMap' || tree.macro === 'optFlatMap') names.set(tree.variable, 'dyn')
  else if (tree.second === undefined) names.set(tree.variable, item)
  else
    names
      .set(tree.variable, range.startsWith('map') ? 'string' : range.startsWith('list') ? 'int' : 'dyn')
      .set(tree.second, MAP.exec(range)?.[1] ?? item)
  const inner = { ...scope, names }
  const types = tree.args.map((arg) => typed(arg, inner, problems))
  if (tree.macro === 'bind') return types[0]!
  if (tree.macro === 'transformList') return `list(${types.at(-1) ?? 'dyn'})`
  if (tree.macro === 'transformMap') return `map(string, ${types.at(-1) ?? 'dyn'})`
  if (tree.macro.startsWith('opt') || tree.macro === 'transformMapEntry') return 'dyn'
  if (tree.macro === 'map') return `list(${types.at(-1) ?? 'dyn'})`
  return tree.macro === 'filter' ? (range.startsWith('list') ? range : 'list(dyn)') : 'bool'
}

function called(
  tree: Extract<Expression, { node: 'call' }>,
  of: (inner: Expression) => CelTypeName,
  scope: Scope,
  problems: CelProblem[],
): CelTypeName {
  const { name, target, args, at } = tree
  if (target?.node === 'name' && !scope.names.has(target.name) && NAMESPACES.has(target.name)) {
    args.forEach(of)
    return name === 'contains' || name === 'intersects' || name === 'equivalent' ? 'bool' : 'dyn'
  }
  const types = [...(target ? [target] : []), ...args].map(of)
  const unfit = () => {
    const shown = target ? `${types[0]!}.(${types.slice(1).join(', ')})` : `(${types.join(', ')})`
    problems.push(new CelProblem(at, `found no matching overload for '${name}' applied to '${shown}'`))
    return 'dyn'
  }
  const [a = 'dyn', b = 'dyn'] = types
  const fits = (allowed: readonly string[]) =>
    (isOpen(a) || allowed.includes(a)) && (isOpen(b) || allowed.includes(b)) && (isOpen(a) || isOpen(b) || a === b)
  switch (name) {
    case '_&&_':
    case '_||_':
      return types.every((type) => isOpen(type) || type === 'bool') ? 'bool' : unfit()
    case '_==_':
    case '_!=_':
      return isOpen(a) || isOpen(b) || a === b || /\b(dyn|null_type)\b/.test(a + b) ? 'bool' : unfit()
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return fits(ORDERED) || (NUMBERS.includes(a) && NUMBERS.includes(b)) ? 'bool' : unfit()
    case '_+_':
      if (/^list|^google/.test(a) || /^list|^google/.test(b)) return 'dyn'
      return fits([...NUMBERS, 'string']) ? (isOpen(a) ? b : a) : unfit()
    case '_-_':
      if (/^google/.test(a)) return 'dyn'
      return fits(NUMBERS) ? (isOpen(a) ? b : a) : unfit()
    case '_*_':
    case '_/_':
      return fits(NUMBERS) ? (isOpen(a) ? b : a) : unfit()
    case '_%_':
      return fits(['int']) ? 'int' : unfit()
    case '!_':
      return isOpen(a) || a === 'bool' ? 'bool' : unfit()
    case '-_':
      return isOpen(a) || NUMBERS.includes(a) ? a : unfit()
    case '@in':
      return isOpen(b) || /^(list|map)/.test(b) ? 'bool' : unfit()
    case '_?_:_':
      return types[1] === types[2] ? types[1]! : 'dyn'
    case '_[_]':
      return /^list\((.*)\)$/.exec(a)?.[1] ?? MAP.exec(a)?.[1] ?? 'dyn'
    case '_[?_]':
    case 'orValue':
    case 'optMap':
      return 'dyn'
    default:
      if (isFunction(name) || AUTHORIZER.has(name)) return RESULTS[name] ?? 'dyn'
      problems.push(new CelProblem(at, `undeclared reference to '${name}' (in container '')`))
      return 'dyn'
  }
}

const AUTHORIZER = new Set([
  'group',
  'resource',
  'check',
  'allowed',
  'path',
  'serviceAccount',
  'namespace',
  'subresource',
  'name',
  'reason',
])
