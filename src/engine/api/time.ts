// Times as the API prints them.
// Upstream: apimachinery pkg/apis/meta/v1/{time,micro_time}.go

/** 9999-12-31T23:59:59Z: what Go still prints with four digits for the year. */
const LATEST = 253_402_300_799_000

let lastSecond = NaN
let lastText = ''

/** `2026-01-15T10:00:00Z`: whole seconds. The same text again within a second: thousands of objects share it. */
export function rfc3339(epochMs: number): string {
  if (Math.abs(epochMs) > LATEST) return rfc3339(Math.sign(epochMs) * LATEST)
  const second = Math.floor(epochMs / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}

/** `2026-01-15T10:00:00.762826Z`: microseconds; virtual time may have fractions of a millisecond. */
export function rfc3339Micro(epochMs: number): string {
  const millis = Math.floor(epochMs)
  const micros = String(Math.floor((epochMs - millis) * 1000)).padStart(3, '0')
  return `${new Date(millis).toISOString().slice(0, 23)}${micros}Z`
}

/** Epoch milliseconds of an API time; NaN for what is none. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+Z$/, '$1Z'))
}
