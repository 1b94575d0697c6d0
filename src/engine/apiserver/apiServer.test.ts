import { expect, it } from 'vitest'
import { EventQueue } from '../base/eventQueue'
import type { NewHop } from '../base/hop'
import type { Part, PartIo } from '../base/part'
import { createRng } from '../base/rng'
import type { HttpResponse, Message, WatchEvent } from '../base/wire'
import { Etcd } from '../storage/etcd'
import { ApiServer } from './apiServer'

/** The apiserver and etcd alone, with one client; answers by method and path. */
function world() {
  const queue = new EventQueue()
  const hops: NewHop[] = []
  const parts = new Map<string, Part>()
  const answers = new Map<number, HttpResponse>()
  const chunks: WatchEvent[] = []
  let now = 0
  let requests = 0
  let calls = 0
  const ioFor = (id: string): PartIo => ({
    get now() {
      return now
    },
    get epochNow() {
      return Date.UTC(2026, 0, 15, 10) + now
    },
    random: createRng(1).fork(id),
    cause: null,
    newRequestId: () => ++requests,
    newCall: () => ++calls,
    note: (hop) => hops.push(hop) - 1,
    send: (to: string, message: Message) => {
      queue.push(now + 1, false, () => {
        if (to === 'user') {
          if (message.type === 'http.response') answers.set(message.request, message.response)
          if (message.type === 'http.chunk') chunks.push(message.chunk as WatchEvent)
        } else parts.get(to)?.receive(message, id)
      })
      return hops.length
    },
    after: (delay, wake, options) => {
      const entry = queue.push(now + delay, options?.background ?? false, wake)
      return { cancel: () => queue.cancel(entry) }
    },
  })
  const run = () => {
    while (!queue.idle) {
      const next = queue.pop()!
      now = Math.max(now, next.at)
      next.run()
    }
  }
  const bootstrap = {
    namespaces: [{ metadata: { name: 'default' }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }],
    serviceaccounts: [{ metadata: { name: 'default', namespace: 'default' } }],
  }
  for (const part of [new Etcd(), new ApiServer({ bootstrap, etcd: ['etcd'] })]) {
    parts.set(part.id, part)
    part.start(ioFor(part.id))
  }
  run()
  const user = ioFor('user')
  const ask = (
    method: string,
    path: string,
    body?: object,
    type = 'application/json',
    organizations = ['system:masters'],
  ): HttpResponse => {
    const id = user.newRequestId()
    user.send('kube-apiserver', {
      type: 'http.request',
      request: {
        id,
        method,
        path,
        headers: { 'content-type': type },
        clientCertificate: { commonName: 'u', organizations },
        ...(body ? { body: body as never } : {}),
      },
    })
    run()
    return answers.get(id)!
  }
  return { ask, hops, chunks }
}

const POD = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }
const PODS = '/api/v1/namespaces/default/pods'

it('creates, reads, lists, watches, patches, binds and deletes a Pod', () => {
  const { ask, chunks, hops } = world()
  expect(ask('GET', `${PODS}?watch=true`).streaming).toBe(true)
  const made = ask('POST', PODS, POD)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  expect(ask('POST', PODS, POD).status).toBe(409)
  expect(ask('GET', `${PODS}/web`).body).toEqual(made.body)
  expect((ask('GET', PODS).body as { items: unknown[] }).items).toHaveLength(1)
  expect(ask('POST', `${PODS}/web/binding`, { metadata: { name: 'web' }, target: { kind: 'Node', name: 'n1' } }).status).toBe(201)
  const patched = ask('PATCH', `${PODS}/web/status`, { status: { phase: 'Running' } }, 'application/strategic-merge-patch+json')
  expect(patched.status, JSON.stringify(patched.body)).toBe(200)
  expect(ask('DELETE', `${PODS}/web`).body).toMatchObject({ metadata: { deletionGracePeriodSeconds: 30 } })
  expect(ask('DELETE', `${PODS}/web?gracePeriodSeconds=0`).status).toBe(200)
  expect(ask('GET', `${PODS}/web`).status).toBe(404)
  expect(chunks.map((c) => c.type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'])
  expect(hops.flatMap((h) => (h.kind === 'fate' ? [h.fate] : []))).toEqual(['bound', 'running', 'terminating', 'deleted'])
})

it('refuses whom no role allows, and tells which authorizers were asked', () => {
  const { ask, hops } = world()
  expect(ask('GET', PODS, undefined, '', ['developers']).body).toMatchObject({
    code: 403,
    message: 'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "default"',
  })
  expect(hops.some((h) => h.kind === 'stage' && h.outcome === 'refused' && h.stage === 'authorization')).toBe(true)
})

it('tells where the issuer of its tokens is', () => {
  const { status, body } = world().ask('GET', '/.well-known/openid-configuration')
  expect({ status, body }).toMatchObject({
    status: 200,
    body: { issuer: 'https://kubernetes.default.svc.cluster.local', id_token_signing_alg_values_supported: ['RS256'] },
  })
})
