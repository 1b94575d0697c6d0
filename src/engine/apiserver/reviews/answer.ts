// What a review comes to: a status (and what else of it the server fills in), or a refusal with the fields that are wrong.
// Upstream: apiserver pkg/registry/rest (Creater)

import type { FieldError } from '../../api/fieldErrors'
import type { JsonObject } from '../../api/object'
import type { Status } from '../../api/status'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'

/** `blank` is what Go writes of a spec that nobody filled in. */
export type Answer =
  | { readonly status: JsonObject; readonly spec?: JsonObject; readonly metadata?: JsonObject; readonly blank?: JsonObject }
  | { readonly refusal: Status; readonly errors?: readonly FieldError[] }

export type Answerer = (ctx: RequestContext, server: ServerState) => Answer
