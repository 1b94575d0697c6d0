// DaemonSets: hears of them, of their Pods and revisions and of nodes, and looks at each DaemonSet that may have something to do.
// Leaves out: nothing of what the API shows; the backoff of failed Pods is never swept.
// Upstream: kubernetes pkg/controller/daemon/daemon_controller.go

import { equalJson } from '../../api/equal'
import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { labelSelectorOf, matchesLabels } from '../../api/selectors'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import type { ControllerRevision } from '../controllerRevisions'
import { Expectations } from '../expectations'
import { OwnWrites } from '../ownWrites'
import { claim, controllerOf } from '../ownership'
import { isReady } from '../podFacts'
import { podsByNode } from '../podsByNode'
import { runSync, type Sync } from '../sync'
import { startWhenSynced, Watched } from '../watched'
import { history } from './daemonHistory'
import { placementOn } from './daemonPods'
import { DaemonSync, type DaemonSurroundings } from './daemonSync'
import type { DaemonSet } from './types'

const WORKERS = 2

export const daemonSetController: StartController = (io, client, _shared, _options, informers) => {
  const events = new EventRecorder(io, client, { component: 'daemonset-controller' })
  const expectations = new Expectations(io)
  const ownWrites = new OwnWrites()
  const sets = new Watched<DaemonSet>(informers, 'daemonSets')
  const revisions = new Watched<ControllerRevision>(informers, 'controllerRevisions')
  const pods = new Watched<Pod>(informers, 'pods')
  const nodes = new Watched<Node>(informers, 'nodes')
  const onNode = podsByNode(informers)
  const queue: WorkQueue = new WorkQueue(io, (key, done) => runSync(client, sync(key), done), { workers: WORKERS, held: true })
  const nodeQueue: WorkQueue = new WorkQueue(io, (name, done) => done(lookAtNode(name)), { workers: WORKERS, held: true })

  const selectorOf = ({ spec }: DaemonSet) => labelSelectorOf(spec.selector) ?? []
  const ownerOf = (object: ApiObject) => sets.controllerOf(object, 'DaemonSet')
  const enqueue = (set: DaemonSet | undefined) => set && queue.add(keyOf(set))
  const enqueueMatching = ({ metadata }: ApiObject) => {
    for (const set of sets.values())
      if (set.metadata.namespace === metadata.namespace && matchesLabels(selectorOf(set), metadata.labels)) enqueue(set)
  }
  const gone = (pod: Pod) => {
    const set = ownerOf(pod)
    if (!set) return
    expectations.deleted(keyOf(set), keyOf(pod))
    enqueue(set)
  }
  const forget = (key: string) => {
    expectations.forget(key)
    ownWrites.forget(key)
  }

  sets.listen({
    add: enqueue,
    update: enqueue,
    delete: (set) => {
      forget(keyOf(set))
      enqueue(set)
    },
  })
  revisions.listen({
    add: (revision) => {
      if (!controllerOf(revision)) enqueueMatching(revision)
    },
    update: (revision, old) => {
      const moved = controllerOf(revision)?.uid !== controllerOf(old)?.uid
      if (moved) enqueue(ownerOf(old))
      if (controllerOf(revision)) enqueue(ownerOf(revision))
      else if (moved || !equalJson(revision.metadata.labels, old.metadata.labels)) enqueueMatching(revision)
    },
    delete: (revision) => enqueue(ownerOf(revision)),
  })
  pods.listen({
    add: (pod) => {
      if (pod.metadata.deletionTimestamp) return gone(pod)
      if (!controllerOf(pod)) return enqueueMatching(pod)
      const set = ownerOf(pod)
      if (set) expectations.added(keyOf(set))
      enqueue(set)
    },
    update: (pod, old) => {
      if (pod.metadata.deletionTimestamp) return gone(pod)
      const moved = controllerOf(pod)?.uid !== controllerOf(old)?.uid
      if (moved) enqueue(ownerOf(old))
      if (!controllerOf(pod)) {
        if (moved || !equalJson(pod.metadata.labels, old.metadata.labels)) enqueueMatching(pod)
        return
      }
      const set = ownerOf(pod)
      enqueue(set)
      const wait = set?.spec.minReadySeconds ?? 0
      if (set && wait > 0 && !isReady(old) && isReady(pod)) queue.addAfter(keyOf(set), (wait + 1) * 1000)
    },
    delete: gone,
  })
  nodes.listen({
    add: (node) => nodeQueue.add(node.metadata.name!),
    update: (node, old) => {
      const same = equalJson(node.metadata.labels, old.metadata.labels) && equalJson(node.spec.taints, old.spec.taints)
      if (!same) nodeQueue.add(node.metadata.name!)
    },
  })
  startWhenSynced(queue, pods, nodes, revisions, sets)
  startWhenSynced(nodeQueue, pods, nodes, revisions, sets)

  const around: DaemonSurroundings = {
    io,
    events,
    expectations,
    failed: new Map(),
    nodes: () => [...nodes.values()],
    node: (name) => nodes.get('', name),
    pods: (set) =>
      claim({
        owner: set,
        ownerResource: 'daemonSets',
        resource: 'pods',
        selector: selectorOf(set),
        candidates: [...pods.ownedBy(set.metadata.uid!), ...pods.orphans(set.metadata.namespace!)],
      }),
    wrote: (what, key, answer) => ownWrites.note(key, what === 'pods' ? pods : sets, answer),
    lookAgain: (key, delay) => queue.addAfter(key, delay),
  }

  function* sync(key: string): Sync {
    ownWrites.mustBeSeen(key)
    const set = sets.at(key)
    if (!set) return forget(key)
    if (selectorOf(set).length === 0) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.'
      events.event(set, { type: 'Warning', reason: 'SelectingAll', message })
      return
    }
    if (set.metadata.deletionTimestamp) return
    const owned = yield* claim({
      owner: set,
      ownerResource: 'daemonSets',
      resource: 'controllerRevisions',
      selector: selectorOf(set),
      candidates: [...revisions.ownedBy(set.metadata.uid!), ...revisions.orphans(set.metadata.namespace!)],
    })
    const known = yield* history(set, owned, () => around.pods(set))
    yield* new DaemonSync(around, key, set, known).run()
  }

  /** Enqueues the sets for which the node's change makes a difference. False: nothing of it can fail. */
  function lookAtNode(name: string): false {
    const node = nodes.get('', name)
    if (!node) return false
    const there = new Set<string>()
    for (const pod of onNode.by('node', name)) {
      const owner = ownerOf(pod)
      if (owner) there.add(keyOf(owner))
    }
    for (const set of sets.values()) {
      const { shouldRun, mayStay } = placementOn(set, node)
      const runs = there.has(keyOf(set))
      if (runs ? !mayStay || (set.status.numberMisscheduled ?? 0) > 0 : shouldRun) enqueue(set)
    }
    return false
  }
}
