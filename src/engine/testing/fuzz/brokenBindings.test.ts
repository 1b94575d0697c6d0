import { afterEach, expect, it, vi } from 'vitest'
import type { RequestContext } from '../../apiserver/requestContext'
import type { JsonObject } from '../../base/json'
import type { PartIo } from '../../base/part'
import type { HttpRequest } from '../../base/wire'
import type { Cluster } from '../../cluster/types'
import { Scheduler } from '../../scheduler/scheduler'
import { post } from '../ask'
import { aPod, aWholeCluster, PODS } from '../builders'
import { mendAll, withIo } from './broken'
import { historyProblems } from './historyProblems'

const registry = vi.hoisted(() => ({ looksAtTheNode: true }))
vi.mock(import('../../apiserver/actions'), async (original) => {
  const actions = await original()
  const unbound = (ctx: RequestContext): RequestContext => {
    const { spec, ...pod } = ctx.old as unknown as { readonly spec: JsonObject }
    return { ...ctx, old: { ...pod, spec: { ...spec, nodeName: undefined } } as unknown as RequestContext['old'] }
  }
  return { ...actions, bound: (ctx, server) => actions.bound(registry.looksAtTheNode ? ctx : unbound(ctx), server) }
})

afterEach(() => {
  registry.looksAtTheNode = true
  mendAll()
})

/** When it starts anew, it posts all Bindings again that it posted before, to the other node. */
function bindingAgain(): void {
  const posted = new WeakMap<PartIo, HttpRequest[]>()
  withIo(Scheduler, (io) => {
    const before = posted.get(io) ?? []
    const after: HttpRequest[] = []
    posted.set(io, after)
    const again = () => {
      for (const request of before) {
        const body = request.body as JsonObject
        const { name } = body.target as { readonly name: string }
        const target = { kind: 'Node', name: name === 'worker-1' ? 'worker-2' : 'worker-1' }
        io.send('kube-apiserver', { type: 'http.request', request: { ...request, id: io.newRequestId(), body: { ...body, target } } })
      }
    }
    io.after(5000, again)
    return {
      send(to, message) {
        if (message.type === 'http.request' && message.request.path.endsWith('/binding')) after.push(message.request)
        return io.send(to, message)
      },
    }
  })
}

const nodeOf = ({ history }: Cluster) =>
  (history.get('/registry/pods/default/web', history.revision)!.value as { readonly spec: { readonly nodeName: string } }).spec.nodeName

function withACrash(): Cluster {
  const cluster = aWholeCluster(2)
  post(cluster, PODS, aPod('web'))
  cluster.run()
  // What runs on a node whose kubelet is away runs on.
  cluster.stop(nodeOf(cluster))
  cluster.stop('kube-scheduler')
  cluster.restart('kube-scheduler')
  cluster.run()
  return cluster
}

it('a scheduler that binds again after a crash is refused; where the server lets it, that is told', () => {
  bindingAgain()
  const refused = withACrash()
  expect([...refused.trace.allRequests()].filter((r) => r.http.path.endsWith('/binding')).map((r) => r.response?.status)).toEqual([
    201, 409,
  ])
  expect(historyProblems(refused)).toEqual([])

  registry.looksAtTheNode = false
  const problems = historyProblems(withACrash()).join('\n')
  expect(problems).toMatch(/\/registry\/pods\/default\/web is bound to (worker-\d) and then to (?!\1)worker-\d/)
  expect(problems).toMatch(/default\/web \(.*\) starts on (worker-\d) at hop \d+ and runs on (?!\1)worker-\d/)
})
