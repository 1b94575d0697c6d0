// Nodes that fall silent become Unknown, and their Pods not ready; what a node's conditions say is repeated as taints, so that the scheduler
// keeps away and, after a while, its Pods go. Silence counts only where nodes have heartbeats (`ClusterOptions.heartbeats`).
// Upstream: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, pkg/controller/util/node/controller_utils.go

import type { Node, NodeCondition, Taint } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { rfc3339 } from '../../api/scalars/time'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf, splitKey } from '../../client/informer'
import { whenSynced } from '../../client/sharedInformer'
import { bodyOf, objectOf, succeeded } from '../../client/answers'
import { read, replace } from '../../client/requests'
import { ask, perform, sideBySide, syncQueue, type Outcome, type Sync } from '../../client/sync'
import type { StartController } from '../controller'
import { podsByNode } from '../podsBy'
import { NodeHealth, readyOf, silenced } from './health'
import { reconcileLabels } from './labels'
import { hasTaint, removeTaints, sameTaint, swapTaints } from './taints'
import { Zones } from './zones'

/** Milliseconds: `--node-monitor-period`. */
const PERIOD = 5000
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const TRIES = 5
const UNREACHABLE: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
/** `<condition>=<status>` → the taint that says the same. */
const TAINT_OF: Readonly<Record<string, string>> = {
  'Ready=False': NOT_READY.key,
  'Ready=Unknown': UNREACHABLE.key,
  'MemoryPressure=True': 'node.kubernetes.io/memory-pressure',
  'DiskPressure=True': 'node.kubernetes.io/disk-pressure',
  'NetworkUnavailable=True': 'node.kubernetes.io/network-unavailable',
  'PIDPressure=True': 'node.kubernetes.io/pid-pressure',
}
const OURS = new Set([...Object.values(TAINT_OF), UNSCHEDULABLE])
const NODE_WORKERS = 8
const POD_WORKERS = 4

