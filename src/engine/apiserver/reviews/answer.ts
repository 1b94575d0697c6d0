// What a review comes to: a status (and what else of it the server fills in), or a refusal.
// Upstream: apiserver pkg/registry/rest (Creater)

import type { JsonObject } from '../../api/object'
import type { Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'

/** `anew`: the answer keeps nothing of the question. */
export type Answer =
  | {
      readonly status: JsonObject
      readonly spec?: JsonObject
      readonly metadata?: JsonObject
      readonly anew?: true
    }
  | { readonly refusal: Refusal }

export type Answerer = (ctx: RequestContext, server: ServerState) => Answer
