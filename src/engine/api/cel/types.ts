// The types of CEL: their notation (`map(string, list(A))`), how errors print them, and whether one may stand where another is wanted.
// Upstream: github.com/google/cel-go common/types/types.go, checker/{types,mapping,format}.go

export interface CelTypeOf {
  readonly name: string
  readonly of: readonly CelTypeOf[]
}

const type = (name: string, ...of: readonly CelTypeOf[]): CelTypeOf => ({ name, of })

export const DYN = type('dyn')
export const ERROR = type('!error!')
export const BOOL = type('bool')
export const INT = type('int')
export const listOf = (item: CelTypeOf) => type('list', item)
export const mapOf = (key: CelTypeOf, value: CelTypeOf) => type('map', key, value)
export const optionalOf = (value: CelTypeOf) => type('optional_type', value)
export const typeOfType = (of: CelTypeOf) => type('type', of)
/** One that is not known yet. */
export const variable = (n: number) => type(`_var${n}`)

const SHORT: Readonly<Record<string, string>> = { timestamp: 'google.protobuf.Timestamp', duration: 'google.protobuf.Duration' }
const PRINTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(SHORT).map(([short, name]) => [name, short])),
  null_type: 'null',
}
const NEVER_NULL = new Set(['bool', 'bytes', 'double', 'int', 'string', 'uint', 'list', 'map', 'type'])

const read = new Map<string, CelTypeOf>()

/** The type that a text names; the same texts come again and again. */
export function typeNamed(text: string): CelTypeOf {
  let known = read.get(text)
  if (!known) {
    if (read.size > 1024) read.clear()
    read.set(text, (known = parsed(text)))
  }
  return known
}

function parsed(text: string): CelTypeOf {
  const open = text.indexOf('(')
  if (open < 0) return type(SHORT[text] ?? text)
  return type(text.slice(0, open), ...splitTypes(text.slice(open + 1, -1)).map(typeNamed))
}

/** At the commas that stand in no parentheses. */
export function splitTypes(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i <= text.length; i++) {
    const c = text[i]
    if (c === '(') depth++
    else if (c === ')') depth--
    else if (c === undefined || (c === ',' && depth === 0)) {
      const part = text.slice(from, i).trim()
      if (part !== '') parts.push(part)
      from = i + 1
    }
  }
  return parts
}

/** As a type names itself: `google.protobuf.Timestamp`, `null_type`. */
export const nameOfType = ({ name, of }: CelTypeOf): string => (of.length > 0 ? `${name}(${of.map(nameOfType).join(', ')})` : name)

/** As the checker prints a type: `timestamp`, `null`. */
export const printedType = ({ name, of }: CelTypeOf): string =>
  of.length > 0 ? `${name}(${of.map(printedType).join(', ')})` : (PRINTED[name] ?? name)

export const isVariable = ({ name }: CelTypeOf) => /^(?:[A-Z]|_var\d+)$/.test(name)
export const isOpen = ({ name }: CelTypeOf) => name === 'dyn' || name === '!error!'

export const sameType = (a: CelTypeOf, b: CelTypeOf): boolean =>
  a === b || (a.name === b.name && a.of.length === b.of.length && a.of.every((part, i) => sameType(part, b.of[i]!)))

/** What each variable stands for; what was found on the way to a mismatch is taken back. */
export class Substitutions {
  private readonly found = new Map<string, CelTypeOf>()
  private readonly undo: (readonly [string, CelTypeOf | undefined])[] = []

  /** Whether each of some types may stand where its counterpart is wanted. */
  assignableAll(from: readonly CelTypeOf[], to: readonly CelTypeOf[]): boolean {
    const mark = this.undo.length
    if (this.fitAll(from, to)) return true
    while (this.undo.length > mark) {
      const [name, was] = this.undo.pop()!
      if (was) this.found.set(name, was)
      else this.found.delete(name)
    }
    return false
  }

  assignable(from: CelTypeOf, to: CelTypeOf): boolean {
    return this.assignableAll([from], [to])
  }

  /** A type with its variables replaced by what they stand for; `rest` is what those become of which nothing is known. */
  apply(of: CelTypeOf, rest?: CelTypeOf): CelTypeOf {
    const known = this.found.get(of.name)
    if (known) return this.apply(known, rest)
    if (rest && isVariable(of)) return rest
    return of.of.length === 0 ? of : { name: of.name, of: of.of.map((part) => this.apply(part, rest)) }
  }

  private fitAll(from: readonly CelTypeOf[], to: readonly CelTypeOf[]): boolean {
    return from.length === to.length && from.every((part, i) => this.fit(part, to[i]!))
  }

  private fit(a: CelTypeOf, b: CelTypeOf): boolean {
    if (isVariable(b)) {
      const taken = this.stands(a, b)
      if (taken !== null) return taken
    }
    if (isVariable(a)) return this.stands(b, a) ?? false
    if (isOpen(a) || isOpen(b)) return true
    if (a.name === 'null_type') return !NEVER_NULL.has(b.name)
    if (b.name === 'null_type') return !NEVER_NULL.has(a.name)
    return a.name === b.name && (a.name === 'type' || this.fitAll(a.of, b.of))
  }

  /** Whether a type may be what a variable stands for; null where that says nothing, since it would stand for itself. */
  private stands(of: CelTypeOf, unknown: CelTypeOf): boolean | null {
    if (sameType(of, unknown)) return true
    const known = this.found.get(unknown.name)
    if (known) {
      if (sameType(of, known)) return true
      if (!this.fit(of, known)) return false
      const general = isLessSpecific(of, known) ? of : known
      if (!this.mentions(general, unknown)) this.set(unknown, general)
      return true
    }
    if (this.mentions(of, unknown)) return null
    this.set(unknown, of)
    return true
  }

  private set({ name }: CelTypeOf, to: CelTypeOf): void {
    this.undo.push([name, this.found.get(name)])
    this.found.set(name, to)
  }

  private mentions(of: CelTypeOf, unknown: CelTypeOf): boolean {
    if (of.name === unknown.name) return true
    const known = isVariable(of) ? this.found.get(of.name) : undefined
    return known ? this.mentions(known, unknown) : of.of.some((part) => this.mentions(part, unknown))
  }
}

/** Of two types that fit each other, the one that says less. */
export function isLessSpecific(a: CelTypeOf, b: CelTypeOf): boolean {
  if (isOpen(a) || isVariable(a)) return true
  if (isOpen(b) || isVariable(b)) return false
  return a.name === b.name && a.of.length === b.of.length && a.of.every((part, i) => isLessSpecific(part, b.of[i]!))
}
