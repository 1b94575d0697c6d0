// The Warning header of an answer: each warning once, and no more of them than clients can be expected to read.
// Upstream: apiserver pkg/endpoints/filters/warning.go, apimachinery pkg/util/net/http.go (NewWarningHeader)

/** In characters: of all texts together, and of each one once they are more than that. */
const MOST = 4 * 1024
const MOST_OF_ONE = 256

/** `299 - "unknown field \"spec.x\""`, …; null where there is none that can be sent. */
export function warningHeader(warnings: readonly string[]): string | null {
  const texts = [...new Set(warnings)].filter((text) => text !== '' && !UNSENDABLE.test(text))
  if (texts.length === 0) return null
  return (lengthOf(texts, MOST) <= MOST ? texts : cut(texts)).map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`).join(', ')
}

const UNSENDABLE = /[\p{Cc}\p{Cs}]/u

function lengthOf(texts: readonly string[], most: number): number {
  let length = 0
  for (const text of texts) if ((length += [...text.slice(0, 2 * most + 2)].length) > most) break
  return length
}

/** Those of which the first fit, each cut short. The one that made them too many is sent, too, and then as many as still go in. */
function cut(texts: readonly string[]): readonly string[] {
  const out: string[] = []
  let written = 0
  for (const text of texts) {
    if (written >= MOST) break
    const characters = [...text.slice(0, 2 * MOST_OF_ONE)].slice(0, MOST_OF_ONE)
    written += characters.length
    out.push(characters.join(''))
  }
  return out
}
