// Functions that call themselves as deep as their input is nested. JSON may be nested ten thousand deep, and a browser's stack has room for
// a tenth of such calls: those that stand too deep are made later, from the top, and then what called them is called again, with their
// results at hand. Each call is so made twice at most where its results do not change what it calls next, so the time stays linear; and
// what is not nested so deep costs one comparison more.
//
// Such a function does nothing but give a result (or throw), for it may be called again. Its calls are known again by their first two
// arguments, which must be the same then. What it gathers besides, it gathers in a set, and it remembers nothing for later.

import { invariant } from './invariant'

/** So many calls may stand in each other: with what they call in between, each takes up to a kilobyte of the stack's megabyte. */
const MOST_NESTED = 150
/** A call is made anew as long as it calls what it did not call before: no function here does so more often. */
const MOST_RUNS = 6

type Arguments = readonly unknown[]

/** A call that stood too deep. */
interface Call {
  readonly of: (...given: never[]) => unknown
  readonly given: Arguments
  /** Those that stand too deep in it, in their order. */
  inner: Call[]
  /** How many of `inner` have ended. */
  ended: number
  /** The place in `inner` behind the one that was asked for last. */
  next: number
  runs: number
  outcome: { readonly result: unknown } | { readonly error: unknown } | null
}

let depth = 0
/** The call from the top that is under way, if it is made again. */
let current: Call | null = null
/** Of the call from the top that is under way for the first time: those that stood too deep. */
let postponed: Call[] | null = null

/**
 * `meanwhile`: stands for a result that is not there yet, and is best one after which most is called; what is made of it is thrown away.
 * `by`: how many of the first arguments a call is known by.
 */
export function anyDepth<A extends unknown[], R>(meanwhile: R, of: (...given: A) => R, by: 1 | 2 = 2): (...given: A) => R {
  const named = of as (...given: unknown[]) => R
  // Not `...given`: an array for each call would be most of what this costs.
  const call = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown, g: unknown, h: unknown): R => {
    const at = depth
    if (at === 0) return fromTheTop(named, a, b, c, d, e, f, g, h)
    if (at >= MOST_NESTED) return later(named, [a, b, c, d, e, f, g, h], by, meanwhile)
    depth = at + 1
    const result = named(a, b, c, d, e, f, g, h)
    depth = at
    return result
  }
  return call as unknown as (...given: A) => R
}

function fromTheTop<R>(
  of: (...given: unknown[]) => R,
  a: unknown,
  b: unknown,
  c: unknown,
  d: unknown,
  e: unknown,
  f: unknown,
  g: unknown,
  h: unknown,
): R {
  depth = 1
  try {
    const result = of(a, b, c, d, e, f, g, h)
    if (postponed === null) return result
  } catch (error) {
    if (postponed === null) throw error
  } finally {
    depth = 0
  }
  const call = callOf(of, [a, b, c, d, e, f, g, h])
  call.inner = postponed
  postponed = null
  return driven(call) as R
}

const callOf = (of: Call['of'], given: Arguments): Call => ({ of, given, inner: [], ended: 0, next: 0, runs: 0, outcome: null })

/** The result, if the call was made by now. */
function later<R>(of: Call['of'], given: Arguments, by: number, meanwhile: R): R {
  if (current === null) {
    ;(postponed ??= []).push(callOf(of, given))
    return meanwhile
  }
  const { inner } = current
  let at = placeOf(current, of, given, by)
  if (at < 0) at = inner.push(callOf(of, given)) - 1
  current.next = at + 1
  const { outcome } = inner[at]!
  if (outcome === null) return meanwhile
  if ('error' in outcome) throw outcome.error
  return outcome.result as R
}

/** Where among the inner calls this one is, sooner behind the last one than before it. -1: it is new. */
function placeOf({ inner, next }: Call, of: Call['of'], given: Arguments, by: number): number {
  const isSame = (call: Call) => call.of === of && call.given[0] === given[0] && (by === 1 || call.given[1] === given[1])
  for (let at = next; at < inner.length; at++) if (isSame(inner[at]!)) return at
  return inner.findIndex(isSame)
}

/** Innermost first; no call stands in another here. */
function driven(outermost: Call): unknown {
  const open = [outermost]
  for (let call = open.at(-1); call; call = open.at(-1)) {
    const inner = call.inner[call.ended]
    if (inner && !run(inner)) open.push(inner)
    else if (inner) call.ended++
    else if (run(call)) open.pop()
  }
  const { outcome } = outermost
  if (outcome && 'error' in outcome) throw outcome.error
  return outcome?.result
}

/** Makes a call; whether it has ended, as all have that it asked for. */
function run(call: Call): boolean {
  if (call.outcome) return true
  invariant(call.runs++ < MOST_RUNS, 'a function that calls the same when it is called again', { name: call.of.name })
  call.next = 0
  current = call
  depth = 1
  let outcome: Call['outcome']
  try {
    outcome = { result: call.of(...(call.given as never[])) }
  } catch (error) {
    outcome = { error }
  }
  depth = 0
  current = null
  if (call.ended < call.inner.length) return false
  call.inner = []
  call.outcome = outcome
  return true
}
