// A time zone by its name: how far its clocks are from UTC at a moment, and when they show a time. Needs nothing of the machine it runs on.
// Leaves out: what a zone did before the rule that it keeps now.
// Upstream: Go's time.LoadLocation, POSIX TZ strings (RFC 9636 section 3.3.1)

import { ZONES_BY_RULE } from './zoneRules'

export interface TimeZone {
  /** Milliseconds to add to UTC at a moment (epoch milliseconds). */
  offsetAt(at: number): number
}

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const RULE = /^(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)(?:(?:<[^>]+>|[A-Za-z]+)([-+\d:]+)?,M([^,]+),M([^,]+))?$/

const known = new Map<string, TimeZone>()
let rules: ReadonlyMap<string, string> | null = null

/** Null: there is no zone of this name. */
export function timeZoneOf(name: string): TimeZone | null {
  rules ??= new Map(Object.entries(ZONES_BY_RULE).flatMap(([rule, names]) => names.split(' ').map((n) => [n, rule] as const)))
  const rule = rules.get(name)
  if (rule === undefined) return null
  let zone = known.get(rule)
  if (!zone) known.set(rule, (zone = parseRule(rule)))
  return zone
}

export const UTC: TimeZone = { offsetAt: () => 0 }

/** The first moment whose local time is this (given as if it were UTC), or, where clocks leap over it, the moment of the leap. */
export function momentOf(zone: TimeZone, local: number): number {
  const [early, late] = [zone.offsetAt(local - DAY), zone.offsetAt(local + DAY)]
  for (const offset of early > late ? [early, late] : [late, early]) if (zone.offsetAt(local - offset) === offset) return local - offset
  // In the gap: back from where the old clocks would show it to the leap itself.
  let at = local - early
  while (zone.offsetAt(at - MINUTE) === late) at -= MINUTE
  return at
}

/** RFC 3339 in the zone, with its offset. */
export function rfc3339In(zone: TimeZone, at: number): string {
  const offset = zone.offsetAt(at)
  const local = new Date(at + offset).toISOString().slice(0, 19)
  if (offset === 0) return `${local}Z`
  const minutes = Math.abs(offset) / MINUTE
  const two = (n: number) => String(n).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** `CET-1CEST,M3.5.0,M10.5.0/3`: names, hours west of UTC, and from when to when the second offset holds. */
function parseRule(rule: string): TimeZone {
  const [, standard = '0', summer, from, to] = RULE.exec(rule)!
  const usual = -durationOf(standard)
  if (from === undefined || to === undefined) return { offsetAt: () => usual }
  const other = summer === undefined ? usual + HOUR : -durationOf(summer)
  const [begins, ends] = [dayRule(from), dayRule(to)]
  return {
    offsetAt: (at) => {
      const year = new Date(at + usual).getUTCFullYear()
      const [start, end] = [begins(year) - usual, ends(year) - other]
      const within = start < end ? at >= start && at < end : at >= start || at < end
      return within ? other : usual
    },
  }
}

/** `10.5.0/3`: month, week of it (5: the last), day of the week, and the local time, by default 02:00. Returns a year's moment as if in UTC. */
function dayRule(text: string): (year: number) => number {
  const [day = '', time = '2'] = text.split('/')
  const [month = 1, week = 1, weekday = 0] = day.split('.').map(Number)
  return (year) => {
    const first = Date.UTC(year, month - 1, 1)
    const days = (weekday - new Date(first).getUTCDay() + 7) % 7
    let at = first + (days + (week - 1) * 7) * DAY
    while (new Date(at).getUTCMonth() !== month - 1) at -= 7 * DAY
    return at + durationOf(time)
  }
}

/** `-3:30` as milliseconds. */
function durationOf(text: string): number {
  const [hours = 0, minutes = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}
