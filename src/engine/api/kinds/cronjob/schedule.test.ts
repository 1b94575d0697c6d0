import { describe, expect, it } from 'vitest'
import { nextTime, parseSchedule } from './schedule'
import { rfc3339In, timeZoneOf } from './timeZone'

function after(text: string, time: string): string | null {
  const schedule = parseSchedule(text)
  if ('error' in schedule) return schedule.error
  const next = nextTime(schedule, Date.parse(time))
  return next === null ? null : new Date(next).toISOString()
}

describe('cron schedules', () => {
  it.each([
    ['* * * * *', '2026-01-15T10:00:00Z', '2026-01-15T10:01:00.000Z'],
    ['* * * * *', '2026-01-15T10:00:59.900Z', '2026-01-15T10:01:00.000Z'],
    ['*/15 9-17 * * mon-fri', '2026-01-16T17:45:00Z', '2026-01-19T09:00:00.000Z'],
    ['30 4 1,15 * 5', '2026-01-15T04:30:00Z', '2026-01-16T04:30:00.000Z'],
    ['0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 30 2 *', '2026-03-01T00:00:00Z', null],
    ['@hourly', '2026-12-31T23:10:00Z', '2027-01-01T00:00:00.000Z'],
    ['@every 90s', '2026-01-15T10:00:00.400Z', '2026-01-15T10:01:30.000Z'],
    ['@every x', '2026-01-15T10:00:00Z', 'failed to parse duration @every x: time: invalid duration "x"'],
  ])('%j after %s', (text, time, next) => {
    expect(after(text, time)).toBe(next)
  })

  // From Go's time package and robfig/cron 3.0.1: what clocks leap over does not come, what they show twice comes twice.
  it.each([
    ['0 9 * * *', 'Asia/Seoul', '2026-01-15T10:00:00Z', '2026-01-16T00:00:00.000Z'],
    ['0 9 * * *', 'Europe/Berlin', '2026-07-15T10:00:00Z', '2026-07-16T07:00:00.000Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-30T00:30:00.000Z'],
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00.000Z'],
    ['0 0 1 * *', 'Australia/Lord_Howe', '2026-04-02T00:00:00Z', '2026-04-30T13:30:00.000Z'],
    ['0 12 * * *', 'Europe/Dublin', '2026-07-01T00:00:00Z', '2026-07-01T11:00:00.000Z'],
    ['15 * * * *', 'Asia/Kathmandu', '2026-01-15T10:00:00Z', '2026-01-15T10:30:00.000Z'],
    ['0 0 * * *', 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-07T03:00:00.000Z'],
  ])('%j in %s after %s', (text, zone, time, next) => {
    const schedule = parseSchedule(text)
    expect('error' in schedule ? null : new Date(nextTime(schedule, Date.parse(time), timeZoneOf(zone)!)!).toISOString()).toBe(next)
  })

  it('agrees with the host about offsets, summer and winter', () => {
    const zones = [
      'Europe/London',
      'America/St_Johns',
      'Africa/Cairo',
      'Asia/Jerusalem',
      'Pacific/Easter',
      'Antarctica/Troll',
      'America/Nuuk',
    ]
    for (const zone of zones)
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 7 * 3_600_000) {
        const shown = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
        expect(`${zone} ${rfc3339In(timeZoneOf(zone)!, at).slice(0, 19).replace('T', ' ')}`).toBe(`${zone} ${shown}`)
      }
  })
})
