// Which time of a schedule a CronJob is late for, and when the next one comes.
// Upstream: kubernetes pkg/controller/cronjob/utils.go

import { nextTime as nextIn, type Schedule } from '../../api/kinds/cronjob/schedule'
import { timeZoneOf, UTC } from '../../api/kinds/cronjob/timeZone'
import { parseTime } from '../../api/scalars/time'
import type { CronJob } from './types'

/** Milliseconds after the moment itself, so that it has passed for sure. */
const DELTA = 100
const TOO_MANY = 100
const NEVER = Infinity
/** As upstream says it of a day that no month has. */
const NO_TIMES = 'time difference between two schedules is less than 1 second'

interface Missed {
  readonly error?: string
  /** The latest time that has passed since; null when there is none. */
  readonly last: number | null
  readonly earliest: number
  readonly many: boolean
  readonly some: boolean
}

interface Due {
  readonly at: number | null
  readonly tooMany: boolean
  /** Why no time can be said. */
  readonly error?: string
}

/** The time to make a Job for now, and whether more were missed than one should count. */
export function dueTime(cronJob: CronJob, schedule: Schedule, now: number): Due {
  const { startingDeadlineSeconds: deadline } = cronJob.spec
  const { last, many, error } = missed(cronJob, schedule, now, deadline === undefined ? -NEVER : now - Number(deadline) * 1000)
  return { at: last, tooMany: last !== null && many, ...(error === undefined ? {} : { error }) }
}

/** Milliseconds until the controller should look again; of a schedule that has no next time, at once. */
export function untilNext(cronJob: CronJob, schedule: Schedule, now: number): number {
  const { last, earliest, some, error } = missed(cronJob, schedule, now, -NEVER)
  const next = nextTimeOf(cronJob, schedule)(last ?? (some || error !== undefined ? now : earliest))
  return next === null ? 0 : next + DELTA - now
}

function missed(cronJob: CronJob, schedule: Schedule, now: number, notBefore: number): Missed {
  const { metadata, status } = cronJob
  const nextTime = nextTimeOf(cronJob, schedule)
  const earliest = Math.max(parseTime(status.lastScheduleTime ?? metadata.creationTimestamp ?? ''), notBefore)
  const none = { last: null, earliest, many: false, some: false }
  const first = nextTime(earliest)
  if (first === null) return { ...none, error: NO_TIMES }
  if (now < first) return none
  const second = nextTime(first)
  if (second === null) return { ...none, error: NO_TIMES }
  if (now < second) return { ...none, last: first }
  // Not one after the other: there may be very many.
  const between = second - first
  const count = Math.floor((now - first) / between) + 1
  let last: number | null = null
  for (let t = nextTime(first + (count - 2) * between); t !== null && t <= now; t = nextTime(t)) last = t
  return { last, earliest, many: count > TOO_MANY, some: true }
}

/** In the time zone that the CronJob names. */
const nextTimeOf =
  ({ spec: { timeZone } }: CronJob, schedule: Schedule) =>
  (after: number) =>
    nextIn(schedule, after, zoneOf(timeZone))

export const zoneOf = (name: string | undefined) => (name === undefined ? UTC : (timeZoneOf(name) ?? UTC))
