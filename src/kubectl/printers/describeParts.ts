// What all of kubectl describe's layouts share: dates, ages, labels, events.
// Upstream: kubectl pkg/describe/describe.go

import { humanDuration, type JsonObject } from '../../engine/index'

export type Lines = readonly string[]

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')

/** `Thu, 15 Jan 2026 10:00:01 +0000` (RFC 1123 with a numeric zone). */
export function date(value: unknown): string {
  if (typeof value !== 'string') return ''
  const d = new Date(value)
  return `${DAYS[d.getUTCDay()]}, ${two(d.getUTCDate())} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())} +0000`
}

export const duration = humanDuration
export const none = (text: string) => (text === '' ? '<none>' : text)

/** `Labels:\ta=b`, then one a line, sorted. */
export function labelLines(title: string, labels: Readonly<Record<string, string>> | undefined, separator = '='): Lines {
  const keys = Object.keys(labels ?? {}).sort()
  if (keys.length === 0) return [`${title}:\t<none>`]
  return keys.map((key, i) => `${i === 0 ? `${title}:` : ''}\t${key}${separator}${separator === ':' ? ' ' : ''}${labels![key]}`)
}

export function keyed(values: Readonly<Record<string, string>>, indent: number): Lines {
  return Object.keys(values)
    .sort()
    .map((key) => `${' '.repeat(indent)}${key}:\t${values[key]}`)
}

interface Event {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly source?: { readonly component?: string }
  readonly reportingComponent?: string
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly count?: number
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
  readonly involvedObject?: { readonly fieldPath?: string }
}

/** The table of events, oldest first. `withPath` puts the part of the object in front of the message. */
export function eventLines(list: readonly JsonObject[], now: number, withPath: boolean): Lines {
  const events = list as readonly Event[]
  if (events.length === 0) return ['Events:\t<none>']
  const lastOf = (e: Event) => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.firstTimestamp ?? ''
  const sorted = [...events].sort((a, b) => (lastOf(a) < lastOf(b) ? -1 : lastOf(a) > lastOf(b) ? 1 : 0))
  return [
    'Events:',
    '  Type\tReason\tAge\tFrom\tMessage',
    '  ----\t------\t----\t----\t-------',
    ...sorted.map((e) => {
      const last = duration(now - Date.parse(lastOf(e)))
      const count = e.series?.count ?? e.count ?? 1
      const age = count > 1 ? `${last} (x${count} over ${duration(now - Date.parse(e.firstTimestamp ?? e.eventTime ?? lastOf(e)))})` : last
      const path = withPath && e.involvedObject?.fieldPath ? `${e.involvedObject.fieldPath}: ` : ''
      return `  ${e.type}\t${e.reason}\t${age}\t${e.source?.component || e.reportingComponent || ''}\t${path}${(e.message ?? '').trim()}`
    }),
  ]
}
