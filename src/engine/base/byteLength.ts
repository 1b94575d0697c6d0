// How many bytes a text is in UTF-8: limits of bodies and requests count bytes, and a text of JavaScript counts UTF-16 units.

const encoder = new TextEncoder()

/** Whether the text is longer than so many bytes; counted only where its length leaves that open. */
export function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true
  return text.length * 3 > bytes && byteLength(text) > bytes
}

export const byteLength = (text: string): number => encoder.encode(text).length
