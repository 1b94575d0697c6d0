import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCluster } from '../cluster/cluster'
import type { Cluster } from '../cluster/types'
import type { HttpResponse } from '../base/wire'

const ADMIN = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } }
const NAMESPACE = { metadata: { name: 'default' }, spec: {}, status: { phase: 'Active' } }

function server(): Cluster {
  return createCluster({ seed: 1, bootstrap: { namespaces: [NAMESPACE] } })
}

function send(cluster: Cluster, method: string, path: string, body: string, headers: Record<string, string> = {}): HttpResponse {
  let response: HttpResponse | null = null
  cluster.start({
    line: '',
    identity: 'admin',
    credentials: ADMIN,
    *program() {
      const reply = yield { do: 'request', request: { method, path, headers: { 'content-type': 'application/json', ...headers }, body } }
      if (reply.type === 'response') response = reply.response
      return 0
    },
  })
  cluster.run({ for: 60_000 })
  expect(response).not.toBeNull()
  return response!
}

it('answers any text with a Status of the 400s, and stores nothing', () => {
  const cluster = server()
  const before = cluster.history.revision
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (body) => {
      const { status } = send(cluster, 'POST', '/api/v1/namespaces/default/pods', body)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }),
    { numRuns: 150, seed: 7 },
  )
  expect(cluster.history.revision).toBe(before)
})

it('answers any JSON where a Pod is due, and throws nothing out of the engine', () => {
  const cluster = server()
  const value = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('json')),
      fc.dictionary(
        fc.constantFrom('name', 'image', 'containers', 'ports', '__proto__', 'constructor', 'env', 'resources', 'labels'),
        tie('json'),
      ),
    ),
  })).json
  fc.assert(
    fc.property(value, value, (metadata, spec) => {
      const { status } = send(
        cluster,
        'POST',
        '/api/v1/namespaces/default/pods',
        JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }),
      )
      expect(status).toBeGreaterThanOrEqual(400)
    }),
    { numRuns: 200, seed: 11 },
  )
})

it('takes deep nesting, prototype keys and absurd numbers in the time of a normal request', () => {
  const cluster = server()
  for (const body of [
    '['.repeat(20_000),
    '{"a":'.repeat(20_000),
    '{"__proto__":{"polluted":true},"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"n":1e999999}}',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\\ud800"},"spec":{"containers":null}}',
  ])
    expect(send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', body).status).toBeGreaterThanOrEqual(200)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

it('refuses a body over 3 MiB with 413', () => {
  const cluster = server()
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'x'.repeat(3 * 1024 * 1024) } })
  expect(send(cluster, 'POST', '/api/v1/namespaces/default/configmaps', body).status).toBe(413)
})
