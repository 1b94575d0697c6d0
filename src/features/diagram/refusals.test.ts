import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type JsonObject, type Program } from '../../engine/index'
import { created } from '../../stores/handMadeTrace'
import { credentialsOf } from '../../stores/identities'
import type { Detail } from '../../stores/momentKinds'
import { momentsOf } from '../../stores/moments'
import { pageCluster } from '../../stores/pageCluster'
import { FIRST_TOPOLOGY } from '../../stores/topology'
import { scene } from './scene'
import { sixSteps } from './sixSteps'
import { telling } from './telling'
import { underTheHood } from './underTheHood'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

/** The picture at the refusal of one request, or at its end. */
function refusalOf(method: string, path: string, body?: JsonObject, at: 'refused' | 'end' = 'refused', detail: Detail = 'six-steps') {
  const cluster = createCluster(pageCluster(bootstrap))
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  function* program(): Program {
    yield { do: 'request', request: { method, path, headers, ...(body ? { body } : {}) } }
    yield { do: 'print', stream: path.includes('note') ? 'stderr' : 'stdout', text: 'the body\n' }
    return 0
  }
  cluster.start({ line: 'curl', identity: 'admin', credentials: credentialsOf.admin, program })
  cluster.run({ for: 1000 })
  const { trace, history } = cluster
  const moments = momentsOf(trace, cluster.restHop, detail)
  const index = at === 'end' ? moments.length - 1 : moments.findIndex((m) => m.kind === 'refused')
  const input = { trace, history, moments, index, detail, topology: FIRST_TOPOLOGY, spread: 0 }
  return scene(input, ZOOMS[detail], { telling, trouble: null })
}

const ZOOMS = { 'six-steps': sixSteps, 'under-the-hood': underTheHood }
const end = (picture: ReturnType<typeof refusalOf>) => picture.tokens[0]!.way.at(-1)!

describe('where a refusal stands', () => {
  it('is the first row of its gate, whichever stage refused', () => {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: 'none' } }
    const [, gate] = refusalOf('POST', '/api/v1/namespaces/default/pods', body).apiserver.gates
    expect(gate).toMatchObject({ state: 'refused' })
    expect(gate!.stages.map(({ state }) => state)).toEqual(['refused', 'skipped', 'skipped'])
    expect(gate!.stages[0]!.stage).toBe('decode')
  })

  it('is inside the kube-apiserver if etcd was never asked', () => {
    for (const path of ['/api/v1/widgets', '/api/v1/namespaces/default/pods?labelSelector=a+in+(']) {
      const picture = refusalOf('GET', path)
      const { rect, gates } = picture.apiserver
      expect(gates.map((gate) => gate.state)).not.toContain('refused')
      expect(end(picture).y, path).toBeLessThan(rect.y + rect.height)
    }
    const missing = refusalOf('GET', '/api/v1/namespaces/default/pods/none')
    expect(end(missing).y).toBeGreaterThan(missing.apiserver.rect.y + missing.apiserver.rect.height)
  })

  it('is told as one beside the user, also by a program that ends well', () => {
    expect(refusalOf('GET', '/api/v1/widgets', undefined, 'end').user.output).toEqual({ text: 'the body', failed: true })
    expect(refusalOf('GET', '/api/v1/pods', undefined, 'end').user.output).toEqual({ text: 'the body', failed: false })
    // `No resources found`, a warning: a note is no failure.
    expect(refusalOf('GET', '/api/v1/pods?note', undefined, 'end').user.output).toEqual({ text: 'the body', failed: false })
  })

  it('stays while the answer goes back, wherever it stands', () => {
    for (const path of ['/api/v1/widgets', '/api/v1/namespaces/default/pods/none']) {
      const [answer, refusal] = refusalOf('GET', path, undefined, 'end').tokens
      expect(answer).toMatchObject({ style: 'answer', hue: 'refused' })
      expect(refusal).toMatchObject({ style: 'refusal', label: 'NotFound' })
      expect(refusal!.way.at(-1)).toEqual(end(refusalOf('GET', path)))
    }
  })

  it('is before the first gate if the request line already was refused', () => {
    const picture = refusalOf('GET', '/api/v1/pods?timeout=soon')
    expect(picture.apiserver.gates.map((gate) => gate.state)).not.toContain('refused')
    expect(end(picture).x).toBeGreaterThan(picture.apiserver.rect.x)
    expect(end(picture).x).toBeLessThan(picture.apiserver.gates[0]!.rect.x)
    const [answer, refusal] = refusalOf('GET', '/api/v1/pods?timeout=soon', undefined, 'end').tokens
    expect([answer!.label, refusal!.label]).toEqual(['400 BadRequest', ''])
  })

  it.each([
    ['requestInfo', '/api/v1/pods?timeout=soon'],
    ['read', '/api/v1/namespaces/default/pods/none'],
    ['respond', '/api/v1/widgets'],
  ])('has a row under the hood, whichever stage refused: %s', (stage, path) => {
    for (const at of ['refused', 'end'] as const) {
      const { rail } = refusalOf('GET', path, undefined, at, 'under-the-hood').apiserver
      expect(rail.filter((row) => row.state === 'refused').map((row) => row.stage)).toEqual([stage])
    }
  })
})

