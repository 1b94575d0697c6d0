// DaemonSets: hears of them, of their Pods and revisions and of nodes, and looks at each DaemonSet that may have something to do.
// Leaves out: nothing of what the API shows; the backoff of failed Pods is never swept.
// Upstream: kubernetes pkg/controller/daemon/daemon_controller.go

import { equalJson } from '../../base/equal'
import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { labelSelectorOf } from '../../api/selectors/labelSelector'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { NO_RESYNC } from '../../client/sharedInformer'
import { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import type { ControllerRevision } from '../controllerRevisions'
import { Expectations } from '../expectations'
import { followPods, Owners } from '../owners'
import { OwnWrites } from '../ownWrites'
import { claim, controllerOf } from '../ownership'
import { podsByNode } from '../podsBy'
import { syncQueue, type Sync } from '../../client/sync'
import { startWhenSynced, Watched } from '../watched'
import { history } from './daemonHistory'
import { placementOn } from './daemonPods'
import { DaemonSync, type DaemonSurroundings } from './daemonSync'
import type { DaemonSet } from './types'

const WORKERS = 2

export const daemonSetController: StartController = ({ io, client, informers }) => {
  const events = new EventRecorder(io, client, { component: 'daemonset-controller' })
  const expectations = new Expectations(io)
  const ownWrites = new OwnWrites()
  const sets = new Watched<DaemonSet>(informers, 'daemonSets')
  const revisions = new Watched<ControllerRevision>(informers, 'controllerRevisions')
  const pods = new Watched<Pod>(informers, 'pods')
  const nodes = new Watched<Node>(informers, 'nodes')
  const onNode = podsByNode(informers)
  const queue: WorkQueue = syncQueue(io, client, sync, { workers: WORKERS, held: true })
  const nodeQueue: WorkQueue = new WorkQueue(io, (name, done) => done(lookAtNode(name)), { workers: WORKERS, held: true })

  const selectorOf = ({ spec }: DaemonSet) => labelSelectorOf(spec.selector) ?? []
  const enqueue = (set: DaemonSet) => queue.add(keyOf(set))
  const owners = new Owners(sets, 'DaemonSet', selectorOf, enqueue)
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
  revisions.listen(
    {
      // What this controller made itself is no news.
      add: (revision) => {
        if (!controllerOf(revision)) owners.added(revision)
      },
      update: (revision, old) => owners.changed(revision, old),
      delete: (revision) => owners.gone(revision),
    },
    NO_RESYNC,
  )
  followPods(pods, owners, queue, { expectations })
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
        adopted: (answer) => ownWrites.note(keyOf(set), pods, answer),
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
      const owner = owners.of(pod)
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
