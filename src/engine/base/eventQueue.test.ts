import { expect, it } from 'vitest'
import { EventQueue } from './eventQueue'
import { createRng } from './rng'

it('gives events back in the order of time, and of asking within one moment, whatever the order of pushing', () => {
  const random = createRng(7)
  const queue = new EventQueue()
  const times = Array.from({ length: 500 }, () => random.int(50))
  const seen: [number, number][] = []
  times.forEach((at, order) => queue.push(at, false, () => seen.push([at, order])))
  for (let next = queue.pop(); next; next = queue.pop()) next.run()
  expect(seen).toEqual(times.map((at, order): [number, number] => [at, order]).sort((a, b) => a[0] - b[0] || a[1] - b[1]))
})

it('is idle when only background events are left, and forgets the cancelled', () => {
  const queue = new EventQueue()
  queue.push(5, true, () => {})
  const entry = queue.push(3, false, () => {})
  expect(queue.idle).toBe(false)
  queue.cancel(entry)
  expect(queue.idle).toBe(true)
  expect(queue.pop()?.at).toBe(5)
})
