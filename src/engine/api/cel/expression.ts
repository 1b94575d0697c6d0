// The tree of a CEL expression, and the values that it may have. A JSON object is a map as it stands; a whole number is an int.
// Leaves out: messages other than maps.
// Upstream: github.com/google/cel-go common/ast, common/types

import type { Quantity } from '../scalars/quantity'

export class CelDouble {
  constructor(readonly value: number) {}
}
/** Exact in 64 bits: a `bigint` where a double is not sure of it. */
export class CelUint {
  constructor(readonly value: number | bigint) {}
}
/** One character for each byte. */
export class CelBytes {
  constructor(readonly text: string) {}
}
/** Milliseconds since the epoch. */
export class CelTimestamp {
  constructor(readonly at: number) {}
}
/** Milliseconds. */
export class CelDuration {
  constructor(readonly length: number) {}
}
export class CelType {
  constructor(readonly name: string) {}
}
export class CelQuantity {
  constructor(
    readonly quantity: Quantity,
    readonly text: string,
  ) {}
}
export class CelOptional {
  constructor(readonly value: CelValue | undefined) {}
}

/** An address, or with `bits` a network. */
export class CelAddress {
  constructor(
    readonly text: string,
    /** Four or sixteen bytes. */
    readonly bytes: readonly number[],
    readonly bits?: number,
  ) {}
}

/** `before`: of what comes before a release, its parts. */
export class CelSemver {
  constructor(
    readonly parts: readonly number[],
    readonly before: readonly string[],
  ) {}
}
export class CelFormat {
  constructor(readonly name: string) {}
}
export class CelUrl {
  constructor(
    readonly text: string,
    readonly scheme: string,
    readonly host: string,
    readonly path: string,
    readonly query: string,
  ) {}
}

/** What is asked of the authorizers; `account`: for whom, if not for the one who makes the request. */
export interface RightAsked {
  readonly account?: { readonly namespace: string; readonly name: string }
  readonly path?: string
  readonly group?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
}

/** A right on its way to be asked for, with a function that asks. */
export class CelRight {
  constructor(
    readonly form: 'Authorizer' | 'PathCheck' | 'GroupCheck' | 'ResourceCheck',
    readonly about: RightAsked,
    readonly ask: (about: RightAsked, verb: string) => CelDecision,
    /** Of the authorizer itself: the right to what the request is about. */
    readonly requestResource?: CelRight,
  ) {}
}
export class CelDecision {
  constructor(
    readonly allowed: boolean,
    readonly reason: string,
  ) {}
}

export interface CelMap {
  readonly [key: string]: CelValue | undefined
}

export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | CelDouble
  | CelUint
  | CelBytes
  | CelTimestamp
  | CelDuration
  | CelType
  | CelQuantity
  | CelOptional
  | CelAddress
  | CelSemver
  | CelUrl
  | CelFormat
  | CelRight
  | CelDecision
  | readonly CelValue[]
  | CelMap

/** A function of a library; a method's target is its first argument. */
export type Implementation = (...args: CelValue[]) => CelValue

/** `at` is where errors point: an offset into the text. */
export type Expression = { readonly at: number } & (
  | { readonly node: 'literal'; readonly value: CelValue }
  | { readonly node: 'name'; readonly name: string }
  | { readonly node: 'select'; readonly of: Expression; readonly field: string; readonly optional: boolean }
  | { readonly node: 'has'; readonly of: Expression; readonly field: string }
  | { readonly node: 'call'; readonly name: string; readonly target: Expression | null; readonly args: readonly Expression[] }
  | { readonly node: 'list'; readonly items: readonly Expression[] }
  | { readonly node: 'map'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly node: 'message'; readonly type: string; readonly fields: readonly (readonly [string, Expression, number])[] }
  | {
      readonly node: 'comprehension'
      readonly macro: Macro
      readonly of: Expression
      readonly variable: string
      /** Of a macro with two: the key or index is `variable`, the value this. */
      readonly second?: string
      readonly args: readonly Expression[]
    }
)

export type Macro =
  | 'all'
  | 'exists'
  | 'exists_one'
  | 'existsOne'
  | 'map'
  | 'filter'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry'
  | 'sortBy'
  | 'optMap'
  | 'optFlatMap'

/** A mistake in an expression: where, and the parser's or checker's words. */
export class CelProblem extends Error {
  constructor(
    readonly at: number,
    message: string,
    /** What was wrong before. */
    readonly before: readonly CelProblem[] = [],
  ) {
    super(message)
  }
}

/** Of a problem that is not at one place. */
export const NOWHERE = -1
/** A longer line is not shown. */
const LONGEST_LINE = 16_384

/** `ERROR: <input>:1:5: …` with the line and a caret under it. */
export function problemText(source: string, { at, message }: CelProblem): string {
  if (at === NOWHERE) return `ERROR: <input>:-1:0: ${message}`
  const before = source.slice(0, at).split('\n')
  const line = before.length
  const column = before.at(-1)!.length
  const text = source.split('\n')[line - 1] ?? ''
  const shown = text.length > LONGEST_LINE ? '' : `\n | ${text}\n | ${'.'.repeat(column)}^`
  return `ERROR: <input>:${line}:${column + 1}: ${message}${shown}`
}
