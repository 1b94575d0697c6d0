import { describe, expect, it } from 'vitest'
import { base64OfBytes } from '../../../base/base64'
import type { ApiObject } from '../../object'
import { secret } from '../secret'
import { configMap } from '.'

const MIB = 1024 * 1024
const said = (kind: typeof configMap, object: object) =>
  kind.validate!({ metadata: { name: 'a' }, ...object } as ApiObject).map((e) => e.field)
const bytes = (length: number) => base64OfBytes(new Uint8Array(length))

describe('the size of a ConfigMap and of a Secret', () => {
  it('counts the bytes of its texts, not their letters', () => {
    expect(said(configMap, { data: { a: 'x'.repeat(MIB) } })).toEqual([])
    expect(said(configMap, { data: { a: '\u00e9'.repeat(MIB / 2 + 1) } })).toEqual(['[]'])
  })

  it('counts binary data as they are once decoded', () => {
    expect(said(configMap, { binaryData: { a: bytes(MIB) } })).toEqual([])
    expect(said(configMap, { binaryData: { a: bytes(MIB) }, data: { b: 'x' } })).toEqual(['[]'])
    expect(said(secret, { type: 'Opaque', data: { a: bytes(MIB - 1), b: bytes(1) } })).toEqual([])
    expect(said(secret, { type: 'Opaque', data: { a: bytes(MIB), b: bytes(1) } })).toEqual(['data'])
  })
})
