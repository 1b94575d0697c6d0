// DER, as certificates and their requests are written: read item by item, written piece by piece.
// Upstream: Go encoding/asn1, x/crypto/cryptobyte

export interface DerItem {
  /** The whole first byte: class, whether it is made of items, and tag. */
  readonly identifier: number
  readonly content: Uint8Array
  /** With its identifier and length. */
  readonly whole: Uint8Array
  /** Where the next one begins. */
  readonly end: number
}

export const SEQUENCE = 0x30
export const SET = 0x31
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18
/** `[n]`, made of items. */
export const contextual = (n: number): number => 0xa0 + n

/** One item, or what is wrong with it in Go's words. */
export function itemAt(bytes: Uint8Array, at: number): DerItem | string {
  const [identifier, second] = [bytes[at], bytes[at + 1]]
  if (identifier === undefined || second === undefined) return 'asn1: syntax error: truncated tag or length'
  let start = at + 2
  let length = second
  if (second > 0x7f) {
    const count = second & 0x7f
    if (count === 0) return 'asn1: syntax error: indefinite length found (not DER)'
    if (count > 3) return 'asn1: structure error: length too large'
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0)
    start += count
  }
  const end = start + length
  if (end > bytes.length) return 'asn1: syntax error: data truncated'
  return { identifier, content: bytes.subarray(start, end), whole: bytes.subarray(at, end), end }
}

/** The items that some content is made of, or what is wrong with the first that is none. */
export function itemsIn(content: Uint8Array): readonly DerItem[] | string {
  const items: DerItem[] = []
  for (let at = 0; at < content.length;) {
    const item = itemAt(content, at)
    if (typeof item === 'string') return item
    items.push(item)
    at = item.end
  }
  return items
}

export function der(identifier: number, ...pieces: readonly Uint8Array[]): Uint8Array {
  const content = joined(pieces)
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256)
  const head = content.length < 0x80 ? [identifier, content.length] : [identifier, 0x80 + length.length, ...length]
  return joined([Uint8Array.from(head), content])
}

/** Of `2.5.4.3`. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return der(OBJECT_IDENTIFIER, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** A whole number that is not negative, from its bytes, the highest first. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  const from = bytes.findIndex((byte) => byte !== 0)
  const digits = from < 0 ? Uint8Array.of(0) : bytes.subarray(from)
  return der(INTEGER, ...(digits[0]! > 0x7f ? [Uint8Array.of(0)] : []), digits)
}

/** From the numbers of the bits that are set. */
export function bits(set: readonly number[]): Uint8Array {
  const last = Math.max(...set)
  const bytes = new Uint8Array((last >> 3) + 1)
  for (const bit of set) bytes[bit >> 3]! |= 0x80 >> (bit & 7)
  return der(BIT_STRING, Uint8Array.of(7 - (last & 7)), bytes)
}

/** Epoch milliseconds, to the second. */
export function timeItem(time: number): Uint8Array {
  const text = `${new Date(time).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  const isShort = Number(text.slice(0, 4)) < 2050
  return der(isShort ? UTC_TIME : GENERALIZED_TIME, new TextEncoder().encode(isShort ? text.slice(2) : text))
}

function base128(n: number): number[] {
  const digits = [n & 0x7f]
  for (let rest = n >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f))
  return digits
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
