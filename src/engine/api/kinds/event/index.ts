// Event: one stored object, served in two groups. core/v1 is what is stored; events.k8s.io/v1 names the same fields differently.
// Upstream: kubernetes pkg/registry/core/event, pkg/apis/events/v1/conversion.go

import { equalJson } from '../../equal'
import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, Path, required, wrong, type Errors } from '../../validation/rules'
import { without } from '../../without'
import { age, column, nameColumn, wide } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { roomFor } from '../../../base/roomFor'

interface CoreEvent extends ApiObject {
  readonly involvedObject: {
    readonly kind?: string
    readonly namespace?: string
    readonly name?: string
    readonly uid?: string
    readonly apiVersion?: string
    readonly resourceVersion?: string
    readonly fieldPath?: string
  }
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly source: { readonly component?: string; readonly host?: string }
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly count?: number
  readonly series?: { readonly count: number; readonly lastObservedTime: string }
  readonly action?: string
  readonly reportingComponent: string
  readonly reportingInstance: string
}

/** In the stored form, whichever group it was sent to. */
const asEvent = (object: ApiObject) => ('regarding' in object ? renamed(object, RENAMED, 'v1') : object) as unknown as CoreEvent
/** new name → stored name */
const RENAMED: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}
const BACK: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(RENAMED).map(([a, b]) => [b, a]))

function renamed(object: ApiObject, names: Readonly<Record<string, string>>, apiVersion: string): ApiObject {
  const fields = Object.keys(object)
  const out: Record<string, JsonObject[string]> = roomFor(fields.length)
  for (const key of fields) out[names[key] ?? key] = object[key]
  out.apiVersion = apiVersion
  return out as unknown as ApiObject
}

const defaults = (object: ApiObject): ApiObject => {
  const { source, reportingComponent, reportingInstance } = asEvent(object)
  if (reportingComponent !== undefined && reportingInstance !== undefined) return object
  return {
    ...object,
    reportingComponent: reportingComponent || source?.component || '',
    reportingInstance: reportingInstance || (reportingComponent ? '' : (source?.host ?? '')),
  }
}

const LIMIT = 128

/** The rules of both groups: an Event without a time of its own is an old one, and only has to lie where its object does. */
function validateEvent(object: ApiObject, controllerField: string): Errors {
  const event = asEvent(object)
  const { namespace = '' } = event.involvedObject ?? {}
  const own = event.metadata.namespace ?? ''
  const place = Path.root('involvedObject').child('namespace')
  const astray = wrong(place, namespace, 'does not match event.namespace')
  if (!event.eventTime) return (namespace === '' ? own !== 'default' : namespace !== own) ? astray : NONE
  const reported = Path.root(controllerField)
  return [
    ...(namespace === '' && own !== 'default' && own !== 'kube-system' ? astray : NONE),
    ...(event.reportingComponent ? NONE : missing(reported)),
    ...named(event.reportingComponent ?? '', reported, labelKeyErrors),
    ...required(event.reportingInstance, Path.root('reportingInstance')),
    ...atMost(event.reportingInstance, LIMIT, Path.root('reportingInstance')),
    ...required(event.action, Path.root('action')),
    ...atMost(event.action, LIMIT, Path.root('action')),
    ...required(event.reason, Path.root('reason')),
    ...atMost(event.reason, LIMIT, Path.root('reason')),
    ...atMost(event.message, 1024, Path.root('message')),
  ]
}

const atMost = (text: string | undefined, most: number, at: Path): Errors =>
  (text ?? '').length > most ? wrong(at, '', `can have at most ${most} characters`) : NONE

/** What events.k8s.io asks on top: the fields of old may not be set. */
function validateNewEvent(object: ApiObject): Errors {
  const event = asEvent(object)
  const unset = (value: unknown, name: string) => (value ? wrong(Path.root(name), '', 'needs to be unset') : NONE)
  return [
    ...validateEvent(object, 'reportingController'),
    ...validateSeries(event),
    ...(event.eventTime ? NONE : missing(Path.root('eventTime'))),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? NONE
      : wrong(Path.root('type'), '', `has invalid value: ${event.type ?? ''}`)),
    ...unset(event.firstTimestamp, 'firstTimestamp'),
    ...unset(event.lastTimestamp, 'lastTimestamp'),
    ...unset(event.count, 'count'),
    ...unset(event.source?.component || event.source?.host, 'source'),
  ]
}

function validateSeries({ series }: CoreEvent): Errors {
  if (!series) return NONE
  return [
    ...((series.count ?? 0) < 2 ? wrong(Path.root('series').child('count'), '', 'should be at least 2') : NONE),
    ...required(series.lastObservedTime, Path.root('series').child('lastObservedTime')),
  ]
}

