import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Program, type Recording } from '../engine/index'
import { faultsAt, electionAt } from './faultsAt'
import { momentsOf } from './moments'
import { follow } from './follow'
import { pageCluster } from './pageCluster'
import type { Pace } from './follower'
import { createSession } from './session'
import type { Topology } from './topology'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

/** A shell that knows one command: GET the path. */
function* get(path: string): Program {
  const reply = yield { do: 'request', request: { method: 'GET', path } }
  return reply.type === 'response' && reply.response.status === 200 ? 0 : 1
}

/** Another: any other word is the name of a Pod that it creates. */
function* create(name: string): Program {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name, image: 'nginx' }] } }
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const reply = yield { do: 'request', request: { method: 'POST', path: '/api/v1/namespaces/default/pods', headers, body } }
  return reply.type === 'response' && reply.response.status === 201 ? 0 : 1
}

const shell = (line: string) => () => (line.startsWith('/') ? get(line) : create(line))

const atRest = (topology?: Topology) => createCluster(pageCluster(bootstrap, topology))
const rest = atRest()

/** Time stands still: what is run is lived through at once. */
const AT_ONCE: Pace = { now: () => 0, later: () => {} }

const open = (pace = AT_ONCE) =>
  createSession({ rest, load: async () => ({ open: atRest, shell, momentsOf, follow }), detail: 'six-steps', pace })

/** Each look at the clock finds the slice over; what comes later is done when the test says. */
function slowly() {
  let time = 0
  let next: (() => void) | null = null
  const pace: Pace = { now: () => (time += 1000), later: (act) => (next = act) }
  const goOn = () => {
    const act = next
    next = null
    act?.()
    return act !== null
  }
  return { pace, goOn }
}

const hopsOf = ({ trace }: Recording) => Array.from({ length: trace.length }, (_, i) => JSON.stringify(trace.hop(i)))

describe('session', () => {
  it('says that the engine could not be loaded, and tries again with the next command', async () => {
    const model = { open: atRest, shell, momentsOf, follow }
    const answers = [Promise.reject(new Error('offline')), Promise.resolve(model)]
    const session = createSession({ rest, load: () => answers.shift()!, detail: 'six-steps', pace: AT_ONCE })
    await expect(session.getState().prepare()).rejects.toThrow('offline')
    expect(session.getState()).toMatchObject({ prepared: false, failed: true })
    session.getState().run('/api/v1/nodes', 'admin')
    await session.getState().prepare()
    expect(session.getState()).toMatchObject({ prepared: true, failed: false })
    expect(session.getState().moments.length).toBeGreaterThan(1)
  })

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

  it('lives through a long run in slices, and leaves the trace that it would have left at once', async () => {
    const whole = open()
    await whole.getState().prepare()
    whole.getState().run('web', 'admin')
    const { pace, goOn } = slowly()
    const session = open(pace)
    await session.getState().prepare()
    session.getState().run('web', 'admin')
    const { cluster, following, index } = session.getState()
    expect(following).toBe(true)
    expect(cluster.trace.length).toBeLessThan(whole.getState().cluster.trace.length)
    while (goOn());
    expect(session.getState()).toMatchObject({ following: false, index, moments: whole.getState().moments })
    expect(hopsOf(cluster)).toEqual(hopsOf(whole.getState().cluster))
  })

  it('stops where it is, goes on with the next command, and lives through both again', async () => {
    const { pace, goOn } = slowly()
    const session = open(pace)
    await session.getState().prepare()
    session.getState().run('web', 'admin')
    session.getState().interrupt()
    session.getState().interrupt()
    const stopped = session.getState()
    expect(stopped.following).toBe(false)
    expect(goOn()).toBe(true)
    expect(session.getState().cluster.trace.length).toBe(stopped.cluster.trace.length)
    session.getState().run('/api/v1/nodes', 'alice')
    while (goOn());
    const again = open()
    await again.getState().replay(session.getState().deeds, 0)
    expect(hopsOf(again.getState().cluster)).toEqual(hopsOf(session.getState().cluster))
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

  it('puts faults in force and repairs them like commands: replayed with the rest, undone with a branch', async () => {
    const session = open()
    await session.getState().prepare()
    const scheduler = { kind: 'stopped', part: 'kube-scheduler' } as const
    const inForce = ({ cluster }: { cluster: Recording }) => faultsAt(cluster.trace, cluster.restHop, cluster.trace.length - 1)
    session.getState().inject(scheduler)
    expect(session.getState().moments[session.getState().index]).toMatchObject({ kind: 'fault.stopped', actor: 'scheduler' })
    expect(inForce(session.getState())).toEqual([scheduler])
    const again = open()
    await again.getState().replay(session.getState().deeds, 1)
    expect(inForce(again.getState())).toEqual([scheduler])
    session.getState().seek(0)
    session.getState().branchHere()
    expect(inForce(session.getState())).toEqual([])
    session.getState().undoBranch()
    session.getState().repair(scheduler)
    expect(inForce(session.getState())).toEqual([])
    session.getState().build({ etcdMembers: 3, nodes: 2 })
    const { cluster, deeds } = session.getState()
    expect(electionAt(cluster.trace, cluster.restHop)).toMatchObject({ leader: { term: 1 } })
    await again.getState().replay(deeds, 0)
    expect(again.getState().cluster.trace.length).toBe(cluster.trace.length)
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
    expect(hopsOf(again.getState().cluster)).toEqual(hopsOf(cluster))
    expect(again.getState().index).toBe(index)
  })
})
