// Versions of an API by how stable and how new they are.
// Upstream: apimachinery pkg/version/helpers.go (CompareKubeAwareVersionStrings)

const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/

/** v2 before v1 before v1beta2 before v1alpha1 before anything else, which goes by the alphabet. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [rankOf(a), rankOf(b)]
  if (!x || !y) return x ? -1 : y ? 1 : a < b ? -1 : a > b ? 1 : 0
  for (const [i, rank] of x.entries()) if (rank !== y[i]) return y[i]! - rank
  return 0
}

function rankOf(version: string): readonly number[] | null {
  const found = VERSION.exec(version)
  if (!found) return null
  return [found[2] === undefined ? 2 : found[2] === 'beta' ? 1 : 0, Number(found[1]), Number(found[3] ?? 0)]
}
