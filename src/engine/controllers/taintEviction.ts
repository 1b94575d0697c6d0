// A taint NoExecute empties its node of the Pods that do not tolerate it, each when its shortest toleration is over. A time that is set stays:
// taints and tolerations that come later move it only when they end it.
// Upstream: kubernetes pkg/controller/tainteviction/{taint_eviction.go,timed_workers.go}

import type { Node, Taint } from '../api/kinds/node'
import type { Pod, Toleration } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import type { Timer } from '../base/part'
import { equalJson } from '../base/equal'
import { EventRecorder } from '../client/eventRecorder'
import { keyOf, splitKey } from '../client/informer'
import { whenSynced } from '../client/sharedInformer'
import { read, remove, strategicPatch } from '../client/requests'
import { demand, syncQueue, type Sync } from '../client/sync'
import type { StartController } from './controller'
import { disruptionPatch } from './disruption/disruptionPatch'
import { podsByNode } from './podsBy'
import { tolerates } from '../api/kinds/pod/tolerations'

/** Every Pod has a worker of its own, which tries five times. */
const OPTIONS = { workers: Infinity, baseDelay: 10, maxDelay: 10, maxRetries: 4 }
const BY_TAINT = { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' }

export const taintEvictionController: StartController = ({ io, client, informers }) => {
  const nodes = informers.of('/api/v1/nodes')
  const pods = podsByNode(informers)
  const events = new EventRecorder(io, client, { component: 'taint-eviction-controller' })
  const planned = new Map<string, Timer>()

  const evict = syncQueue(
    io,
    client,
    function* (key): Sync {
      const [namespace, name] = splitKey(key)
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`
      const patch = disruptionPatch(yield* demand<Pod>(read(path)), BY_TAINT, io.epochNow)
      if (patch) yield* demand(strategicPatch(`${path}/status`, patch))
      yield* demand(remove(path, {}))
    },
    OPTIONS,
  )

  const say = (key: string, message: string) => {
    const [namespace, name] = splitKey(key)
    events.event(
      { kind: 'Pod', apiVersion: 'v1', metadata: { namespace, name } },
      { type: 'Normal', reason: 'TaintManagerEviction', message },
    )
  }
  const now = (key: string) => {
    planned.delete(key)
    say(key, `Marking for deletion Pod ${key}`)
    evict.add(key)
  }
  const cancel = (key: string) => {
    if (!planned.has(key)) return
    planned.get(key)!.cancel()
    planned.delete(key)
    say(key, `Cancelling deletion of Pod ${key}`)
  }

  const look = (pod: ApiObject, taints: readonly Taint[]) => {
    const key = keyOf(pod)
    const seconds = tolerationTime(taints, (pod as Pod).spec.tolerations ?? [])
    if (seconds === Infinity) return cancel(key)
    if (seconds === null) {
      cancel(key)
      return now(key)
    }
    if (planned.has(key)) return
    if (seconds === 0) now(key)
    else
      planned.set(
        key,
        io.after(seconds * 1000, () => now(key), { background: true }),
      )
  }

  whenSynced([nodes, pods], () => {
    const ofNode = (node: ApiObject | undefined) => taintsOf(node as Node | undefined)
    const lookAtNode = (node: ApiObject) => {
      for (const pod of pods.by('node', node.metadata.name!)) look(pod, ofNode(node))
    }
    const lookAtPod = (pod: ApiObject) => {
      const { nodeName } = (pod as Pod).spec
      const taints = ofNode(nodes.get('', nodeName ?? ''))
      if (taints.length > 0) look(pod, taints)
    }
    nodes.listen({ add: lookAtNode, update: (node, old) => equalJson(ofNode(node), ofNode(old)) || lookAtNode(node) })
    pods.listen({
      add: lookAtPod,
      update: (pod, old) => {
        const [is, was] = [(pod as Pod).spec, (old as Pod).spec]
        if (is.nodeName !== was.nodeName || !equalJson(is.tolerations, was.tolerations)) lookAtPod(pod)
      },
      delete: (pod) => cancel(keyOf(pod)),
    })
  })
}

/** Seconds for which the Pod tolerates all of them, Infinity for ever; null where it does not. Of several tolerations of a taint the first counts. */
function tolerationTime(taints: readonly Taint[], tolerations: readonly Toleration[]): number | null {
  let least = Infinity
  for (const taint of taints) {
    const used = tolerations.find((toleration) => tolerates([toleration], taint))
    if (!used) return null
    if (used.tolerationSeconds !== undefined) least = Math.min(least, Math.max(0, Number(used.tolerationSeconds)))
  }
  return least
}

const NONE: readonly Taint[] = []
const taintsOf = (node: Node | undefined) => {
  const taints = node?.spec.taints
  return taints?.some((t) => t.effect === 'NoExecute') ? taints.filter((t) => t.effect === 'NoExecute') : NONE
}
