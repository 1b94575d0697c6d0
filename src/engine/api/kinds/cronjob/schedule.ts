// Cron schedules: five fields, or a descriptor such as `@hourly` or `@every 90s`, and the times they mean. What is wrong with one is said in the
// words of the library that upstream uses.
// Upstream: github.com/robfig/cron parser.go, spec.go, constantdelay.go

import { goQuote, goTimeQuote } from '../../go/goQuote'
import { momentOf, UTC, type TimeZone } from './timeZone'

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
]
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

export interface Schedule {
  /** Minute, hour, day of month, month, day of week: the values that match. */
  readonly sets: readonly ReadonlySet<number>[]
  /** Whether day of month, and day of week, were given as `*`: the days must then match both, else either. */
  readonly starDay: boolean
  readonly starWeekday: boolean
  /** Of `@every`, in milliseconds: the fields count for nothing. */
  readonly every?: number
}

const EVERY = '@every '
const MINUTE = 60_000
const YEARS_AHEAD = 5

export function parseSchedule(text: string): Schedule | { readonly error: string } {
  if (text === '') return { error: 'empty spec string' }
  if (text.startsWith(EVERY)) {
    const every = durationOf(text.slice(EVERY.length))
    if (every === null)
      return { error: `failed to parse duration ${text}: time: invalid duration ${goTimeQuote(text.slice(EVERY.length))}` }
    return { sets: [], starDay: true, starWeekday: true, every: Math.max(1000, every - (every % 1000)) }
  }
  if (text.startsWith('@')) {
    const known = DESCRIPTORS[text]
    return known ? parseSchedule(known) : { error: `unrecognized descriptor: ${text}` }
  }
  const fields = text.split(/\s+/).filter(Boolean)
  if (fields.length !== FIELDS.length) return { error: `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]` }
  const sets: ReadonlySet<number>[] = []
  for (const [i, field] of fields.entries()) {
    const set = new Set<number>()
    for (const part of field.split(',').filter(Boolean)) {
      const range = rangeOf(part, FIELDS[i]!)
      if (typeof range === 'string') return { error: range }
      for (const value of range) set.add(value)
    }
    sets.push(set)
  }
  return { sets, starDay: isStar(fields[2]!), starWeekday: isStar(fields[4]!) }
}

/** The first moment after `after` (both epoch milliseconds) that the schedule means in a zone; null when there is none in five years. */
export function nextTime({ sets, starDay, starWeekday, every }: Schedule, after: number, zone: TimeZone = UTC): number | null {
  if (every !== undefined) return after - (after % 1000) + every
  const [minutes, hours, days, months, weekdays] = sets
  let at = after - (after % MINUTE) + MINUTE
  /** What the zone's clocks show. */
  let local = clockAt(zone, at)
  const goTo = (moment: number) => {
    at = moment
    local = clockAt(zone, at)
  }
  const lastYear = local.getUTCFullYear() + YEARS_AHEAD
  const fits = () => {
    const day = days!.has(local.getUTCDate())
    const weekday = weekdays!.has(local.getUTCDay())
    return starDay || starWeekday ? day && weekday : day || weekday
  }
  while (local.getUTCFullYear() <= lastYear) {
    const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()]
    if (!months!.has(month + 1)) goTo(momentOf(zone, Date.UTC(year, month + 1, 1)))
    else if (!fits()) goTo(momentOf(zone, Date.UTC(year, month, local.getUTCDate() + 1)))
    else if (!hours!.has(local.getUTCHours())) goTo(at + (60 - local.getUTCMinutes()) * MINUTE)
    else if (!minutes!.has(local.getUTCMinutes())) goTo(at + MINUTE)
    else return at
  }
  return null
}

const clockAt = (zone: TimeZone, at: number) => new Date(at + zone.offsetAt(at))

/** Milliseconds of Go's text, such as `1h30m` or `90s`. */
function durationOf(text: string): number | null {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: MINUTE, s: 1000, ms: 1 }
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return null
  return [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0)
}

const isStar = (field: string) => /^[*?]/.test(field)

/** `*`, `5`, `1-5`, a step of `*`, `mon-fri`; or what is wrong with it. */
function rangeOf(text: string, { min, max, names }: Bounds): readonly number[] | string {
  const [range = '', ...steps] = text.split('/')
  const [low = '', ...highs] = range.split('-')
  if (highs.length > 1) return `too many hyphens: ${text}`
  if (steps.length > 1) return `too many slashes: ${text}`
  const whole = low === '*' || low === '?'
  const start = whole ? min : numberOf(low, names, min)
  if (typeof start === 'string') return start
  const given = highs[0] === undefined ? null : numberOf(highs[0], names, min)
  if (typeof given === 'string') return given
  const step = steps[0] === undefined ? 1 : numberOf(steps[0], undefined, 0)
  if (typeof step === 'string') return step
  const end = whole ? max : (given ?? (steps.length > 0 ? max : start))
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${text}`
  if (end > max) return `end of range (${end}) above maximum (${max}): ${text}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`
  if (step === 0) return `step of range should be a positive number: ${text}`
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step)
}

function numberOf(text: string, names: readonly string[] | undefined, first: number): number | string {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  if (named >= 0) return named + first
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text)
}
