// The bytes of CEL: a string with one character for each byte, so that they are compared and joined as strings are.
// Upstream: github.com/google/cel-go common/types/bytes.go

import { CelBytes, type Implementation } from './expression'
import { CelError, textArgument } from './values'

export const bytesOfText = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')

export function textOfBytes({ text }: CelBytes): string {
  const read = new TextDecoder('utf-8', { fatal: true })
  try {
    return read.decode(Uint8Array.from(text, (c) => c.charCodeAt(0)))
  } catch {
    throw new CelError('invalid UTF-8 in bytes, cannot convert to string')
  }
}

export const byteFunctions: Readonly<Record<string, Implementation>> = {
  bytes: (a) => (a instanceof CelBytes ? a : new CelBytes(bytesOfText(textArgument(a)))),
}
