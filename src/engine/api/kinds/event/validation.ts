// What an Event must be: core/v1 asks little of Events of old, events.k8s.io/v1 more, and changes only their series.
// Upstream: kubernetes pkg/apis/core/validation/events.go

import { equalJson } from '../../../base/equal'
import type { ApiObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { missing, named, NONE, Path, required, wrong, type Errors } from '../../validation/rules'
import { asEvent, type CoreEvent } from './conversion'

const LIMIT = 128

/** The rules of both groups: an Event without a time of its own is an old one, and only has to lie where its object does. */
export function validateEvent(object: ApiObject, controllerField: string): Errors {
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
export function validateNewEvent(object: ApiObject): Errors {
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

export function validateNewEventUpdate(object: ApiObject, old: ApiObject): Errors {
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
