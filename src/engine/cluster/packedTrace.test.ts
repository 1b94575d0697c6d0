import { describe, expect, it } from 'vitest'
import type { HopBody } from '../base/hop'
import type { HttpRequest } from '../base/wire'
import { PackedTrace } from './packedTrace'

const http: HttpRequest = { id: 1, method: 'GET', path: '/api/v1/pods', headers: {} }
const about = { verb: 'list', apiGroup: '', apiVersion: 'v1', resource: 'pods', subresource: '', namespace: '', name: '' }
const response = { status: 403, headers: {}, body: { kind: 'Status' } }
const BODIES: readonly HopBody[] = [
  { kind: 'program', program: 7, event: { type: 'started', line: 'kubectl get pods', identity: 'alice' } },
  { kind: 'send', from: 'user', to: 'kube-apiserver', arrives: 14.25, message: { type: 'http.request', request: http } },
  { kind: 'stage', request: 1, stage: 'requestInfo', outcome: 'passed', detail: { about } },
  { kind: 'stage', request: 1, stage: 'authentication', outcome: 'passed', detail: { user: 'alice' } },
  { kind: 'stage', request: 1, stage: 'audit', outcome: 'passed' },
  { kind: 'commit', events: [] },
  { kind: 'stage', request: 1, stage: 'authorization', outcome: 'refused', detail: { says: 'no' } },
  { kind: 'send', from: 'kube-apiserver', to: 'user', arrives: 18.25, message: { type: 'http.response', request: 1, response } },
  { kind: 'fate', pod: { namespace: 'default', name: 'web', uid: 'u' }, fate: 'bound' },
]
/** Event and time of each body: events 2, 3 and 5, with nothing in 4. */
const EVENTS = [2, 2, 3, 3, 3, 3, 3, 5, 5]
const AT = [0, 0, 10.25, 10.25, 10.25, 10.25, 10.25, 14.25, 14.25]

function aTrace(): PackedTrace {
  const trace = new PackedTrace()
  BODIES.forEach((body, i) => trace.add(body, AT[i]!, i === 0 ? null : i - 1, 5, EVENTS[i]!, i < 2 ? 7 : null))
  return trace
}

