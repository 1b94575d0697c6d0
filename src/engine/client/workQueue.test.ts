import { describe, expect, it } from 'vitest'
import { loneIo } from '../testing/loneIo'
import { WorkQueue } from './workQueue'

describe('WorkQueue', () => {
  it('works on each key once however often it was added, one at a time, under the hop that asked first', () => {
    const io = loneIo()
    const worked: [string, number | null][] = []
    const pending: (() => void)[] = []
    const queue = new WorkQueue(io, (key, done) => {
      worked.push([key, io.cause])
      pending.push(done)
    })
    io.cause = 1
    queue.add('a')
    io.cause = 2
    queue.add('a')
    queue.add('b')
    io.pass(0)
    expect(worked).toEqual([['a', 1]])
    queue.add('a')
    pending.shift()!()
    io.pass(0)
    pending.shift()!()
    io.pass(0)
    expect(worked).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 1],
    ])
  })

  it('lets a key be that failed once more after all its tries, until it is added again', () => {
    const io = loneIo()
    let tries = 0
    const options = { baseDelay: 10, maxDelay: 10, maxRetries: 4 }
    const queue = new WorkQueue(
      io,
      (_key, done) => {
        tries++
        done(true)
      },
      options,
    )
    queue.add('a')
    io.pass(1000)
    expect(tries).toBe(5)
    queue.add('a')
    io.pass(1000)
    expect(tries).toBe(10)
  })

  it('tries a key that fails after 5 ms, 10 ms, 20 ms …, and forgets its failures when it succeeds', () => {
    const io = loneIo()
    const at: number[] = []
    const queue = new WorkQueue(io, (_key, done) => {
      at.push(io.now)
      done(at.length < 4)
    })
    queue.add('a')
    io.pass(1000)
    expect(at).toEqual([0, 5, 15, 35])
    expect(io.idle).toBe(true)
  })

  it('does not keep a run from coming to rest for a key that fails for ever, and still tries it', () => {
    const io = loneIo()
    let tries = 0
    const queue = new WorkQueue(io, (_key, done) => {
      tries++
      done(true)
    })
    queue.add('a')
    io.pass(6000)
    expect(io.idle).toBe(true)
    const before = tries
    io.pass(60_000)
    expect(tries).toBeGreaterThan(before)
  })
})
