import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap } from '../engine/index'
import { momentsOf } from './moments'
import { pageCluster } from './pageCluster'
import { restMoment } from './restMoment'
import { openRest, recordRest, type RestFile } from './rest'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap
const cluster = createCluster(pageCluster(bootstrap))
const rest = openRest(JSON.parse(JSON.stringify(recordRest(cluster))) as RestFile)

describe('the recording of the cluster at rest', () => {
  it('gives moment 0 as the engine does', () => {
    for (const detail of ['six-steps', 'under-the-hood'] as const)
      expect([restMoment(rest.restHop)]).toEqual(momentsOf(cluster.trace, cluster.restHop, detail))
    expect(rest.trace.hop(rest.restHop)).toEqual(cluster.trace.hop(cluster.restHop))
  })

  it('lists what the picture shows, as the history does', () => {
    for (const prefix of ['/registry/pods/', '/registry/minions/'])
      expect(rest.history.list(prefix, rest.history.revision)).toEqual(cluster.history.list(prefix, cluster.history.revision))
    expect(rest.history.count('/registry/', rest.history.revision)).toBe(cluster.history.count('/registry/', cluster.history.revision))
  })

  it('does not answer what it does not hold', () => {
    expect(() => rest.trace.hop(0)).toThrow('does not hold hop 0')
    expect(() => rest.history.get('/registry/pods/default/db', 1)).toThrow('does not hold /registry/pods/default/db')
  })
})
