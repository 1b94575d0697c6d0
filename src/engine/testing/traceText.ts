// A trace as text, one line a hop, with everything in it: two runs are the same when their texts are; and whether they are, without making
// the texts. Tests only.

import type { Trace } from '../cluster/types'

export function traceText(trace: Trace, from = 0, to = trace.length): string {
  const lines: string[] = []
  for (let index = from; index < to; index++) lines.push(JSON.stringify(trace.hop(index)))
  return lines.join('\n')
}

/** Whether the hops `from` to `to` of two traces are written alike. */
export function sameHops(a: Trace, b: Trace, from = 0, to = a.length): boolean {
  for (let index = from; index < to; index++) if (!sameJson(a.hop(index), b.hop(index))) return false
  return true
}

/** With the same fields in the same order: but for those that JSON leaves out. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [ours, theirs] = [writtenOf(a), writtenOf(b)]
  return ours.length === theirs.length && ours.every(([name, value], i) => name === theirs[i]![0] && sameJson(value, theirs[i]![1]))
}

const writtenOf = (object: object) => Object.entries(object).filter(([, value]) => value !== undefined)
