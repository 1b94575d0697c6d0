import { describe, expect, it } from 'vitest'
import { EventCorrelator } from './eventCorrelator'

const about = { kind: 'ReplicaSet', apiVersion: 'apps/v1', metadata: { namespace: 'default', name: 'web', uid: 'u' } }

describe('EventCorrelator', () => {
  it('tells the tenth of many that differ only in their text as one of many, and forgets them after ten minutes', () => {
    const correlator = new EventCorrelator()
    const say = (n: number, now: number) => correlator.correlate(about, 'Normal', 'SuccessfulCreate', `Created pod: ${n}`, '', now)
    const told = Array.from({ length: 12 }, (_, i) => say(i, i))
    expect(told.slice(0, 9).map((t) => t.message)).toEqual(Array.from({ length: 9 }, (_, i) => `Created pod: ${i}`))
    expect(told.slice(9).map((t) => t.message)).toEqual([9, 10, 11].map((n) => `(combined from similar events): Created pod: ${n}`))
    expect(new Set(told.slice(9).map((t) => t.event)).size).toBe(1)
    expect(say(99, 700_000).message).toBe('Created pod: 99')
  })

  it('hears of one object 25 events of a type at once, and then once in five minutes', () => {
    const correlator = new EventCorrelator()
    const say = (now: number) => correlator.correlate(about, 'Warning', 'BackOff', 'again', '', now).heard
    expect(Array.from({ length: 27 }, () => say(0))).toEqual([...Array(25).fill(true), false, false])
    expect(say(300_000)).toBe(true)
    expect(say(300_001)).toBe(false)
    expect(correlator.correlate(about, 'Normal', 'Pulled', 'other types are counted apart', '', 300_001).heard).toBe(true)
  })

  it('forgets the objects that were spoken of longest ago', () => {
    const correlator = new EventCorrelator()
    const speakOf = (uid: string) =>
      correlator.correlate({ ...about, metadata: { ...about.metadata, uid } }, 'Normal', 'Created', 'created', '', 0).event
    const [first, second] = [speakOf('first'), speakOf('second')]
    for (let i = 0; i < 4094; i++) speakOf(`${i}`)
    expect(speakOf('first')).toBe(first)
    speakOf('one more')
    expect(speakOf('first')).toBe(first)
    expect(speakOf('second')).not.toBe(second)
  })
})
