import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type JsonObject, type Program } from '../../engine/index'
import { credentialsOf } from '../../stores/identities'
import { momentsOf } from '../../stores/moments'
import { pageCluster } from '../../stores/pageCluster'
import { FIRST_TOPOLOGY } from '../../stores/topology'
import { scene } from './scene'
import { sixSteps } from './sixSteps'
import { telling } from './telling'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

/** The picture at the refusal of one request, or at its end. */
function refusalOf(method: string, path: string, body?: JsonObject, at: 'refused' | 'end' = 'refused') {
  const cluster = createCluster(pageCluster(bootstrap))
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  function* program(): Program {
    yield { do: 'request', request: { method, path, headers, ...(body ? { body } : {}) } }
    yield { do: 'print', stream: 'stdout', text: 'the body\n' }
    return 0
  }
  cluster.start({ line: 'curl', identity: 'admin', credentials: credentialsOf.admin, program })
  cluster.run({ for: 1000 })
  const { trace, history } = cluster
  const moments = momentsOf(trace, cluster.restHop, 'six-steps')
  const index = at === 'end' ? moments.length - 1 : moments.findIndex((m) => m.kind === 'refused')
  return scene({ trace, history, moments, index, detail: 'six-steps', topology: FIRST_TOPOLOGY, spread: 0 }, sixSteps, {
    telling,
    trouble: null,
  })
}

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
  })
})