describe('what is only looked for, and then created', () => {
  const cluster = createCluster(pageCluster(bootstrap))
  const path = '/api/v1/namespaces/default/configmaps'
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }
  function* program(): Program {
    yield { do: 'request', request: { method: 'GET', path: `${path}/a` } }
    yield { do: 'request', request: { method: 'POST', path, headers: { 'content-type': 'application/json' }, body } }
    return 0
  }
  cluster.start({ line: 'looks first', identity: 'admin', credentials: credentialsOf.admin, program })
  cluster.run({ for: 1000 })
  const { trace, history } = cluster

  it.each(['six-steps', 'under-the-hood'] as const)('is nowhere shown as refused: %s', (detail) => {
    const moments = momentsOf(trace, cluster.restHop, detail)
    const at = (kind: string) => {
      const index = moments.findIndex((m) => m.kind === kind)
      return scene({ trace, history, moments, index, detail, topology: FIRST_TOPOLOGY, spread: 0 }, ZOOMS[detail], {
        telling,
        trouble: null,
      })
    }
    expect(at('notThere').tokens[0]).toMatchObject({ style: 'answer', hue: 'etcd', label: 'no such key', icon: 'check' })
    expect(at('answeredToCreate').tokens[0]).toMatchObject({ style: 'answer', hue: 'user', label: '404 NotFound', icon: 'back' })
    for (const picture of [at('notThere'), at('answeredToCreate')]) {
      expect(picture.user.output?.failed ?? false).toBe(false)
      expect(picture.tokens).toHaveLength(1)
      expect(picture.apiserver.gates.map((gate) => gate.state)).not.toContain('refused')
      expect(picture.apiserver.rail.map((row) => row.state)).not.toContain('refused')
    }
  })
})

describe('where a component is refused', () => {
  const { trace, history } = created()
  const told = momentsOf(trace, 0, 'six-steps')
  const sent = told.findIndex((m) => m.kind === 'bindingSent')
  const at = (stage: string) => {
    const facts = { ...told[sent]!.facts, stage, code: '403', reason: 'Forbidden' }
    const moments = [...told.slice(0, sent + 1), { ...told[sent]!, kind: 'componentRefused' as const, facts }]
    const input = { trace, history, moments, index: sent + 1, detail: 'six-steps' as const, topology: FIRST_TOPOLOGY, spread: 0 }
    return scene(input, sixSteps, { telling, trouble: null })
  }

  it('is the gate whose stage refused, stamped, whatever became of the reader’s own request', () => {
    expect(at('authentication').apiserver.gates.map((gate) => gate.state)).toEqual(['refused', 'rest'])
    const picture = at('authorization')
    expect(picture.apiserver.gates.map((gate) => gate.state)).toEqual(['rest', 'refused'])
    expect(picture.apiserver.gates[1]!.rect.x).toBeLessThan(end(picture).x)
    expect(picture.tokens[0]).toMatchObject({ style: 'refusal', label: 'Forbidden' })
    expect(picture.lanes.find((lane) => lane.id === 'schedulerRequest')!.tone).toBe('active')
  })

  it('is the way to etcd beyond the gates', () => {
    const { gates, rect } = at('transaction').apiserver
    expect(gates.map((gate) => gate.state)).toEqual(['rest', 'rest'])
    expect(end(at('transaction')).y).toBeGreaterThan(rect.y + 100)
  })
})
