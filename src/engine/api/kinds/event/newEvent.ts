// An Event of events.k8s.io/v1 as its recorder posts it, and what an Event says of the object that it is about.
// Upstream: client-go tools/events/event_recorder.go (makeEvent), tools/reference/ref.go

import type { ApiObject, JsonObject } from '../../object'
import { rfc3339Micro } from '../../scalars/time'

export interface Reporter {
  /** `default-scheduler`. */
  readonly controller: string
  /** `default-scheduler-vm`. */
  readonly instance: string
}

export interface EventWords {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  /** `Binding`, `Scheduling`, `Preempting`. */
  readonly action: string
  readonly note: string
}

/** `at`: milliseconds since 1970. */
export function newEvent(about: ApiObject, { type, reason, action, note }: EventWords, reporter: Reporter, name: string, at: number) {
  const metadata = { name, namespace: about.metadata.namespace || 'default' }
  return {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata,
    eventTime: rfc3339Micro(at),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance,
    action,
    reason,
    regarding: objectReference(about),
    note,
    type,
    deprecatedSource: {},
    deprecatedFirstTimestamp: null,
    deprecatedLastTimestamp: null,
  }
}

export function objectReference({ kind, apiVersion, metadata }: ApiObject, fieldPath?: string): JsonObject {
  const { namespace, name, uid, resourceVersion } = metadata
  return { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath }
}
