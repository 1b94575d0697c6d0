import { expect, it } from 'vitest'
import { pass } from '../workloads'
import { ONCE_BAD } from './cases'
import { live } from './fuzz'
import { stuckRecreates } from './stuckRecreates'

it('a Deployment that recreates is stuck only where it was scaled while two of its ReplicaSets had replicas', () => {
  const { plan } = ONCE_BAD.find(({ what }) => what.endsWith('for ever, as upstream'))!
  const cluster = live(plan)
  pass(cluster, 3600_000)
  expect([...stuckRecreates(cluster)]).toEqual(['default/u0'])
  expect([...stuckRecreates(live({ ...plan, faults: [] }))]).toEqual([])
})
