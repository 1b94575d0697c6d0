// Seeded randomness: the only source of chance in the engine, so that a seed names a run.
// Upstream: k8s.io/apimachinery/pkg/util/rand (alphabet of generated names)

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

export interface Rng {
  /** In [0, 1). */
  next(): number
  /** In 0..n-1. */
  int(n: number): number
  /** `n` characters of the alphabet of generated names. */
  suffix(n: number): string
  /** A version 4 UUID. */
  uuid(): string
  /** An independent stream: what one part draws does not shift what another draws. */
  fork(label: string): Rng
}

export function createRng(seed: number): Rng {
  let state = seed >>> 0
  // mulberry32: 32 bits of state are plenty for a teaching cluster, and it is the same on every machine.
  const bits = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  const hex = (n: number) => n.toString(16).padStart(8, '0')
  const int = (n: number) => Math.floor((bits() / 4294967296) * n)
  return {
    next: () => bits() / 4294967296,
    int,
    suffix: (n) => Array.from({ length: n }, () => SUFFIX_ALPHABET[int(SUFFIX_ALPHABET.length)]).join(''),
    uuid: () => {
      const [a, b, c, d] = [hex(bits()), hex(bits()), hex(bits()), hex(bits())]
      const variant = '89ab'[parseInt(c[0]!, 16) & 3]
      // Joined: a template would keep each piece as an object.
      return [a, '-', b.slice(0, 4), '-4', b.slice(5), '-', variant, c.slice(1, 4), '-', c.slice(4), d].join('')
    },
    fork: (label) => createRng(hash(label, state)),
  }
}

function hash(label: string, seed: number): number {
  let h = seed ^ 0x811c9dc5
  for (let i = 0; i < label.length; i++) h = Math.imul(h ^ label.charCodeAt(i), 0x01000193)
  return h >>> 0
}
