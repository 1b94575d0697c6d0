// The order of semantic versions, for the library `semver`.
// Upstream: github.com/blang/semver/v4 (Compare)

import type { CelSemver } from './expression'

/** A version before a release comes before it; numbers before words. */
export function compareSemver(a: CelSemver, b: CelSemver): number {
  for (const [i, part] of a.parts.entries()) if (part !== b.parts[i]) return part < b.parts[i]! ? -1 : 1
  if (a.before.length === 0 || b.before.length === 0) return Math.sign(b.before.length - a.before.length)
  for (let i = 0; i < Math.max(a.before.length, b.before.length); i++) {
    const [x, y] = [a.before[i], b.before[i]]
    if (x === y) continue
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    const [n, m] = [/^\d+$/.test(x), /^\d+$/.test(y)]
    if (n && m) return Number(x) < Number(y) ? -1 : 1
    if (n || m) return n ? -1 : 1
    return x < y ? -1 : 1
  }
  return 0
}
