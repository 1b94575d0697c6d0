import { describe, expect, it } from 'vitest'
import type { Hop } from '../base/hop'
import type { Trace } from '../cluster/types'
import { sameHops, traceText } from './traceText'

const traceOf = (...bodies: readonly object[]) => ({ length: bodies.length, hop: (i: number) => bodies[i] as Hop }) as unknown as Trace

describe('sameHops', () => {
  const hop = { kind: 'send', message: { list: [1, { a: 'x' }, null], more: undefined }, big: 2n ** 60n }
  it('sees what the texts of two traces show', () => {
    expect(sameHops(traceOf(hop, hop), traceOf(hop, structuredClone(hop)))).toBe(true)
    expect(sameHops(traceOf({ a: 1, b: undefined }), traceOf({ a: 1 }))).toBe(true)
    expect(sameHops(traceOf(hop, { kind: 'a' }), traceOf(hop, { kind: 'b' }), 0, 1)).toBe(true)
    for (const [a, b] of [
      [{ kind: 'a' }, { kind: 'b' }],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [{ a: [] }, { a: {} }],
      [{ a: [1, 2] }, { a: [1] }],
      [{ a: null }, {}],
      [{ a: { b: '1' } }, { a: { b: 1 } }],
    ] as const) {
      expect(sameHops(traceOf(a), traceOf(b))).toBe(false)
      expect(traceText(traceOf(a))).not.toBe(traceText(traceOf(b)))
    }
  })
})
