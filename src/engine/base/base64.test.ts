import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64OfBytes, base64OfText, bytesOfBase64, textOfBase64 } from './base64'

describe('base64', () => {
  it('gives bytes and texts back, however many', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.string({ unit: 'binary', maxLength: 50 }), fc.nat(9000), (bytes, text, more) => {
        const long = new Uint8Array(bytes.length + more).fill(more)
        long.set(bytes)
        expect(bytesOfBase64(base64OfBytes(long))).toEqual(long)
        expect(textOfBase64(base64OfText(text))).toBe(text)
      }),
    )
    expect([base64OfText('Käse'), base64OfText('')]).toEqual(['S8Okc2U=', ''])
    expect(() => bytesOfBase64('%')).toThrow()
  })
})