export const nodeLifecycleController: StartController = ({ io, client, informers, options }) => {
  const nodes = informers.of('/api/v1/nodes')
  const pods = podsByNode(informers)
  const leases = options.heartbeats ? informers.of('/apis/coordination.k8s.io/v1/leases') : null
  const events = new EventRecorder(io, client, { component: 'node-controller' })
  const health = new NodeHealth()
  const known = new Map<string, Node>()
  const toRetry = new Set<string>()
  /** The watch of Leases was found to be behind this revision: until it is there, no node is held to be silent, nor well. */
  let leasesMustReach = 0
  const get = (name: string) => nodes.get('', name) as unknown as Node | undefined
  const now = () => rfc3339(io.epochNow)

  const say = ({ metadata: { name, uid } }: Node, reason: string, message: string) =>
    events.event({ kind: 'Node', apiVersion: 'v1', metadata: { name, uid } }, { type: 'Normal', reason, message })

  // ---- taints NoSchedule, labels: at every change of the Node ---------------------------------------------------------

  const changed = syncQueue(
    io,
    client,
    function* (name): Sync<Outcome> {
      const node = get(name)
      if (!node) return 'done'
      const wanted = noScheduleTaints(node)
      const has = (node.spec.taints ?? []).filter((t) => t.effect === 'NoSchedule' && OURS.has(t.key))
      const add = wanted.filter((t) => !has.some((h) => sameTaint(h, t)))
      const drop = has.filter((h) => !wanted.some((t) => sameTaint(h, t)))
      const swapped = add.length + drop.length > 0 ? yield* swapTaints(node, add, drop, now()) : 'done'
      yield* reconcileLabels(node)
      // Upstream leaves what failed to the node's next heartbeat, which there may be none of here.
      return swapped
    },
    { workers: NODE_WORKERS },
  )

  // ---- taints NoExecute: one after the other, as the zone allows -------------------------------------------------------

  const zones = new Zones(io, (name) => execute.add(name))
  const execute = syncQueue(io, client, function* (name): Sync {
    const node = get(name)
    const status = node && readyOf(node)?.status
    if (!node || (status !== 'False' && status !== 'Unknown')) return
    const [add, drop] = taintAndOther(status)
    if ((yield* swapTaints(node, [add], [drop], now())) === 'failed') zones.enqueue(node, false)
  })

  function* reachable(node: Node): Sync<void> {
    yield* removeTaints(node, [UNREACHABLE])
    yield* removeTaints(node, [NOT_READY])
    zones.dequeue(node)
  }

  function* taintedByReady(node: Node, ready: NodeCondition): Sync<void> {
    if (ready.status === 'True') return yield* reachable(node)
    const [taint, other] = taintAndOther(ready.status)
    if (hasTaint(node, other)) yield* swapTaints(node, [taint], [other], now())
    else zones.enqueue(node, hasTaint(node, taint))
  }

  // ---- the monitor ----------------------------------------------------------------------------------------------------

  function* monitored(): Sync<void> {
    const all = [...nodes.values()] as unknown as Node[]
    for (const node of all) {
      const name = node.metadata.name!
      if (known.has(name)) continue
      known.set(name, node)
      say(node, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
      yield* reachable(node)
    }
    for (const [name, node] of known) {
      if (get(name)) continue
      known.delete(name)
      health.forget(name)
      say(node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
    }
    const seen: Node[] = []
    for (let i = 0; i < all.length; i += NODE_WORKERS)
      seen.push(...(yield* sideBySide(all.slice(i, i + NODE_WORKERS).map(examined))).flatMap((node) => node ?? []))
    const verdict = zones.assess(seen)
    if (verdict === 'restored') health.restart(io.epochNow)
    if (verdict === 'lost') for (const node of seen) yield* reachable(node)
  }

  /** The Node as it is then; null when it went or could not be written. */
  function* examined(listed: Node): Sync<Node | null> {
    const name = listed.metadata.name!
    const found = yield* written(listed)
    if (!found) return null
    const { node, observed } = found
    const ready = readyOf(node)
    if (!ready) return node
    yield* taintedByReady(node, ready)
    const fell = ready.status !== 'True' && observed === 'True'
    if (fell) say(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    if ((fell || (toRetry.has(name) && observed !== 'True')) && !(yield* podsNotReady([...pods.by('node', name)] as Pod[])))
      toRetry.add(name)
    else toRetry.delete(name)
    return node
  }

  /** Writes what follows from the node's silence, if it does. `observed`: what Ready was before. */
  function* written(listed: Node): Sync<{ readonly node: Node; readonly observed: string | undefined } | null> {
    let node = listed
    for (let tries = 0; tries < TRIES; tries++) {
      const observed = readyOf(node)?.status
      if (!leases) return { node, observed }
      if (Number(leases.revision) < leasesMustReach) return null
      if (!health.isSilent(node, leases.get('kube-node-lease', node.metadata.name!), io.epochNow)) return { node, observed }
      if (!(yield* isReallySilent(node.metadata.name!))) return null
      const silent = silenced(node, io.epochNow)
      if (!silent) return { node, observed }
      const path = `/api/v1/nodes/${node.metadata.name}`
      const stored = bodyOf<Node>(yield* ask(replace(`${path}/status`, silent as unknown as ApiObject)))
      if (stored) return { node: stored, observed }
      const again = bodyOf<Node>(yield* ask(read(path)))
      if (!again) return null
      node = again
    }
    return null
  }

  /** The server has no later Lease of the node than the watch has told of: then it is not the watch that is silent. */
  function* isReallySilent(name: string): Sync<boolean> {
    const answer = yield* ask(read(`${LEASES}/${name}`))
    if (answer.status === 404) return true
    if (!succeeded(answer)) return false
    const { resourceVersion } = objectOf(answer).metadata
    if (resourceVersion === health.leaseRevision(name)) return true
    leasesMustReach = Math.max(leasesMustReach, Number(resourceVersion))
    return false
  }

  function* podsNotReady(members: readonly Pod[]): Sync<boolean> {
    let fine = true
    for (const pod of members) {
      const conditions = (pod.status.conditions ?? []).map((c) =>
        c.type === 'Ready' && c.status !== 'False' ? { ...c, status: 'False', lastTransitionTime: now() } : c,
      )
      if (conditions.every((c, i) => c === pod.status.conditions?.[i])) continue
      const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/status`
      const { status } = yield* ask(replace(path, { ...pod, status: { ...pod.status, conditions } }))
      if (status === 404) continue
      if (status !== 200) fine = false
      events.event(pod, { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
    }
    return fine
  }

  /** A Pod that comes to a node that is not ready is not ready either. */
  const arrived = syncQueue(
    io,
    client,
    function* (key): Sync<Outcome> {
      const [namespace, name] = splitKey(key)
      const pod = pods.get(namespace, name) as Pod | undefined
      const node = pod?.spec.nodeName ? get(pod.spec.nodeName) : undefined
      const ready = node && known.has(node.metadata.name!) ? readyOf(node) : undefined
      if (!pod || !ready || ready.status === 'True') return 'done'
      return (yield* podsNotReady([pod])) ? 'done' : 'failed'
    },
    { workers: POD_WORKERS },
  )

  let busy = false
  let again = false
  const monitor = () => {
    if (busy) {
      again = true
      return
    }
    busy = true
    perform(client, monitored(), () => {
      busy = false
      if (again) {
        again = false
        monitor()
      }
    })
  }

  whenSynced([nodes, pods, ...(leases ? [leases] : [])], () => {
    const look = (node: ApiObject) => {
      changed.add(node.metadata.name!)
      if (!leases) monitor()
    }
    nodes.listen({ add: look, update: look, delete: (node) => (leases ? toRetry.delete(node.metadata.name!) : monitor()) })
    pods.listen({
      add: (pod) => arrived.add(keyOf(pod)),
      update: (pod, old) => boundAnew(pod, old) && arrived.add(keyOf(pod)),
    })
    if (!leases) return
    const tick = () => {
      monitor()
      io.after(PERIOD, tick, { background: true })
    }
    tick()
  })
}

/** What Ready, not being True, puts on the node, and what it takes off. */
const taintAndOther = (ready: string) => (ready === 'False' ? ([NOT_READY, UNREACHABLE] as const) : ([UNREACHABLE, NOT_READY] as const))

const boundAnew = (pod: ApiObject, old: ApiObject) => (pod as Pod).spec.nodeName !== (old as Pod).spec.nodeName

function noScheduleTaints({ spec, status }: Node): readonly Taint[] {
  const keys = (status.conditions ?? []).flatMap((c) => TAINT_OF[`${c.type}=${c.status}`] ?? [])
  return [...keys, ...(spec.unschedulable ? [UNSCHEDULABLE] : [])].map((key) => ({ key, effect: 'NoSchedule' }))
}
