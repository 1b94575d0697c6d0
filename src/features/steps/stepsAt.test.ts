import { describe, expect, it } from 'vitest'
import { created, refused } from '../../stores/handMadeTrace'
import { momentsOf } from '../../stores/moments'
import type { MomentKind } from '../../stores/momentKinds'
import { stepsAt } from './stepsAt'

const creation = momentsOf(created().trace, 0, 'six-steps')
const refusal = momentsOf(refused().trace, 0, 'six-steps')
const at = (moments: typeof creation, kind: MomentKind) => {
  const rows = stepsAt(
    moments,
    moments.findIndex((m) => m.kind === kind),
  )
  return rows.map((r) => r.state)
}

describe('the six steps', () => {
  it('ask their questions at rest', () => {
    expect(at(creation, 'rest')).toEqual(Array(6).fill('question'))
  })

  it('are current one after the other, 1 to 6', () => {
    const order = creation.map((_, i) => stepsAt(creation, i).find((r) => r.current)?.step).filter((step) => step !== undefined)
    expect([...new Set(order)]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('are done with what the trace says while the scheduler acts', () => {
    const rows = stepsAt(
      creation,
      creation.findIndex((m) => m.kind === 'bindingSent'),
    )
    expect(rows.map((r) => r.state)).toEqual(['done', 'done', 'done', 'done', 'current', 'upcoming'])
    expect(rows.map((r) => r.fact)).toEqual([
      { text: 'alice' },
      { word: 'allowed' },
      { word: 'noConflict' },
      { text: 'rev 1005' },
      { word: 'binding' },
      null,
    ])
  })

  it('stop at the refusal: what lies beyond is not reached', () => {
    expect(at(refusal, 'refused')).toEqual(['done', 'refused', 'notReached', 'notReached', 'notReached', 'notReached'])
    expect(at(refusal, 'answeredRefused')).toEqual(['done', 'refused', 'notReached', 'notReached', 'notReached', 'notReached'])
  })
})
