import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Program } from '../engine/index'
import { momentsOf } from './moments'
import { pageCluster } from './pageCluster'
import { createSession } from './session'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

/** A shell that knows one command: GET the path. */
function* get(path: string): Program {
  const reply = yield { do: 'request', request: { method: 'GET', path } }
  return reply.type === 'response' && reply.response.status === 200 ? 0 : 1
}

const atRest = () => createCluster(pageCluster(bootstrap))
const rest = atRest()

const open = () =>
  createSession({ rest, load: async () => ({ open: atRest, shell: (line) => () => get(line), momentsOf }), detail: 'six-steps' })

describe('session', () => {
  it('runs a command at the end, wherever the reader looks, and goes to its first moment', async () => {
    const session = open()
    await session.getState().prepare()
    session.getState().run('/api/v1/namespaces/default/pods', 'admin')
    const end = session.getState().moments.length - 1
    session.getState().seek(0)
    session.getState().run('/api/v1/nodes', 'admin')
    expect(session.getState().index).toBe(end + 1)
    expect(session.getState().moments[end + 1]!.kind).toBe('sent')
  })

  it('gives up the future at a branch, and undo brings it back', async () => {
    const session = open()
    await session.getState().prepare()
    session.getState().run('/api/v1/nodes', 'admin')
    const { cluster, moments } = session.getState()
    session.getState().step(1)
    session.getState().branchHere()
    expect(session.getState().moments.length).toBeLessThan(moments.length)
    session.getState().undoBranch()
    expect(session.getState().cluster).toBe(cluster)
    expect(session.getState().moments.length).toBe(moments.length)
  })

  it('replaying the deeds gives the same trace and position', async () => {
    const session = open()
    await session.getState().prepare()
    session.getState().run('/api/v1/nodes', 'alice')
    session.getState().step(2)
    session.getState().branchHere()
    session.getState().run('/api/v1/namespaces/default/pods', 'alice')
    const { cluster, deeds, index } = session.getState()
    const again = open()
    await again.getState().replay(deeds, index)
    const hops = (c: typeof cluster) => Array.from({ length: c.trace.length }, (_, i) => JSON.stringify(c.trace.hop(i)))
    expect(hops(again.getState().cluster)).toEqual(hops(cluster))
    expect(again.getState().index).toBe(index)
  })
})
