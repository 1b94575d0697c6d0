// The requests that components make, by what they do.
// Upstream: client-go kubernetes/typed/*, rest/request.go

import type { JsonObject } from '../base/json'
import type { ClientRequest } from './types'

const JSON_BODY = { 'content-type': 'application/json' }
const MERGE_BODY = { 'content-type': 'application/merge-patch+json' }
const STRATEGIC_BODY = { 'content-type': 'application/strategic-merge-patch+json' }

export const read = (path: string): ClientRequest => ({ method: 'GET', path })
export const create = (path: string, body: JsonObject): ClientRequest => ({ method: 'POST', path, headers: JSON_BODY, body })
export const replace = (path: string, body: JsonObject): ClientRequest => ({ method: 'PUT', path, headers: JSON_BODY, body })
/** With options, even empty ones, it has a body. */
export const remove = (path: string, options?: JsonObject): ClientRequest =>
  options
    ? { method: 'DELETE', path, headers: JSON_BODY, body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } }
    : { method: 'DELETE', path }
export const mergePatch = (path: string, body: JsonObject): ClientRequest => ({ method: 'PATCH', path, headers: MERGE_BODY, body })
/** Server-side apply: the fields are the manager's from then on, whoever had them. */
export const apply = (path: string, manager: string, body: JsonObject): ClientRequest => ({
  method: 'PATCH',
  path: `${path}?fieldManager=${manager}&force=true`,
  headers: { 'content-type': 'application/apply-patch+yaml' },
  body,
})
export const strategicPatch = (path: string, body: JsonObject): ClientRequest => ({ method: 'PATCH', path, headers: STRATEGIC_BODY, body })
