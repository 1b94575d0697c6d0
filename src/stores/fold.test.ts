import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Program } from '../engine/index'
import { credentialsOf } from './identities'
import { momentsOf } from './moments'
import { pageCluster } from './pageCluster'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

function* createDeployment(): Program {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }
  const spec = { selector: { matchLabels: { app: 'web' } }, template }
  const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  yield { do: 'request', request: { method: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', headers, body } }
  return 0
}

for (const identity of ['admin', 'nobody'] as const)
  for (const detail of ['six-steps', 'under-the-hood'] as const)
    it(`what ${identity} asks is told alike, however often the trace is looked at while it grows (${detail})`, () => {
      const told = (eventsAtOnce: number) => {
        const cluster = createCluster(pageCluster(bootstrap))
        cluster.start({ line: 'create', identity, credentials: credentialsOf[identity], program: createDeployment })
        const tell = () => momentsOf(cluster.trace, cluster.restHop, detail, true)
        tell()
        while (cluster.run({ for: 10_000, maxEvents: eventsAtOnce }) === 'limit') tell()
        return tell()
      }
      expect(told(1)).toEqual(told(1_000_000))
    })