describe('the packed trace', () => {
  it('gives back every hop as it was noted', () => {
    const trace = aTrace()
    BODIES.forEach((body, index) =>
      expect(trace.hop(index)).toEqual({ index, at: AT[index], cause: index === 0 ? null : index - 1, revision: 5, ...body }),
    )
  })

  it('knows the event of each hop and where it ends, also where events left no hop', () => {
    const trace = aTrace()
    expect(EVENTS.map((_, i) => trace.eventOf(i))).toEqual(EVENTS)
    expect(EVENTS.map((_, i) => trace.endOfEvent(i))).toEqual([1, 1, 6, 6, 6, 6, 6, 8, 8])
  })

  it('knows when each hop was, also where many events were at one moment', () => {
    const trace = new PackedTrace()
    const times = [0.5, 0.5, 0.5, 3, 3, 1e9, 1e9 + 0.125]
    times.forEach((at, i) => trace.add(BODIES[5]!, at, null, 5, 2 * i + 1, null))
    expect(times.map((_, i) => trace.hop(i).at)).toEqual(times)
    expect(times.map((_, i) => trace.eventOf(i))).toEqual([1, 3, 5, 7, 9, 11, 13])
    const other = new PackedTrace()
    times.forEach((at, i) => other.add(BODIES[5]!, i === 2 ? 3 : at, null, 5, 2 * i + 1, null))
    expect(trace.sameColumns(other, 2)).toBe(true)
    expect(trace.sameColumns(other, 4)).toBe(false)
  })

  it('tells apart what is under way between the same two for different times', () => {
    const trace = new PackedTrace()
    const arrivals = [4, 4, 300.5, Infinity, 4]
    const message = { type: 'http.request', request: http } as const
    arrivals.forEach((arrives, i) => trace.add({ kind: 'send', from: 'user', to: 'kube-apiserver', arrives, message }, 0, null, 5, i, null))
    expect(arrivals.map((_, i) => (trace.hop(i) as { arrives?: number }).arrives)).toEqual(arrivals)
  })

  it('gathers the hops of a request and what is known of it', () => {
    const trace = aTrace()
    expect(trace.hopsOf(1)).toEqual([1, 2, 3, 4, 6, 7])
    expect(trace.request(1)).toEqual({
      id: 1,
      from: 'user',
      sentAt: 1,
      http,
      answeredAt: 7,
      response,
      user: 'alice',
      about,
      refusedAt: 'authorization',
      program: 7,
    })
    expect(trace.request(2)).toBeUndefined()
    expect(trace.hopsOf(2)).toEqual([])
  })

  it('knows more of a request when more has happened', () => {
    const trace = new PackedTrace()
    trace.add(BODIES[1]!, 0, null, 1, 0, null)
    expect(trace.request(1)).toMatchObject({ user: null, answeredAt: null })
    trace.add(BODIES[3]!, 4, 0, 1, 1, null)
    expect(trace.request(1)).toMatchObject({ user: 'alice', answeredAt: null })
  })

  it('keeps all when it grows', () => {
    const trace = new PackedTrace()
    for (let i = 0; i < 70_000; i++)
      trace.add(
        { kind: 'send', from: `part-${i % 300}`, to: 'etcd', arrives: i + 0.5, message: { type: 'http.abort', request: i } },
        i,
        i === 0 ? null : i % 2 === 0 ? i - 1 : 0,
        i,
        i * 2,
        null,
      )
    expect(trace.hop(4999)).toMatchObject({ at: 4999, revision: 4999, from: 'part-199', arrives: 4999.5, message: { request: 4999 } })
    expect(trace.eventOf(1234)).toBe(2468)
    expect([0, 1, 2, 69_998, 69_999].map((i) => trace.hop(i).cause)).toEqual([null, 0, 1, 69_997, 0])
  })

  it('lets go past its budget only of what can be had again, and has that asked for', () => {
    const pod = { namespace: 'default', name: 'web', uid: 'u' }
    const object = { kind: 'Pod' }
    const changes = [{ by: 'defaults', before: object, after: object }]
    const verdict = { raw: [], normalized: [], total: 0 }
    const nodes = [1, 2, 3, 4, 5].map((n) => ({ ...verdict, node: `worker-${n}` }))
    const cycle = { counts: { nodes: 5, evaluated: 5, feasible: 5 }, plugins: [], refusals: [] }
    const bodies: HopBody[] = [
      { kind: 'stage', request: 1, stage: 'defaulting', outcome: 'changed', detail: { changes } },
      { kind: 'stage', request: 1, stage: 'validation', outcome: 'changed', detail: { says: 'kept', changes } },
      { kind: 'stage', request: 1, stage: 'authorization', outcome: 'refused', detail: { says: 'no', status: object } },
      { kind: 'decide', by: 'kube-scheduler', decision: { ...cycle, kind: 'schedule', pod, nodes, chosen: 'worker-1', message: '' } },
    ]
    const granted = { status: 200, headers: {}, body: object }
    const answers = [granted, response].map((response) => ({ type: 'http.response' as const, request: 1, response }))
    bodies.push(...answers.map((message) => ({ kind: 'send' as const, from: 'kube-apiserver', to: 'user', arrives: 4, message })))
    const asked: number[] = []
    const recall = (index: number) => (asked.push(index), bodies[index]!)
    const trace = new PackedTrace({ wholeHops: 1, recall })
    bodies.forEach((body, i) => trace.add(body, 0, null, 1, i, null))
    bodies.forEach((body, i) => expect(trace.hop(i)).toMatchObject(body))
    expect(asked).toEqual([1, 3, 4])
    expect(trace.kept(4)).toMatchObject({ message: { response: { status: 200, body: undefined } } })
  })

  it('sees where two traces part', () => {
    const other = aTrace()
    other.add(BODIES[4]!, 20, null, 5, 6, null)
    expect(aTrace().sameColumns(other, BODIES.length)).toBe(true)
    const late = new PackedTrace()
    BODIES.forEach((body, i) => late.add(body, AT[i]! + (i > 1 ? 1 : 0), i === 0 ? null : i - 1, 5, EVENTS[i]!, null))
    expect(aTrace().sameColumns(late, BODIES.length)).toBe(false)
  })

  it('[TR1] refuses a cause that does not come before its effect', () => {
    expect(() => new PackedTrace().add(BODIES[0]!, 0, 0, 1, 0, null)).toThrow('a cause comes before its effect')
  })
})
