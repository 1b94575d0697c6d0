// Event: one stored object, two doors. core/v1 is what is stored; events.k8s.io/v1 names the same fields differently.
// Upstream: kubernetes pkg/registry/core/event, pkg/apis/events/v1/conversion.go

import type { Kind } from '../../kind'
import type { ApiObject, JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, Path, wrong } from '../../validation/rules'
import { age, column, nameColumn, wide } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

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

/** In the stored form, whichever door it came through. */
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
  const out: Record<string, JsonObject[string]> = {}
  for (const [key, value] of Object.entries(object)) out[names[key] ?? key] = value
  return { ...out, apiVersion } as unknown as ApiObject
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

function validateEvent(object: ApiObject) {
  const event = asEvent(object)
  const { namespace = '' } = event.involvedObject ?? {}
  const at = Path.root('involvedObject')
  if (namespace === '' ? event.metadata.namespace !== 'default' : namespace !== event.metadata.namespace)
    return wrong(at.child('namespace'), namespace, 'does not match event.namespace')
  return NONE
}

function validateNewEvent(object: ApiObject) {
  const event = asEvent(object)
  const reported = Path.root('reportingController')
  return [
    ...(event.eventTime ? NONE : missing(Path.root('eventTime'))),
    ...(event.reportingComponent ? named(event.reportingComponent, reported, labelKeyErrors) : missing(reported)),
    ...(event.reportingInstance ? NONE : missing(Path.root('reportingInstance'))),
    ...(event.action ? NONE : missing(Path.root('action'))),
    ...(event.reason ? NONE : missing(Path.root('reason'))),
    ...((event.message ?? '').length > 1024 ? wrong(Path.root('message'), '', 'can have at most 1024 characters') : NONE),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? NONE
      : wrong(Path.root('type'), '', `has invalid value: ${event.type ?? ''}`)),
  ]
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
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2].',
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
    column('Count', 'The number of times this event has occurred.', (o) => String(asEvent(o).series?.count ?? asEvent(o).count ?? 1), wide),
    { ...nameColumn, priority: 1 },
  ],
  fieldSelectors: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: (o: ApiObject) => asEvent(o).reason ?? '',
    reportingComponent: (o: ApiObject) => asEvent(o).reportingComponent ?? '',
    source: (o: ApiObject) => asEvent(o).source?.component || asEvent(o).reportingComponent || '',
    type: (o: ApiObject) => asEvent(o).type ?? '',
  },
} satisfies Partial<Kind>

export const event: Kind = { ...shared, group: '', schema: types.struct('Event'), defaults, validate: validateEvent }

export const newEvent: Kind = {
  ...shared,
  group: 'events.k8s.io',
  schema: types.struct('Event@events'),
  defaults,
  validate: (object) => [...validateEvent(object), ...validateNewEvent(object)],
  storedAs: {
    group: '',
    version: 'v1',
    toStored: (object) => renamed(object, RENAMED, 'v1'),
    fromStored: (object) => renamed(object, BACK, 'events.k8s.io/v1'),
  },
}
