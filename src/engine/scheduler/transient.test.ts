import { describe, expect, it } from 'vitest'
import type { Answered } from '../client/types'
import { aScheduling } from '../testing/aScheduling'
import { requestWithRetries } from './transient'

/** Answers as given, the last one for good; the delays between the tries. */
function asking(...answers: Answered[]) {
  const { handle } = aScheduling()
  const delays: number[] = []
  let said: Answered | undefined
  let tries = 0
  const request: typeof handle.request = (_request, done) => done(answers[Math.min(tries++, answers.length - 1)]!)
  const after: typeof handle.after = (delay, wake) => (delays.push(delay), wake())
  requestWithRetries({ method: 'GET', path: '/' }, { ...handle, request, after }, (answer) => (said = answer))
  return { tries, delays, status: said?.status }
}
const answer = (status: number): Answered => ({ status, headers: {}, body: {} })

describe('requestWithRetries', () => {
  it('asks again, up to three times, where the answer may be another one in a moment', () => {
    const { tries, delays, status } = asking(answer(503), answer(500), answer(409), answer(503))
    expect([tries, status]).toEqual([4, 503])
    for (const [i, base] of [10, 50, 250].entries()) {
      expect(delays[i]).toBeGreaterThanOrEqual(base)
      expect(delays[i]).toBeLessThanOrEqual(base * 1.1)
    }
    expect(asking({ status: 0, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' }, answer(200))).toMatchObject({
      tries: 2,
      status: 200,
    })
    expect(asking(answer(404))).toMatchObject({ tries: 1, status: 404 })
  })
})
