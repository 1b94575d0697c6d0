import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { objectOf } from '../apiserver/storedObject'
import type { HopIndex } from '../base/hop'
import type { EtcdEvent, KeyValue, Message } from '../base/wire'
import { MessageForms } from './messageForms'
import { PackedTrace } from './packedTrace'

const kv = (key: string, modRevision: number): KeyValue => ({
  key,
  createRevision: 1,
  modRevision,
  version: 1,
  value: { kind: 'Pod', metadata: { name: key } },
})
const stored = kv('/a', 7)
const put: EtcdEvent = { type: 'PUT', kv: stored, previous: kv('/a', 3) }
const two: EtcdEvent = { type: 'PUT', kv: kv('/b', 7), previous: null }
const get = (key: string) => ({ op: 'range', key }) as const
const txn = (modRevision: number, more: object = {}) =>
  ({
    op: 'txn',
    compare: [{ key: '/a', modRevision }],
    success: [{ op: 'put', key: '/a', value: stored.value, ...more }],
    failure: [get('/a')],
  }) as const
const reply = (kvs: readonly KeyValue[], more: object = {}): Message => ({
  type: 'etcd.reply',
  call: 5,
  request: 9,
  reply: { ok: true, revision: 7, ...more, kvs, count: kvs.length },
})

/** A call, the commit that it led to (if any) and what the commit led to, as the trace gives them back. */
function kept(call: Message, events: readonly EtcdEvent[] | null, ...after: readonly Message[]): unknown[] {
  const trace = new PackedTrace()
  const send = (message: Message, cause: HopIndex | null) =>
    trace.add({ kind: 'send', from: 'kube-apiserver', to: 'etcd', arrives: 1, message }, 0, cause, 7, 0, null)
  send(call, null)
  if (events) trace.add({ kind: 'commit', events }, 0, 0, 7, 0, null)
  for (const message of after) send(message, events ? 1 : 0)
  return Array.from({ length: trace.length }, (_, i) => trace.hop(i)).flatMap((hop) => (hop.kind === 'send' ? [hop.message] : []))
}
const call = (op: Extract<Message, { type: 'etcd.call' }>['op']): Message => ({ type: 'etcd.call', call: 5, request: 9, op })

describe('messages in the trace', () => {
  it.each([
    ['a write that a commit tells', call(txn(3)), [put]],
    ['a write with a time to live', call(txn(3, { ttl: 3600 })), [put]],
    ['a write that compared another revision', call(txn(2)), [put]],
    ['a write that stored another object', call(txn(3, { value: { kind: 'Node' } })), [put]],
    ['two writes at once', call({ ...txn(3), success: [...txn(3).success, ...txn(3).success] }), [put, two]],
    ['a removal', call({ ...txn(3), success: [{ op: 'delete', key: '/a' }] }), [{ ...put, type: 'DELETE' as const }]],
    ['a read', call(get('/a')), null],
    ['a read at a revision', call({ ...get('/a'), revision: 4 }), null],
  ])('come back as they were sent: %s', (_, message, events) => {
    const event: Message = { type: 'etcd.event', watch: 3, revision: 7, events: events ?? [put] }
    const some: Message = { type: 'etcd.event', watch: 4, revision: 7, events: [two] }
    const kvs = (events ?? []).map((e) => e.kv)
    const after = [event, some, reply(kvs, { succeeded: true }), reply([]), reply([stored]), reply([stored], { revision: 6 })]
    expect(kept(message, events, ...after)).toEqual([message, ...after])
  })

  it('come back as they were sent: what a watch tells of a commit, with the objects that etcd holds kept once', () => {
    const event: Message = { type: 'etcd.event', watch: 3, revision: 7, events: [put] }
    const gone: Message = { ...event, events: [{ ...put, type: 'DELETE' }] }
    const chunk = (object: ApiObject): Message => ({ type: 'http.chunk', request: 9, chunk: { type: 'MODIFIED', object } })
    const told = [chunk(objectOf(stored)), chunk(objectOf(two.kv)), chunk(stored.value as ApiObject)]
    for (const word of [event, gone]) {
      const trace = new PackedTrace()
      const hops = [word, ...told].map((message, i) =>
        trace.add({ kind: 'send', from: 'a', to: 'b', arrives: 1, message }, 0, i === 0 ? null : 0, 7, 0, null),
      )
      expect(hops.map((i) => trace.hop(i))).toMatchObject([word, ...told].map((message) => ({ message })))
    }
    const forms = new MessageForms()
    expect(forms.keep(told[0]!, 7, [put], false).rest).toBe(stored)
    expect(forms.keep(told[0]!, 7, [{ ...put, type: 'DELETE' }], false).rest).toBe(objectOf(stored))
  })

  it('come back as they were sent: answers, chunks, calls of the runtime, and what is none of these', () => {
    const headers = { 'content-type': 'application/json' }
    const answer = (response: object) => ({ type: 'http.response', request: 9, response }) as Message
    const messages: Message[] = [
      answer({ status: 201, headers, body: stored.value }),
      answer({ status: 200, headers, body: null }),
      answer({ status: 200, headers: { ...headers }, streaming: true }),
      { type: 'http.chunk', request: 9, chunk: { type: 'MODIFIED', object: stored.value } },
      { type: 'http.chunk', request: 9, chunk: 'text' },
      { type: 'http.end', request: 9 },
      { type: 'cri.call', call: 70_000, method: 'PullImage', params: { image: 'nginx' } },
      { type: 'cri.call', call: 3, method: 'ListContainers', params: {} },
      { type: 'cri.reply', call: 3, method: 'ListContainers', result: {} },
      { type: 'cri.reply', call: 70_000, method: 'PullImage', error: 'not found' },
    ]
    expect(kept(call(get('/a')), null, ...messages)).toEqual([call(get('/a')), ...messages])
  })
})
