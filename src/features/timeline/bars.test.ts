import { describe, expect, it } from 'vitest'
import type { Actor, StoryMoment } from '../../stores/momentKinds'
import { barsOf, momentAtPoint } from './bars'

const moments = (...actors: Actor[]): StoryMoment[] =>
  actors.map((actor, hop) => ({
    actor,
    hop,
    first: hop,
    opens: hop,
    kind: 'rest',
    request: null,
    program: null,
    step: null,
    facts: {},
    after: 0,
  }))

describe('bars', () => {
  it('joins neighbours of one actor and leaves rest out', () => {
    expect(barsOf(moments('user', 'user', 'apiserver', 'apiserver', 'user'))).toEqual([
      { actor: 'user', from: 1, to: 1 },
      { actor: 'apiserver', from: 2, to: 3 },
      { actor: 'user', from: 4, to: 4 },
    ])
  })

  it('draws no more bars than the track has room for', () => {
    const bars = barsOf(moments(...Array.from({ length: 50_000 }, (_, i): Actor => (i % 2 === 0 ? 'user' : 'kubelet'))))
    expect(bars.length).toBeLessThanOrEqual(400)
    expect(bars.map((bar) => bar.actor)).toEqual(expect.arrayContaining(['user', 'kubelet']))
    expect(Math.max(...bars.map((bar) => bar.to))).toBe(49_999)
  })

  it('finds the nearest moment under a point, and stays inside', () => {
    expect(momentAtPoint(0.49, 3)).toBe(1)
    expect(momentAtPoint(-1, 3)).toBe(0)
    expect(momentAtPoint(2, 3)).toBe(2)
  })
})
