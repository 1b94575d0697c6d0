// What Go's decoder says of text that is not base64.
// Upstream: Go encoding/base64 (StdEncoding, CorruptInputError)

/** Null for what is base64. */
export function base64Problem(text: string): string | null {
  const compact = text.replace(/[\r\n]/g, '')
  const isWell = compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact)
  return isWell ? null : `illegal base64 data at input byte ${firstBadByte(text)}`
}

/** Where Go's decoder stops: at what is no letter of it, at padding in the wrong place, or at the end of a group that is not whole. */
function firstBadByte(text: string): number {
  const letters = [...text].map((c, i) => [c, i] as const).filter(([c]) => c !== '\r' && c !== '\n')
  for (const [n, [c, i]] of letters.entries()) {
    if (/[A-Za-z0-9+/]/.test(c)) continue
    if (c !== '=' || n % 4 < 2) return i
    const rest = letters.slice(n + 1)
    if (n % 4 === 3) return rest[0]?.[1] ?? i
    if (!rest[0]) return text.length
    return rest[0][0] === '=' ? (rest[1]?.[1] ?? text.length) : rest[0][1] - 1
  }
  return text.length - (letters.length % 4)
}
