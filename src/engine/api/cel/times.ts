// What CEL asks of times and durations; of a time also in a zone, by its name or as `+09:00`.
// Upstream: github.com/google/cel-go common/types/{timestamp,duration}.go

import { timeZoneOf } from '../kinds/cronjob/timeZone'
import { CelDuration, CelTimestamp, type CelValue, type Implementation } from './expression'
import { CelError, noOverload, textArgument } from './values'

const OFFSET = /^([+-]?)(\d\d):(\d\d)$/
const MINUTE = 60_000
const DAY = 86_400_000

/** As if the clocks of the zone showed UTC. */
function local(value: CelValue | undefined, zone: CelValue | undefined): Date {
  if (!(value instanceof CelTimestamp)) return noOverload()
  return new Date(value.at + (zone === undefined ? 0 : offsetOf(textArgument(zone), value.at)))
}

function offsetOf(zone: string, at: number): number {
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? []
  if (hours !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
  const named = zone === 'UTC' || zone === '' ? { offsetAt: () => 0 } : timeZoneOf(zone)
  if (!named) throw new CelError(`unknown time zone ${zone}`)
  return named.offsetAt(at)
}

const part =
  (of: (date: Date) => number): Implementation =>
  (value, zone) =>
    of(local(value, zone))

/** Of a duration the whole of it in this unit. */
const clock = (of: (date: Date) => number, unit: number): Implementation => {
  const ofTime = part(of)
  return (value, zone) =>
    value instanceof CelDuration ? Math.trunc(value.length / unit) : ofTime(value!, ...(zone === undefined ? [] : [zone]))
}

export const timeFunctions: Readonly<Record<string, Implementation>> = {
  getFullYear: part((date) => date.getUTCFullYear()),
  getMonth: part((date) => date.getUTCMonth()),
  getDate: part((date) => date.getUTCDate()),
  getDayOfMonth: part((date) => date.getUTCDate() - 1),
  getDayOfWeek: part((date) => date.getUTCDay()),
  getDayOfYear: part((date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY)),
  getHours: clock((date) => date.getUTCHours(), 60 * MINUTE),
  getMinutes: clock((date) => date.getUTCMinutes(), MINUTE),
  getSeconds: clock((date) => date.getUTCSeconds(), 1000),
  getMilliseconds: clock((date) => date.getUTCMilliseconds(), 1),
}
