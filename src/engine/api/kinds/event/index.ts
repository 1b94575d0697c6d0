// Event: one stored object, served in two groups. core/v1 is what is stored; events.k8s.io/v1 names the same fields differently.
// Upstream: kubernetes pkg/registry/core/event, pkg/apis/events/v1/conversion.go

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { age, column, nameColumn, wide } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { asEvent, fromStored, toStored, type CoreEvent } from './conversion'
import { validateEvent, validateNewEvent, validateNewEventUpdate } from './validation'

const defaults = (object: ApiObject): ApiObject => {
  const { source, reportingComponent, reportingInstance } = asEvent(object)
  if (reportingComponent !== undefined && reportingInstance !== undefined) return object
  return {
    ...object,
    reportingComponent: reportingComponent || source?.component || '',
    reportingInstance: reportingInstance || (reportingComponent ? '' : (source?.host ?? '')),
  }
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
  nameRule: 'pathSegment',
  anyFinalizer: true,
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
    toStored,
    fromStored,
  },
}
