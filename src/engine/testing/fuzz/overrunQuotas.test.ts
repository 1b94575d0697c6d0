import { expect, it } from 'vitest'
import { ONCE_BAD } from './cases'
import { live } from './fuzz'
import { overrunQuotas } from './overrunQuotas'

it('a quota is overrun only where its controller was seen to count too few', () => {
  const { plan } = ONCE_BAD.find(({ what }) => what.startsWith('a quota that its controller counts'))!
  const cluster = live(plan)
  // The quota controller counts anew every five minutes.
  cluster.run({ for: 600_000, throughIdle: true })
  expect([...overrunQuotas(cluster)]).toEqual(['u1'])
  expect([...overrunQuotas(live({ ...plan, faults: [] }))]).toEqual([])
})
