// GET …/pods/<pod>/log: the one place in this story where the apiserver calls a kubelet. It asks, and passes the answer on.
// Upstream: kubernetes pkg/registry/core/pod/{rest/log.go,strategy.go}

import type { Pod } from '../api/kinds/pod/types'
import { badRequest, goError, notFound } from '../api/status'
import { passed, refused, type RequestContext, type StageResult } from './requestContext'
import type { Server } from './server'
import { objectOf } from './watchCache'

export function logRead(ctx: RequestContext, server: Server): StageResult {
  if (ctx.answer) return passed
  const { namespace, name, query } = ctx.info
  ctx.key = server.key(ctx.kind!, namespace, name)
  if (!ctx.reply) return { outcome: 'waits', op: { op: 'range', key: ctx.key } }
  if (!ctx.reply.ok) return refused(goError(ctx.reply.error))
  const [kv] = ctx.reply.kvs
  if (!kv) return refused(notFound({ group: '', resource: 'pods' }, name), { why: { kind: 'notFound', key: ctx.key } })
  const pod = objectOf(kv) as Pod
  const names = pod.spec.containers.map((c) => c.name)
  const all = [...names, ...(pod.spec.initContainers ?? []).map((c) => c.name)]
  const container = query.get('container') || (names.length === 1 ? names[0]! : '')
  if (container === '') return refused(badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`))
  if (!all.includes(container)) return refused(badRequest(`container ${container} is not valid for pod ${name}`))
  if (!pod.spec.nodeName) {
    ctx.answer = { type: 'plain', response: { status: 204, headers: {} } }
    return passed
  }
  server.askKubelet(ctx, pod.spec.nodeName, `/containerLogs/${namespace}/${name}/${container}${query.size > 0 ? `?${query.toString()}` : ''}`)
  return { outcome: 'suspended' }
}
