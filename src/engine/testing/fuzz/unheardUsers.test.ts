import { expect, it } from 'vitest'
import { pass } from '../workloads'
import { ONCE_BAD } from './cases'
import { live } from './fuzz'
import { unheardUsers } from './unheardUsers'

it('a claim whose user came and went unheard stays until the next resync', () => {
  const { plan } = ONCE_BAD.find(({ what }) => what.endsWith('only by a resync'))!
  const cluster = live(plan)
  pass(cluster, 3600_000)
  expect(unheardUsers(cluster).map(({ metadata }) => metadata.name)).toEqual(['u1'])
  pass(cluster, 24 * 3600_000)
  expect(unheardUsers(cluster)).toEqual([])
  expect(unheardUsers(live({ ...plan, faults: [] }))).toEqual([])
})
