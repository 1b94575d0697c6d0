// Base64 of bytes and of text, which is UTF-8; and the alphabet that may stand in URLs and tokens.
// Upstream: Go encoding/base64

/** Throws for what is no base64. */
export function bytesOfBase64(encoded: string): Uint8Array {
  const text = atob(encoded)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** How many bytes it stands for. */
export function base64Length(encoded: string): number {
  const padding = encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0
  return Math.floor((encoded.length * 3) / 4) - padding
}

export function textOfBase64(encoded: string): string {
  return new TextDecoder().decode(bytesOfBase64(encoded))
}

/** As many bytes as a call takes arguments without harm. */
const AT_ONCE = 4096

export function base64OfBytes(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += AT_ONCE) text += String.fromCharCode(...bytes.subarray(i, i + AT_ONCE))
  return btoa(text)
}

export function base64OfText(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text))
}

/** `base64.RawURLEncoding` */
export function toUrlAlphabet(encoded: string): string {
  return encoded.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

export function fromUrlAlphabet(encoded: string): string {
  return encoded.replace(/-/g, '+').replace(/_/g, '/')
}
