// Doors that lead on to a container, a Pod or a Service: exec, attach, port-forward, proxy. Everything up to the connection is here.
// Leaves out: the connection itself; a client cannot upgrade to a stream, and nothing listens where a proxy would go.
// Upstream: kubernetes pkg/registry/core/{pod,service,node}/strategy.go, pkg/registry/core/pod/rest/subresources.go

import type { Pod } from '../api/kinds/pod/types'
import { badRequest, failure } from '../api/status'
import { containerOf, nodeUnknown } from './logs'
import { refusal } from './refusal'
import { refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'

export function connect({ subresource, old, info, http }: RequestContext, server: ServerState): StageResult {
  const { name } = info
  if (subresource?.connects === 'endpoints') return unavailable(name, `no endpoints available for service "${name}"`)
  if (subresource?.connects === 'node') return unavailable(name, 'error trying to reach service: dial tcp: connect: connection refused')
  const pod = old as Pod
  const streams = subresource?.connects === 'container'
  const container = streams ? containerOf(pod, info.query) : ''
  if (typeof container !== 'string') return refused(container)
  if (info.subresource !== 'proxy' && !pod.spec.nodeName)
    return refused(
      refusal(badRequest(`pod ${name} does not have a host assigned`), 'podState', { pod: name, field: 'spec.nodeName', stored: '' }),
    )
  if (info.subresource === 'proxy') {
    const at = pod.status.podIP
    return at
      ? unavailable(at, `error trying to reach service: dial tcp ${at}:80: connect: connection refused`)
      : refused(refusal(badRequest('address not allowed'), 'podState', { pod: name, field: 'status.podIP', stored: '' }))
  }
  return refused(
    nodeUnknown(pod, server) ??
      refusal(badRequest('Upgrade request required'), 'connection', { header: 'Upgrade', sent: http.headers.upgrade ?? '' }),
  )
}

const unavailable = (object: string, error: string): StageResult =>
  refused(refusal(failure(503, 'ServiceUnavailable', error, undefined), 'connection', { object, error }))
