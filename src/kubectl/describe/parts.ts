// What all of kubectl describe's layouts share: dates, ages, labels, events.
// Upstream: kubectl pkg/describe/describe.go

import { humanDuration, type JsonObject } from '../../engine/index'
import { LAST_APPLIED } from '../lastApplied'

export type Lines = readonly string[]

/** An object as it came from the server. */
export interface Described {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly creationTimestamp?: string
    readonly deletionTimestamp?: string
    readonly deletionGracePeriodSeconds?: number | bigint
    readonly finalizers?: readonly string[]
    readonly ownerReferences?: readonly {
      readonly kind: string
      readonly name: string
      readonly uid: string
      readonly controller?: boolean
    }[]
  }
  readonly spec?: JsonObject
  readonly status?: JsonObject
  readonly [field: string]: unknown
}

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
/** How long ago, as kubectl says it. */
export const since = (time: string, now: number) => humanDuration(now - Date.parse(time))
export const none = (text: string) => (text === '' ? '<none>' : text)

/** Go's `%v` of a list of strings. */
export const goList = (values: readonly string[] | undefined) => `[${(values ?? []).join(' ')}]`

/** `a=b,c in (d,e)`; `<none>` for one that selects everything. */
export const selectorText = (selector: LabelSelector | undefined): string => none(labelSelectorText(selector))

/** As it stands in a query: sorted, and empty for one that selects everything. */
export function labelSelectorText(selector: LabelSelector | undefined): string {
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
  })
  return [...Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`), ...expressions].sort().join(',')
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[]
}

/** Name and namespace, then labels and annotations: how most descriptions begin. */
export function named({ metadata }: Described): Lines {
  return [`Name:\t${metadata.name}`, ...(metadata.namespace === undefined ? [] : [`Namespace:\t${metadata.namespace}`])]
}

export function marked({ metadata }: Described): Lines {
  return [...labelLines('Labels', metadata.labels), ...annotationLines('Annotations', metadata.annotations)]
}

export function controlledBy({ metadata }: Described): Lines {
  const owner = metadata.ownerReferences?.find((o) => o.controller)
  return owner ? [`Controlled By:\t${owner.kind}/${owner.name}`] : []
}

/** Whether an object is the owner's own, which is more than to have its labels. */
export const controlledFrom =
  (owner: Described) =>
  ({ metadata }: Described): boolean =>
    metadata.ownerReferences?.some((o) => o.controller && o.uid === owner.metadata.uid) ?? false

/** A table of conditions: `Type\tStatus\tReason` and their cells. */
export function conditionLines(
  conditions: readonly JsonObject[] | undefined,
  columns: readonly string[],
  cells: (condition: JsonObject) => readonly string[],
): Lines {
  if (!conditions?.length) return []
  const rule = columns.map((name) => '-'.repeat(name.length)).join('\t')
  return ['Conditions:', `  ${columns.join('\t')}`, `  ${rule}`, ...conditions.map((c) => `  ${cells(c).join('\t')}`)]
}

const LONG = 140

/** As labels, but for what kubectl apply remembers; a long value goes on its own line, cut. */
export function annotationLines(title: string, annotations: Readonly<Record<string, string>> | undefined): Lines {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== LAST_APPLIED)
    .sort()
  if (keys.length === 0) return [`${title}:\t<none>`]
  return keys.flatMap((key, i) => {
    const head = i === 0 ? `${title}:` : ''
    const value = annotations![key]!.replace(/\n$/, '')
    if (key.length + value.length + 2 <= LONG && !value.includes('\n')) return [`${head}\t${key}: ${value}`]
    const rows = value.split('\n').map((row) => (row.length > LONG - 2 ? `${row.slice(0, LONG - 2)}...` : row))
    return [`${head}\t${key}:`, ...rows.map((row) => `\t  ${row}`)]
  })
}

/** `Labels:\ta=b`, then one a line, sorted. */
export function labelLines(title: string, labels: Readonly<Record<string, string>> | undefined): Lines {
  const keys = Object.keys(labels ?? {}).sort()
  if (keys.length === 0) return [`${title}:\t<none>`]
  return keys.map((key, i) => `${i === 0 ? `${title}:` : ''}\t${key}=${labels![key]}`)
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

/** The table of events, oldest first; the part of the object that one is about stands in front of its message. */
export function eventLines(list: readonly JsonObject[], now: number): Lines {
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
      const path = e.involvedObject?.fieldPath ? `${e.involvedObject.fieldPath}: ` : ''
      return `  ${e.type}\t${e.reason}\t${age}\t${e.source?.component || e.reportingComponent || ''}\t${path}${(e.message ?? '').trim()}`
    }),
  ]
}
