import { describe, expect, it } from 'vitest'
import { oneText } from './oneText'

describe('oneText', () => {
  it('gives back what it is given', () => {
    const texts = Array.from({ length: 5000 }, (_, i) => `text ${i % 1700}`)
    expect(texts.map(oneText)).toEqual(texts)
  })
})
