// Who may connect to a container or a Pod: to open a stream is to create something, by whatever method it is asked for.
// Upstream: kubernetes pkg/registry/core/pod/rest/{subresources,authorize}.go, apiserver pkg/endpoints/handlers/rest.go ConnectResource

import { badRequest } from '../api/errors/status'
import { authorize, forbiddenBeside } from './authorization/authorize'
import { portProblem } from './queryValues'
import { refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { attributesOf } from './stages/authorization'

const STREAMS: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward'])

/** What is wrong with the query of a connection; null where nothing is. */
export function wrongConnection({ info }: RequestContext): Refusal | null {
  const dryRun = info.query.getAll('dryRun')
  if (dryRun.some((d) => d !== ''))
    return refusal(badRequest('dryRun is not supported'), 'parameter', { parameter: 'dryRun', sent: dryRun.join(', ') })
  return info.subresource === 'portforward' ? wrongPort(info.query.getAll('ports')) : null
}

/** Why a connection is refused, whatever it leads to; null where it may be opened. */
export function refusedConnection(ctx: RequestContext, server: ServerState): Refusal | null {
  const { info } = ctx
  if (!STREAMS.has(info.subresource) || info.verb === 'create') return null
  const attributes = { ...attributesOf(ctx), verb: 'create' }
  const verdict = authorize(server, attributes)
  return verdict.allowed ? null : forbiddenBeside(server, attributes, verdict)
}

/** Ports may be told one by one or in a row. */
function wrongPort(given: readonly string[]): Refusal | null {
  for (const sent of given.flatMap((ports) => ports.split(','))) {
    const problem = portProblem(sent)
    if (problem !== null)
      return refusal(badRequest(`cannot convert to []int32: ${problem}`), 'parameter', {
        parameter: 'ports',
        sent,
        expected: '8080,9090 …',
      })
  }
  return null
}
