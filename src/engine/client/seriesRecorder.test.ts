import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { loneIo } from '../testing/loneIo'
import { Client } from './client'
import { SeriesRecorder } from './seriesRecorder'

const pod: ApiObject = { kind: 'Pod', apiVersion: 'v1', metadata: { namespace: 'default', name: 'web', uid: 'u1', resourceVersion: '7' } }
const FAILED = { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling' } as const

function aRecorder() {
  const io = loneIo()
  const client = new Client(io, 'kube-apiserver', { credentials: {}, userAgent: 'test' })
  const recorder = new SeriesRecorder(io, client, { controller: 'default-scheduler', instance: 'default-scheduler-vm' })
  const sent = () => io.requests().map(({ method, body }) => [method, (body as { series?: unknown }).series])
  return { io, recorder, sent }
}

describe('SeriesRecorder', () => {
  it('posts events.k8s.io/v1', () => {
    const { io, recorder } = aRecorder()
    recorder.event(pod, { ...FAILED, note: 'no' })
    const [request] = io.requests()
    expect(request!.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events')
    expect(request!.body).toMatchObject({ reportingController: 'default-scheduler', action: 'Scheduling', note: 'no' })
  })

  it('tells a series when it begins, and once more when it is over', () => {
    const { io, recorder, sent } = aRecorder()
    for (const note of ['one', 'two', 'three', 'four']) {
      recorder.event(pod, { ...FAILED, note })
      io.pass(1000)
    }
    expect(sent()).toEqual([
      ['POST', undefined],
      ['PATCH', { count: 2, lastObservedTime: '2026-01-15T10:00:01.000000Z' }],
    ])
    io.pass(13 * 60_000)
    expect(sent().at(-1)).toEqual(['PATCH', { count: 4, lastObservedTime: '2026-01-15T10:00:03.000000Z' }])
    expect(sent()).toHaveLength(3)
  })

  it('begins a new Event when the object has another version', () => {
    const { recorder, sent } = aRecorder()
    recorder.event(pod, { ...FAILED, note: 'one' })
    recorder.event({ ...pod, metadata: { ...pod.metadata, resourceVersion: '8' } }, { ...FAILED, note: 'one' })
    expect(sent().map(([method]) => method)).toEqual(['POST', 'POST'])
  })
})
