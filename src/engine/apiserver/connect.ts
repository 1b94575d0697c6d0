// Doors that lead on to a container, a Pod or a Service: exec, attach, port-forward, proxy. Everything up to the connection is here.
// Leaves out: the connection itself; a client cannot upgrade to a stream, and nothing listens where a proxy would go.
// Upstream: kubernetes pkg/registry/core/{pod,service,node}/strategy.go, pkg/registry/core/pod/rest/subresources.go

import type { Pod } from '../api/kinds/pod/types'
import { badRequest, failure } from '../api/status'
import { containerOf, nodeUnknown } from './logs'
import { refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'

export function connect({ subresource, old, info }: RequestContext, server: ServerState): StageResult {
  const { name } = info
  if (subresource?.connects === 'endpoints') return unavailable(`no endpoints available for service "${name}"`)
  if (subresource?.connects === 'node') return unavailable('error trying to reach service: dial tcp: connect: connection refused')
  const pod = old as Pod
  const streams = subresource?.connects === 'container'
  const container = streams ? containerOf(pod, info.query) : ''
  if (typeof container !== 'string') return refused(container)
  if (info.subresource !== 'proxy' && !pod.spec.nodeName) return refused(badRequest(`pod ${name} does not have a host assigned`))
  if (info.subresource === 'proxy') {
    const at = pod.status.podIP
    return at
      ? unavailable(`error trying to reach service: dial tcp ${at}:80: connect: connection refused`)
      : refused(badRequest('address not allowed'))
  }
  return refused(nodeUnknown(pod, server) ?? badRequest('Upgrade request required'))
}

const unavailable = (message: string): StageResult => refused(failure(503, 'ServiceUnavailable', message, undefined))
