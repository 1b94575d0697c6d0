import { expect, it } from 'vitest'
import { ONCE_BAD } from './cases'
import { live } from './fuzz'
import { unaskedPods } from './unaskedPods'

it('a Job has a Pod too many only where the create of one was answered with an error, and stored', () => {
  const { plan } = ONCE_BAD.find(({ what }) => what.startsWith('a Job runs a Pod more than its completions'))!
  const cluster = live(plan)
  cluster.run({ for: 300_000, throughIdle: true })
  expect(unaskedPods(cluster).map(({ metadata }) => metadata.ownerReferences?.map(({ name }) => name))).toEqual([['u1']])
  expect(unaskedPods(live({ ...plan, faults: [] }))).toEqual([])
})
