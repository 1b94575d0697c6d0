// Pods that nothing else would ever delete: those of nodes that are gone, those that end without having had a node, those that are stuck
// on a node said to be out of service, and the oldest of very many that ended.
// Upstream: kubernetes pkg/controller/podgc/gc_controller.go

import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import { succeeded } from '../client/answers'
import { read, remove, strategicPatch } from '../client/requests'
import { ask, perform, sideBySide, type Sync } from '../client/sync'
import { byAge } from './byAge'
import type { StartController } from './controller'
import { disruptionPatch } from './disruption/disruptionPatch'
import { isTerminal } from './podFacts'
import { pathOf } from './resources'
import { Watched } from './watched'
import { whenSynced } from '../client/sharedInformer'

/** Milliseconds. */
const PERIOD = 20_000
const QUARANTINE = 40_000
/** So many that ended may stay. */
const MOST_TERMINATED = 12_500
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'
const ORPHANED = { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' }

export const podGarbageCollector: StartController = ({ io, client, informers }) => {
  const pods = new Watched<Pod>(informers, 'pods')
  const nodes = new Watched<Node>(informers, 'nodes')
  /** Node that is not there → when to make sure of it. */
  const quarantined = new Map<string, number>()

  const collect = () =>
    perform(client, sweep(), () => {
      io.after(PERIOD, collect, { background: true })
    })
  whenSynced([pods.informer, nodes.informer], collect)

  function* sweep(): Sync {
    const all = [...pods.values()]
    const terminated = all.filter(isTerminal).sort(byEvictionAndAge)
    yield* sideBySide(terminated.slice(0, Math.max(0, terminated.length - MOST_TERMINATED)).map((pod) => end(pod)))
    yield* sideBySide(
      all
        .filter(isStuck)
        .sort(byEvictionAndAge)
        .map((pod) => end(pod)),
    )
    const gone = yield* goneNodes(all)
    for (const pod of all) if (gone.has(pod.spec.nodeName ?? '')) yield* end(pod, ORPHANED)
    for (const pod of all) if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) yield* end(pod)
  }

  function isStuck({ metadata, spec }: Pod): boolean {
    const node = metadata.deletionTimestamp ? nodes.get('', spec.nodeName ?? '') : undefined
    if (!node?.spec.taints?.some(({ key }) => key === OUT_OF_SERVICE)) return false
    return !node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  }

  /** While its Pods are here, a node that is not is looked for again and again. */
  function* goneNodes(all: readonly Pod[]): Sync<ReadonlySet<string>> {
    const due = [...quarantined].filter(([, at]) => at <= io.now).map(([name]) => name)
    for (const name of due) quarantined.delete(name)
    for (const { spec } of all)
      if (spec.nodeName && !nodes.get('', spec.nodeName) && !quarantined.has(spec.nodeName))
        quarantined.set(spec.nodeName, io.now + QUARANTINE)
    const gone = new Set<string>()
    for (const name of due) if (!nodes.get('', name) && (yield* ask(read(`/api/v1/nodes/${name}`))).status === 404) gone.add(name)
    return gone
  }

  /** Says that it failed, unless it ended by itself, and deletes it without waiting for a kubelet. */
  function* end(pod: Pod, why?: typeof ORPHANED): Sync {
    if (!isTerminal(pod)) {
      const condition = why ? disruptionPatch(pod, why, io.epochNow) : null
      const status = { ...(condition?.status as JsonObject | undefined), phase: 'Failed', observedGeneration: pod.metadata.generation }
      const marked = yield* ask(strategicPatch(pathOf('pods', pod, 'status'), { metadata: { uid: pod.metadata.uid }, status }))
      if (!succeeded(marked)) return
    }
    yield* ask(remove(pathOf('pods', pod), { gracePeriodSeconds: 0 }))
  }
}

function byEvictionAndAge(a: Pod, b: Pod): number {
  const evicted = ({ status }: Pod) => Number(status.phase === 'Failed' && status.reason === 'Evicted')
  return evicted(b) - evicted(a) || byAge(a, b)
}
