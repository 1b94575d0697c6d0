import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { loneIo } from '../testing/loneIo'
import { Client } from './client'
import { EventRecorder, type EventSource } from './eventRecorder'

const pod: ApiObject = { kind: 'Pod', apiVersion: 'v1', metadata: { namespace: 'default', name: 'web', uid: 'u1', resourceVersion: '7' } }

function aRecorder(source: EventSource) {
  const io = loneIo()
  const client = new Client(io, 'kube-apiserver', { credentials: {}, userAgent: 'test' })
  const recorder = new EventRecorder(io, client, source)
  const answer = (status = 201) =>
    client.receive({ type: 'http.response', request: io.requests().at(-1)!.id, response: { status, headers: {}, body: {} } })
  return { io, recorder, answer }
}

describe('EventRecorder', () => {
  it('posts core/v1 events for a kubelet, named after the object, one after the other', () => {
    const { io, recorder, answer } = aRecorder({ component: 'kubelet', host: 'worker-1' })
    recorder.event(pod, { type: 'Normal', reason: 'Pulled', message: 'pulled', fieldPath: 'spec.containers{web}' })
    recorder.event(pod, { type: 'Normal', reason: 'Started', message: 'started' })
    expect(io.requests()).toHaveLength(1)
    answer()
    expect(io.requests().map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill('POST /api/v1/namespaces/default/events'))
    expect(io.requests()[0]!.body).toMatchObject({
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/) },
      involvedObject: { kind: 'Pod', name: 'web', uid: 'u1', fieldPath: 'spec.containers{web}' },
      count: 1,
      source: { component: 'kubelet', host: 'worker-1' },
    })
    const names = io.requests().map((r) => (r.body as ApiObject).metadata.name)
    expect(new Set(names).size).toBe(2)
  })

  it('patches the count of an event that repeats', () => {
    const { io, recorder, answer } = aRecorder({ component: 'kubelet', host: 'worker-1' })
    for (let i = 0; i < 3; i++) {
      recorder.event(pod, { type: 'Warning', reason: 'BackOff', message: 'again' })
      answer()
      io.pass(1000)
    }
    const [first, , third] = io.requests()
    expect(third).toMatchObject({
      method: 'PATCH',
      path: `${first!.path}/${(first!.body as ApiObject).metadata.name}`,
      body: { count: 3, lastTimestamp: '2026-01-15T10:00:02Z' },
    })
  })

  it('counts on what nobody hears, and posts again what has expired', () => {
    const { io, recorder, answer } = aRecorder({ component: 'kubelet', host: 'worker-1' })
    const tell = () => recorder.event(pod, { type: 'Warning', reason: 'BackOff', message: 'again' })
    for (let i = 0; i < 25; i++) {
      tell()
      answer()
    }
    for (let i = 0; i < 5; i++) tell()
    expect(io.requests()).toHaveLength(25)
    io.pass(300_000)
    tell()
    expect(io.requests()[25]).toMatchObject({ method: 'PATCH', body: { count: 31 } })
    answer(404)
    const [first, again] = [io.requests()[0]!.body as ApiObject, io.requests()[26]!]
    expect(again).toMatchObject({ method: 'POST', body: { metadata: { name: first.metadata.name }, count: 31 } })
    expect(again.body).toMatchObject({ firstTimestamp: '2026-01-15T10:00:00Z', lastTimestamp: '2026-01-15T10:05:00Z' })
  })

  it('says of many combined where they happened, not who combined them', () => {
    const { io, recorder, answer } = aRecorder({ component: 'kubelet', host: 'worker-1' })
    for (let i = 0; i < 10; i++) {
      recorder.event(pod, { type: 'Normal', reason: 'Pulled', message: `${i}`, fieldPath: 'spec.containers{web}' })
      answer()
    }
    expect(io.requests()[9]!.body).toMatchObject({
      message: '(combined from similar events): 9',
      involvedObject: { fieldPath: 'spec.containers{web}' },
      source: { component: 'kubelet', host: 'worker-1' },
      reportingComponent: '',
    })
  })

  it('sends under the cause of the call, not of the answer before it', () => {
    const { io, recorder, answer } = aRecorder({ component: 'kubelet', host: 'worker-1' })
    io.cause = 3
    recorder.event(pod, { type: 'Normal', reason: 'A', message: 'a' })
    io.cause = 4
    recorder.event(pod, { type: 'Normal', reason: 'B', message: 'b' })
    io.cause = 9
    answer()
    expect(io.cause).toBe(4)
  })
})
