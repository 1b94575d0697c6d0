// StatefulSets: hears of them, of their Pods, claims and revisions, and looks at each StatefulSet that may have something to do.
// Upstream: kubernetes pkg/controller/statefulset/stateful_set.go

import type { Pod } from '../../api/kinds/pod/types'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import type { WorkQueue } from '../../client/workQueue'
import type { StartController } from '../controller'
import type { ControllerRevision } from '../controllerRevisions'
import { followPods, Owners } from '../owners'
import { OwnWrites } from '../ownWrites'
import { claim, mustLive } from '../ownership'
import { untilAvailable } from '../podFacts'
import { syncQueue, type Sync } from '../../client/sync'
import { startWhenSynced, Watched } from '../watched'
import { isMember } from './ordinals'
import { StatefulControl } from './statefulControl'
import { StatefulSync, type StatefulSurroundings } from './statefulSync'
import type { Claim, StatefulSet } from './types'

const WORKERS = 5

export const statefulSetController: StartController = ({ io, client, informers }) => {
  const events = new EventRecorder(io, client, { component: 'statefulset-controller' })
  const ownWrites = new OwnWrites()
  const sets = new Watched<StatefulSet>(informers, 'statefulSets')
  const revisions = new Watched<ControllerRevision>(informers, 'controllerRevisions')
  const pods = new Watched<Pod>(informers, 'pods')
  const claims = new Watched<Claim>(informers, 'persistentVolumeClaims')
  const queue: WorkQueue = syncQueue(io, client, sync, { workers: WORKERS, held: true })

  const around: StatefulSurroundings = {
    io,
    control: new StatefulControl(events, pods, claims, (what, set, answer) =>
      ownWrites.note(keyOf(set), what === 'pods' ? pods : claims, answer),
    ),
    stored: (set) => sets.at(keyOf(set)),
    wroteStatus: (set, answer) => ownWrites.note(keyOf(set), sets, answer),
  }

  const selectorOf = ({ spec }: StatefulSet) => labelSelectorOf(spec.selector) ?? []
  const enqueue = (set: StatefulSet) => queue.add(keyOf(set))

  sets.listen({
    add: enqueue,
    update: enqueue,
    delete: (set) => {
      ownWrites.forget(keyOf(set))
      enqueue(set)
    },
  })
  followPods(pods, new Owners(sets, 'StatefulSet', selectorOf, enqueue), queue, { endsWhenGone: true })
  startWhenSynced(queue, pods, sets, claims, revisions)

  function* sync(key: string): Sync {
    ownWrites.mustBeSeen(key)
    const set = sets.at(key)
    if (!set) return ownWrites.forget(key)
    const selector = selectorOf(set)
    const { uid, namespace } = set.metadata
    const lost = revisions.orphans(namespace!).some(({ metadata }) => matchesLabels(selector, metadata.labels))
    if (lost && set.metadata.deletionTimestamp) yield* mustLive({ owner: set, ownerResource: 'statefulSets' })
    const history = yield* claim<ControllerRevision>({
      owner: set,
      ownerResource: 'statefulSets',
      resource: 'controllerRevisions',
      selector,
      candidates: [
        ...revisions.ownedBy(uid!).filter(({ metadata }) => matchesLabels(selector, metadata.labels)),
        ...revisions.orphans(namespace!),
      ],
    })
    const owned = yield* claim<Pod>({
      owner: set,
      ownerResource: 'statefulSets',
      resource: 'pods',
      selector,
      fits: (pod) => isMember(set, pod),
      candidates: [...pods.ownedBy(uid!), ...pods.orphans(namespace!)],
      adopted: (answer) => ownWrites.note(key, pods, answer),
    })
    const { readyReplicas, availableReplicas } = yield* new StatefulSync(around, set, owned, history).run()
    const wait = set.spec.minReadySeconds ?? 0
    if (wait > 0 && (readyReplicas ?? 0) !== availableReplicas) queue.addAfter(key, untilAvailable(owned, wait, io.epochNow) ?? wait * 1000)
  }
}
