// Times as the API prints them.
// Upstream: apimachinery pkg/apis/meta/v1/{time,micro_time}.go

import { goTimeQuote } from '../go/goQuote'

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

/** Why a text is no RFC 3339 time, in Go's words; null if it is one. Upstream: Go's time.Parse */
export function timeProblem(text: string, micro = false): string | null {
  if ((micro ? PLAIN_MICRO : PLAIN).test(text)) return null
  const layout = `2006-01-02T15:04:05${micro ? '.000000' : ''}Z07:00`
  const failed = (rest: string, wanted: string) =>
    `parsing time ${goTimeQuote(text)} as ${goTimeQuote(layout)}: cannot parse ${goTimeQuote(rest)} as ${goTimeQuote(wanted)}`
  let rest = text
  const found: string[] = []
  for (const [wanted, pattern] of TIME_PARTS) {
    const [part] = (wanted === '.000000' && !micro ? FRACTION : pattern).exec(rest) ?? []
    if (part === undefined) return failed(rest, wanted)
    found.push(part)
    rest = rest.slice(part.length)
  }
  const numbers = found.map(Number)
  const [year = 0, , month = 0, , day = 0, , hour = 0, , minute = 0, , second = 0] = numbers
  const [, zoneHour, zoneMinute] = /(\d\d):(\d\d)$/.exec(found[12] ?? '') ?? []
  const out = (what: string) => `parsing time ${goTimeQuote(text)}: ${what} out of range`
  if (month < 1 || month > 12) return out('month')
  if (hour > 23) return out('hour')
  if (minute > 59) return out('minute')
  if (second > 59) return out('second')
  if (Number(zoneHour) > 24) return out('time zone offset hour')
  if (Number(zoneMinute) > 60) return out('time zone offset minute')
  if (rest !== '') return `parsing time ${goTimeQuote(text)}: extra text: ${goTimeQuote(rest)}`
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return out('day')
  return null
}

/** Times as components write them, on a day that every month has: there is nothing to look for in them. */
const PLAIN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/
const PLAIN_MICRO = new RegExp(PLAIN.source.replace('Z$', '\\.\\d{6}Z$'))
const TWO_DIGITS = /^\d\d/
const FRACTION = /^(?:[.,]\d+)?/
const TIME_PARTS: readonly (readonly [string, RegExp])[] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', TWO_DIGITS],
  ['-', /^-/],
  ['02', TWO_DIGITS],
  ['T', /^T/],
  ['15', TWO_DIGITS],
  [':', /^:/],
  ['04', TWO_DIGITS],
  [':', /^:/],
  ['05', TWO_DIGITS],
  ['.000000', /^[.,]\d{6}/],
  ['Z07:00', /^(?:Z|[+-]\d\d:\d\d)/],
]
