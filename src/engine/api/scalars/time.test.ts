import { describe, expect, it } from 'vitest'
import { timeProblem } from './time'

describe('timeProblem', () => {
  it('takes what Go takes', () => {
    for (const text of ['2026-01-28T23:59:59Z', '2024-02-29T00:00:00Z', '2026-12-31T10:00:00+09:00', '2026-01-15T10:00:00.5Z'])
      expect(timeProblem(text)).toBeNull()
    for (const text of ['2026-01-15T10:00:00.762826Z', '2026-03-31T10:00:00.762826-07:00']) expect(timeProblem(text, true)).toBeNull()
  })

  it('says in its words what is wrong, also of what is nearly plain', () => {
    expect(timeProblem('2026-02-29T00:00:00Z')).toBe('parsing time "2026-02-29T00:00:00Z": day out of range')
    expect(timeProblem('2026-13-01T00:00:00Z')).toBe('parsing time "2026-13-01T00:00:00Z": month out of range')
    expect(timeProblem('2026-01-15T24:00:00Z')).toBe('parsing time "2026-01-15T24:00:00Z": hour out of range')
    expect(timeProblem('2026-01-15T10:00:00+25:00')).toBe('parsing time "2026-01-15T10:00:00+25:00": time zone offset hour out of range')
    expect(timeProblem('2026-01-15T10:00:00Z\n')).toBe('parsing time "2026-01-15T10:00:00Z\\x0a": extra text: "\\x0a"')
    expect(timeProblem('2026-01-15T10:00:00Z', true)).toBe(
      'parsing time "2026-01-15T10:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
    )
  })
})
