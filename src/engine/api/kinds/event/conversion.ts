// An Event as it is stored, core/v1, and how events.k8s.io/v1 names the same fields.
// Upstream: kubernetes pkg/apis/events/v1/conversion.go

import { roomFor } from '../../../base/roomFor'
import type { ApiObject, JsonObject, ObjectReference } from '../../object'
import { without } from '../../../base/without'

export interface CoreEvent extends ApiObject {
  readonly involvedObject: ObjectReference
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
export const asEvent = (object: ApiObject) => ('regarding' in object ? toStored(object) : object) as unknown as CoreEvent

/** From events.k8s.io/v1 to core/v1, which is stored; and back. */
export const toStored = (object: ApiObject): ApiObject => renamed(object, STORED_NAMES, 'v1')
export const fromStored = (object: ApiObject): ApiObject => withoutEmpty(renamed(object, NEW_NAMES, 'events.k8s.io/v1'))

/** Of events.k8s.io → as stored. */
const STORED_NAMES: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}

const NEW_NAMES: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(STORED_NAMES).map(([a, b]) => [b, a]))

function renamed(object: ApiObject, names: Readonly<Record<string, string>>, apiVersion: string): ApiObject {
  const fields = Object.keys(object)
  const out: Record<string, JsonObject[string]> = roomFor(fields.length)
  for (const key of fields) out[names[key] ?? key] = object[key]
  out.apiVersion = apiVersion
  return out as unknown as ApiObject
}

const REPORTING = ['reportingController', 'reportingInstance']

/** events.k8s.io leaves out who reports where nobody is named. */
function withoutEmpty(object: ApiObject): ApiObject {
  const empty = REPORTING.filter((field) => object[field] === '')
  return empty.length === 0 ? object : without(object, ...empty)
}
