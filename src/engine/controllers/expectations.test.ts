import { expect, it } from 'vitest'
import { loneIo } from '../testing/loneIo'
import { Expectations } from './expectations'

it('are met when each Pod that was deleted is seen to go, or when as many ends are seen, whoever the Pods are', () => {
  const [byPod, byCount] = [true, false].map((tracksPods) => new Expectations(loneIo(), tracksPods))
  for (const expectations of [byPod!, byCount!]) {
    expectations.expect('set', 0, ['a', 'b'])
    expectations.deleted('set', 'a')
    expectations.deleted('set', 'a')
  }
  expect([byPod!.satisfied('set'), byCount!.satisfied('set')]).toEqual([false, true])
  byPod!.deleted('set', 'b')
  expect(byPod!.satisfied('set')).toBe(true)
})
