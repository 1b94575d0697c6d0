import { describe, expect, it } from 'vitest'
import { laterPart } from './laterPart'

describe('a part that is loaded later', () => {
  it('is loaded once, however often it is wanted, and stands there then', async () => {
    let loads = 0
    const part = laterPart(async () => `part ${++loads}`)
    expect(part.loaded).toBe(null)
    expect(await Promise.all([part.load(), part.load()])).toEqual(['part 1', 'part 1'])
    expect(part.loaded).toBe('part 1')
    expect(await part.load()).toBe('part 1')
  })

  it('is asked for again after it could not be had', async () => {
    let loads = 0
    const part = laterPart(async () => {
      if (++loads === 1) throw new Error('offline')
      return 'part'
    })
    await expect(part.load()).rejects.toThrow('offline')
    expect(part.loaded).toBe(null)
    expect(await part.load()).toBe('part')
  })
})
