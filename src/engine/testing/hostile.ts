// Requests that somebody sends who means no good. Tests only.

import { invariant } from '../base/invariant'
import type { HttpResponse } from '../base/wire'
import type { ProgramRequest } from '../client/program'
import type { Cluster } from '../cluster/types'
import { ask } from './ask'
import { admin } from './builders'

/** Milliseconds of work that no request may need, whatever it sends: a normal one needs one, what is quadratic needs ten times this. */
const MOST = 3000

/** The answer, which comes in time; what is refused leaves the store as it was. */
export function sendHostile(cluster: Cluster, request: ProgramRequest): HttpResponse {
  const { revision } = cluster.history
  const began = process.cpuUsage().user
  const response = ask(cluster, admin, request)
  const took = (process.cpuUsage().user - began) / 1000
  invariant(took < MOST, 'an answer in time', { took })
  invariant(response.status < 400 || cluster.history.revision === revision, 'the store as it was', { status: response.status })
  return response
}

export const messageOf = ({ body }: HttpResponse) => (body as { readonly message?: string }).message ?? ''