const REPORTING = ['reportingController', 'reportingInstance']

/** Through events.k8s.io nothing but the series changes. */
const FIXED = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingController',
  'reportingInstance',
] as const

function validateNewEventUpdate(object: ApiObject, old: ApiObject): Errors {
  const [event, before] = [asEvent(object), asEvent(old)]
  const of = (e: CoreEvent, name: string) => (name === 'reportingController' ? e.reportingComponent : e[name])
  return [
    ...validateEvent(object, 'reportingController'),
    ...(equalJson(event.series, before.series) ? NONE : validateSeries(event)),
    ...FIXED.flatMap((name) =>
      equalJson(of(event, name), of(before, name)) ? NONE : wrong(Path.root(name), of(event, name) ?? null, 'field is immutable'),
    ),
  ]
}

/** events.k8s.io leaves out who reports where nobody is named. */
function withoutEmpty(object: ApiObject): ApiObject {
  const empty = REPORTING.filter((field) => object[field] === '')
  return empty.length === 0 ? object : without(object, ...empty)
}

const involved = (name: keyof CoreEvent['involvedObject']) => (object: ApiObject) => asEvent(object).involvedObject[name] ?? ''

const shared = {
  version: 'v1',
  kind: 'Event',
  resource: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'events',
  ttl: 3600,
  uncollected: true,
  allowCreateOnUpdate: true,
  columns: [
    column('Last Seen', 'The time at which the most recent occurrence of this event was recorded.', (o, now) => {
      const e = asEvent(o)
      return age(e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.firstTimestamp, now)
    }),
    column('Type', 'Type of this event (Normal, Warning), new types could be added in the future', (o) => asEvent(o).type ?? ''),
    column(
      'Reason',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
      (o) => asEvent(o).reason ?? '',
    ),
    column('Object', 'The object that this event is about.', (o) => {
      const { kind = '', name = '' } = asEvent(o).involvedObject
      return kind ? `${kind.toLowerCase()}/${name}` : name
    }),
    column(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
      (o) => asEvent(o).involvedObject.fieldPath ?? '',
      wide,
    ),
    column(
      'Source',
      'The component reporting this event. Should be a short machine understandable string.',
      (o) => {
        const { source, reportingComponent, reportingInstance } = asEvent(o)
        const [who, where] = source?.component ? [source.component, source.host] : [reportingComponent, reportingInstance]
        return where ? `${who}, ${where}` : (who ?? '')
      },
      wide,
    ),
    column('Message', 'A human-readable description of the status of this operation.', (o) => (asEvent(o).message ?? '').trim()),
    column(
      'First Seen',
      'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
      (o, now) => age(asEvent(o).firstTimestamp ?? asEvent(o).eventTime, now),
      wide,
    ),
    column('Count', 'The number of times this event has occurred.', (o) => asEvent(o).series?.count ?? asEvent(o).count ?? 1, wide),
    { ...nameColumn, priority: 1 },
  ],
} satisfies Partial<Kind>

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const
const involvedAs = (prefix: string) => Object.fromEntries(INVOLVED.map((name) => [`${prefix}.${name}`, involved(name)]))
const reason = (o: ApiObject) => asEvent(o).reason ?? ''
const type = (o: ApiObject) => asEvent(o).type ?? ''
const reporting = (o: ApiObject) => asEvent(o).reportingComponent ?? ''

const validateOldEvent = (object: ApiObject) => validateEvent(object, 'reportingComponent')

export const event: Kind = {
  ...shared,
  group: '',
  schema: types.struct('Event'),
  defaults,
  validate: validateOldEvent,
  validateUpdate: validateOldEvent,
  fieldSelectors: {
    ...involvedAs('involvedObject'),
    reason,
    reportingComponent: reporting,
    source: (o: ApiObject) => asEvent(o).source?.component || reporting(o),
    type,
  },
}

export const newEvent: Kind = {
  ...shared,
  group: 'events.k8s.io',
  schema: types.struct('Event@events'),
  defaults,
  validate: validateNewEvent,
  validateUpdate: validateNewEventUpdate,
  fieldSelectors: { ...involvedAs('regarding'), reason, reportingController: reporting, type },
  storedAs: {
    group: '',
    version: 'v1',
    toStored: (object) => renamed(object, RENAMED, 'v1'),
    fromStored: (object) => withoutEmpty(renamed(object, BACK, 'events.k8s.io/v1')),
  },
}
