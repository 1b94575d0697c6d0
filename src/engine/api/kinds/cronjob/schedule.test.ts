import { describe, expect, it } from 'vitest'
import { nextTime, parseSchedule } from './schedule'

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
})
