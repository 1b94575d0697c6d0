// Go's %q for a string: double quotes, escapes for what does not print.
// Upstream: Go strconv.Quote

/** Characters that have an escape of their own. */
export const GO_ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

/** Go prints letters, marks, numbers, punctuation and symbols. */
const UNPRINTED = /[\p{C}\p{Z}]/u

/** Most texts: what stands for itself, from the blank to the tilde. */
const PLAIN = /^[ !#-[\]-~]*$/

export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let out = '"'
  for (const c of text) {
    const code = c.codePointAt(0)!
    if (GO_ESCAPES[c]) out += GO_ESCAPES[c]
    else if (code < 0x20 || code === 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`
    else if (code >= 0xd800 && code <= 0xdfff) out += '\\ufffd'
    else if (code > 0x7f && UNPRINTED.test(c))
      out += code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
    else out += c
  }
  return `${out}"`
}

/** As Go's package time quotes: what is not plain ASCII byte by byte. */
export function goTimeQuote(text: string): string {
  let out = '"'
  for (const c of text) {
    if (c === '"' || c === '\\') out += `\\${c}`
    else if (c >= ' ' && c < '\u0080') out += c
    else for (const byte of new TextEncoder().encode(c)) out += `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `${out}"`
}
