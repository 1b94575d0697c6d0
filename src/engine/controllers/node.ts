// Nodes: the taint `not-ready` is taken away when the node is Ready, an event says that it is registered.
// Leaves out: detection of lost heartbeats (comes with them), eviction, addresses of Pods (podCIDR) beyond the node's own.
// Upstream: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go

import type { Node } from '../api/kinds/node'
import type { ApiObject } from '../api/object'
import { EventRecorder } from '../client/eventRecorder'
import { Informer } from '../client/informer'
import { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'

const NOT_READY = 'node.kubernetes.io/not-ready'
const PATCH = { 'content-type': 'application/strategic-merge-patch+json' }

export const nodeController: StartController = (io, client, shared) => {
  const events = new EventRecorder(io, client, { component: 'node-controller' })
  const registered = new Set<string>()
  const nodes = new Informer(io, shared, '/api/v1/nodes', {
    add: (node) => {
      announce(node)
      queue.add(node.metadata.name!)
    },
    update: (node) => queue.add(node.metadata.name!),
  })
  const announce = (node: ApiObject) => {
    const name = node.metadata.name!
    if (registered.has(name)) return
    registered.add(name)
    const about = { ...node, metadata: { ...node.metadata, resourceVersion: undefined } }
    events.event(about, { type: 'Normal', reason: 'RegisteredNode', message: `Node ${name} event: Registered Node ${name} in Controller` })
  }
  const queue: WorkQueue = new WorkQueue(io, (name, done) => {
    const node = nodes.get('', name) as unknown as Node | undefined
    const ready = node?.status.conditions?.find((c) => c.type === 'Ready')?.status === 'True'
    const taints = wanted(node, ready)
    if (!node || !taints) return done()
    const body = { metadata: { resourceVersion: node.metadata.resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } }
    client.request({ method: 'PATCH', path: `/api/v1/nodes/${name}`, headers: PATCH, body }, ({ status }) =>
      done(status !== 200 && status !== 404),
    )
  })
  nodes.start()
}

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

/** The taints that the node should have, or null when it has them. */
function wanted(node: Node | undefined, ready: boolean) {
  const has = node?.spec.taints ?? []
  const should = [
    ...has.filter((t) => !(ready && t.key === NOT_READY) && !(t.key === UNSCHEDULABLE && !node?.spec.unschedulable)),
    ...(node?.spec.unschedulable && !has.some((t) => t.key === UNSCHEDULABLE) ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' }] : []),
  ]
  return should.length === has.length && should.every((t, i) => t === has[i]) ? null : should
}
