import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../base/json'
import type { ClientApi } from '../client/types'
import { ask, get } from '../testing/ask'
import { admin, aWholeCluster } from '../testing/builders'
import { loneIo } from '../testing/loneIo'
import { publishCSINode } from './csiNode'

const path = '/apis/storage.k8s.io/v1/csinodes/worker-1'

it('is there for each Node, belongs to it and goes with it', () => {
  const cluster = aWholeCluster(1)
  cluster.run()
  expect(get(cluster, path).body).toMatchObject({
    metadata: { ownerReferences: [{ kind: 'Node', name: 'worker-1' }] },
    spec: { drivers: null },
  })
  ask(cluster, admin, { method: 'DELETE', path: '/api/v1/nodes/worker-1' })
  cluster.run()
  expect(get(cluster, path).status).toBe(404)
})

it('is made anew by a kubelet that starts, and written as it should be', () => {
  const cluster = aWholeCluster(1)
  cluster.run()
  const headers = { 'content-type': 'application/merge-patch+json' }
  const known = () => (get(cluster, path).body as { metadata: { uid: string; annotations?: JsonObject } }).metadata
  const { annotations, uid } = known()
  ask(cluster, admin, { method: 'PATCH', path, headers, body: { metadata: { annotations: null } } })
  const restart = () => {
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    cluster.run({ for: 3000, throughIdle: true })
  }
  restart()
  expect(known()).toMatchObject({ uid, annotations })
  ask(cluster, admin, { method: 'DELETE', path })
  restart()
  expect(known().annotations).toEqual(annotations)
})

describe('the making of a CSINode', () => {
  /** What is asked for, with the time since the start; `statusOf` says what is answered. */
  function asked(statusOf: (request: string, count: number) => number, ms: number): string[] {
    const io = loneIo()
    const seen: string[] = []
    const node = { metadata: { name: 'n', uid: 'u' } }
    const client = {
      request(request: Parameters<ClientApi['request']>[0], done: Parameters<ClientApi['request']>[1]) {
        const what = `${request.method} ${request.path.split('/').slice(-2).join('/')}`
        seen.push(`${io.now} ${what}`)
        done({ status: statusOf(what, seen.length), headers: {}, body: node })
        return 0
      },
    } as unknown as ClientApi
    publishCSINode(io, client, 'n')
    io.pass(ms)
    return seen
  }

  it('waits for a server that answers', () => {
    const away = (_: string, count: number) => (count < 3 ? 503 : 404)
    expect(
      asked((what, count) => (what.startsWith('POST') ? 201 : what.endsWith('nodes/n') && count > 3 ? 404 : away(what, count)), 3000),
    ).toEqual(expect.arrayContaining(['0 GET csinodes/n', '1000 GET csinodes/n', '2000 GET csinodes/n']))
  })

  it('is tried again where something fails, ever later, and stops once it is done', () => {
    const posts = asked((what, count) => (what === 'GET csinodes/n' ? 404 : what === 'GET nodes/n' ? 200 : count < 20 ? 500 : 201), 10_000)
      .filter((line) => line.includes('POST'))
      .map((line) => Number(line.split(' ')[0]))
    expect(posts).toEqual([0, 10, 60, 310, 340, 350, 400])
  })
})
