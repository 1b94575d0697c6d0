// Arithmetic of CEL's ints and uints: exact in 64 bits, an error beyond. Most are small, and computed as doubles.
// Upstream: github.com/google/cel-go common/types/{int,overflow}.go

import { int64 } from '../../base/json'
import { CelUint } from './expression'
import { CelError } from './values'

export type Operator = '+' | '-' | '*' | '/' | '%'

export const OF_DOUBLES: Readonly<Record<Operator, (x: number, y: number) => number>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
}

const OF_INTS: Readonly<Record<Operator, (x: bigint, y: bigint) => bigint>> = {
  '+': (x, y) => x + y,
  '-': (x, y) => x - y,
  '*': (x, y) => x * y,
  '/': (x, y) => x / y,
  '%': (x, y) => x % y,
}

export function intOf(operator: Operator, x: number | bigint, y: number | bigint): number | bigint {
  const whole = exactly(operator, x, y)
  return typeof whole === 'number' ? whole : within64(whole)
}

export const uintOf = (operator: Operator, x: number | bigint, y: number | bigint): CelUint => unsigned(exactly(operator, x, y))

/** A `number` where a double is sure of it. */
function exactly(operator: Operator, x: number | bigint, y: number | bigint): number | bigint {
  if (typeof x === 'number' && typeof y === 'number') {
    const near = Math.trunc(OF_DOUBLES[operator](x, y))
    // Not -0.
    if (Number.isSafeInteger(near)) return near + 0
  }
  return OF_INTS[operator](BigInt(x), BigInt(y))
}

export function within64(whole: bigint): number | bigint {
  if (BigInt.asIntN(64, whole) !== whole) throw new CelError('integer overflow')
  return int64(whole)
}

export function unsigned(whole: number | bigint): CelUint {
  if (!(whole >= 0 && whole < 2n ** 64n)) throw new CelError('unsigned integer overflow')
  return new CelUint(int64(BigInt(whole)))
}
