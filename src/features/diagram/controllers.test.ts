import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Program } from '../../engine/index'
import { credentialsOf } from '../../stores/identities'
import { momentsOf } from '../../stores/moments'
import { FIRST_TOPOLOGY } from '../../stores/topology'
import { pageCluster } from '../../stores/pageCluster'
import { scene } from './scene'
import { sixSteps } from './sixSteps'
import { telling } from './telling'
import { underTheHood } from './underTheHood'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

function* createNamespace(): Program {
  yield {
    do: 'request',
    request: {
      method: 'POST',
      path: '/api/v1/namespaces',
      headers: { 'content-type': 'application/json' },
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    },
  }
  return 0
}

describe('the kube-controller-manager in the picture', () => {
  for (const [detail, zoom] of [
    ['six-steps', sixSteps],
    ['under-the-hood', underTheHood],
  ] as const)
    it(`has a box in the whole story that it acts in, and acts by requests and watches of its own (${detail})`, () => {
      const cluster = createCluster(pageCluster(bootstrap))
      cluster.start({ line: 'create', identity: 'admin', credentials: credentialsOf.admin, program: createNamespace })
      cluster.run({ for: 60_000 })
      const { trace, history } = cluster
      const moments = momentsOf(trace, cluster.restHop, detail)
      const scenes = moments.map((_, index) =>
        scene({ trace, history, moments, index, detail, topology: FIRST_TOPOLOGY, spread: 0 }, zoom, { telling, trouble: null }),
      )
      const acts = moments.findIndex((m) => m.kind === 'controllerCreates')
      expect(scenes[0]!.controllers).toBeNull()
      expect(scenes.slice(1).every((s) => s.controllers !== null)).toBe(true)
      expect(scenes[acts]!.controllers).toMatchObject({ tone: 'active', controller: moments[acts]!.facts.controller })
      expect(scenes[acts]!.tokens[0]).toMatchObject({ hue: 'controllers' })
      expect(moments.find((m) => m.kind === 'controllerNotified')!.facts).toMatchObject({ event: 'ADDED', pod: 'team', kind: 'Namespace' })
      for (const lane of scenes[acts]!.lanes) if (lane.from === 'kube-controller-manager') expect(lane.to).toBe('kube-apiserver')
    })
})
