import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createCluster, type Bootstrap } from '../engine/index'
import { momentsOf } from './moments'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

it('tells that etcd compacts, and to which revision, only where heartbeats are told', () => {
  const cluster = createCluster({ seed: 1, bootstrap })
  const { revision } = cluster.history
  cluster.run({ for: 11 * 60_000, throughIdle: true })
  const told = (heartbeats: boolean) =>
    momentsOf(cluster.trace, cluster.restHop, 'six-steps', heartbeats).flatMap((m) => (m.kind === 'etcdCompacts' ? [m.facts.revision] : []))
  expect(told(false)).toEqual([])
  expect(told(true)).toEqual([String(revision + 1)])
})
