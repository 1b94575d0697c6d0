import { expect, it } from 'vitest'
import { ONCE_BAD } from './cases'
import { escapedPods } from './escapedPods'
import { live } from './fuzz'

it('a Pod of a suspended Job stays only where its deletion failed until it had ended', () => {
  const { plan } = ONCE_BAD.find(({ what }) => what.startsWith('a Pod of a suspended Job ends'))!
  expect(escapedPods(live(plan)).map(({ metadata }) => metadata.ownerReferences?.map(({ name }) => name))).toEqual([['u2']])
  expect(escapedPods(live({ ...plan, faults: [] }))).toEqual([])
})
