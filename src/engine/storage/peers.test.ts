import { expect, it } from 'vitest'
import { Peers } from './peers'

const five = () => new Peers(['b', 'c', 'd', 'e'])

it('a leader of five commits what two others have', () => {
  const peers = five()
  peers.beginTerm(7)
  expect(peers.agreed(7)).toBe(0)
  peers.get('b')!.matched = 7
  expect(peers.agreed(7)).toBe(0)
  peers.get('d')!.matched = 5
  expect(peers.agreed(7)).toBe(5)
})

it('two of four others make a majority with oneself, each vote counted once', () => {
  const peers = five()
  peers.beginElection()
  expect([peers.vote('b'), peers.vote('b'), peers.vote('c')]).toEqual([false, false, true])
  peers.beginElection()
  expect(peers.vote('c')).toBe(false)
})

it('is out of touch with a majority when three of four are not heard', () => {
  const peers = five()
  for (const id of ['b', 'c']) peers.get(id)!.inTouch = false
  expect(peers.areMajority).toBe(true)
  peers.get('d')!.inTouch = false
  expect(peers.areMajority).toBe(false)
})
