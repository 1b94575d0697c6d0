// Subresources that connect to a container, a Pod or a Service: exec, attach, port-forward, proxy. Everything up to the connection is here.
// Leaves out: the connection itself; a client cannot upgrade to a stream, and nothing listens where a proxy would go.
// Upstream: kubernetes pkg/registry/core/{pod,service,node}/strategy.go, pkg/registry/core/pod/rest/subresources.go

import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import { badRequest, failure } from '../api/errors/status'
import { containerOf, nodeUnknown } from './logs'
import { refusal } from './refusal'
import { refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'

export function connect({ subresource, old, info, http }: RequestContext, server: ServerState): StageResult {
  const { name } = info
  if (subresource?.connects === 'endpoints') return connectService(name, old as ApiObject | null)
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
    const port = proxyTarget(name)?.port || (pod.spec.containers.find((c) => c.ports?.[0])?.ports?.[0]?.containerPort ?? 80)
    return at
      ? unavailable(at, `error trying to reach service: dial tcp ${at}:${port}: connect: connection refused`)
      : refused(refusal(badRequest('address not allowed'), 'podState', { pod: name, field: 'status.podIP', stored: '' }))
  }
  return refused(
    nodeUnknown(pod, server) ??
      refusal(badRequest('Upgrade request required'), 'connection', { header: 'Upgrade', sent: http.headers.upgrade ?? '' }),
  )
}

/** `web`, `web:http`, `https:web:443`: the parts of what a proxy is asked for. Null for what is none of these. */
export function proxyTarget(id: string): { readonly name: string; readonly port: string } | null {
  const parts = id.split(':')
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  return parts.length > 3 || name === '' || !SCHEMES.has(scheme) ? null : { name, port }
}

const SCHEMES = new Set(['', 'http', 'https'])
/** Only a port's number is looked up in the Service; its EndpointSlices are found by its name alone. */
export const isPortNumber = (port: string) => /^[+-]?\d+$/.test(port)

function connectService(id: string, service: ApiObject | null): StageResult {
  const { name, port } = proxyTarget(id) ?? { name: id, port: '' }
  const ports = (service?.spec as { readonly ports?: readonly { readonly port?: number }[] } | undefined)?.ports ?? []
  return isPortNumber(port) && !ports.some((p) => p.port === Number(port))
    ? unavailable(id, `no service port ${Number(port)} found for service "${name}"`)
    : unavailable(id, `no endpoints available for service "${name}"`)
}

const unavailable = (object: string, error: string): StageResult =>
  refused(refusal(failure(503, 'ServiceUnavailable', error, undefined), 'connection', { object, error }))
