// ReplicaSets and ReplicationControllers: as many Pods as are desired, made and deleted here; the status counts them.
// Leaves out: nothing of what the API shows; a ReplicationController is the same loop with a selector of another form.
// Upstream: kubernetes pkg/controller/replicaset/{replica_set,replica_set_utils}.go, pkg/controller/replication

import { equalJson } from '../base/equal'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../api/object'
import { labelSelectorOf, matchesLabels, type LabelSelector } from '../api/selectors/labelSelector'
import { rfc3339 } from '../api/scalars/time'
import { EventRecorder } from '../client/eventRecorder'
import { keyOf } from '../client/informer'
import { messageOf, namespaceGoes, succeeded } from '../client/answers'
import type { Answered } from '../client/types'
import { read, replace } from '../client/requests'
import { ask, demand, GiveUp, syncQueue, type Sync } from '../client/sync'
import type { WorkQueue } from '../client/workQueue'
import type { StartController } from './controller'
import { Expectations } from './expectations'
import { noteGap } from './gap'
import { followPods, Owners } from './owners'
import { OwnWrites } from './ownWrites'
import { claim, controllerOf } from './ownership'
import { createPods, deletePods, podFrom } from './podControl'
import { byDeletionRank, isActive, isAvailable, isReady, isTerminating, untilAvailable } from './podFacts'
import { podsByNamespace } from './podsBy'
import { pathOf, type Resource } from './resources'
import { startWhenSynced, Watched } from './watched'
import { sparse, type Condition, type ReplicaSet, type ReplicaStatus } from './workloads'

/** At most so many Pods are made or deleted in one sync. */
const BURST = 500
const WORKERS = 5

interface Flavour {
  readonly resource: Resource
  readonly kind: string
  readonly component: string
  /** Whether its status has `terminatingReplicas`. */
  readonly countsTerminating: boolean
  selectorOf(owner: ReplicaSet): LabelSelector
}

export const replicaSetController: StartController = replicaController({
  resource: 'replicaSets',
  kind: 'ReplicaSet',
  component: 'replicaset-controller',
  countsTerminating: true,
  selectorOf: ({ spec }) => labelSelectorOf(spec.selector) ?? [],
})

export const replicationController: StartController = replicaController({
  resource: 'replicationControllers',
  kind: 'ReplicationController',
  component: 'replication-controller',
  countsTerminating: false,
  selectorOf: ({ spec }) => labelSelectorOf({ matchLabels: spec.selector }) ?? [],
})

function replicaController({ resource, kind, component, countsTerminating, selectorOf }: Flavour): StartController {
  return ({ io, client, informers }) => {
    const events = new EventRecorder(io, client, { component })
    const expectations = new Expectations(io, true)
    const ownWrites = new OwnWrites()
    const owners = new Watched<ReplicaSet>(informers, resource)
    const pods = new Watched<Pod>(informers, 'pods')
    const inNamespace = podsByNamespace(informers)
    const queue: WorkQueue = syncQueue(io, client, sync, { workers: WORKERS, held: true })

    const enqueue = (owner: ReplicaSet) => queue.add(keyOf(owner))
    owners.listen({
      add: enqueue,
      update: enqueue,
      delete: (owner) => {
        forget(keyOf(owner))
        enqueue(owner)
      },
    })
    followPods(pods, new Owners(owners, kind, selectorOf, enqueue), queue, { expectations })
    startWhenSynced(queue, owners, pods)

    function forget(key: string): void {
      expectations.forget(key)
      ownWrites.forget(key)
    }

    function* sync(key: string): Sync {
      ownWrites.mustBeSeen(key)
      const owner = owners.at(key)
      if (!owner) return forget(key)
      const mayManage = expectations.satisfied(key)
      const selector = selectorOf(owner)
      const all = [...pods.ownedBy(owner.metadata.uid!), ...pods.orphans(owner.metadata.namespace!)]
      const candidates = all.filter(isActive)
      const adopted = (answer: Answered) => ownWrites.note(key, pods, answer)
      const active = yield* claim({ owner, ownerResource: resource, resource: 'pods', selector, candidates, adopted })
      const terminating = all.filter(
        (pod) => isTerminating(pod) && controllerOf(pod)?.uid === owner.metadata.uid && matchesLabels(selector, pod.metadata.labels),
      )
      const failure = mayManage && !owner.metadata.deletionTimestamp ? yield* manage(key, owner, active) : null
      const now = io.epochNow
      const status = statusOf(owner, active, countsTerminating ? terminating.length : null, failure, now)
      yield* writeStatus(key, owner, status)
      if (failure !== null) throw new GiveUp(failure)
      const wait = owner.spec.minReadySeconds ?? 0
      if (wait > 0 && status.readyReplicas !== status.availableReplicas)
        queue.addAfter(key, untilAvailable(active, wait, now) ?? wait * 1000)
    }

    /** Makes or deletes what is missing or too many; why not, if one was refused. */
    function* manage(key: string, owner: ReplicaSet, active: readonly Pod[]): Sync<string | null> {
      const difference = active.length - (owner.spec.replicas ?? 1)
      const { length: there } = active
      if (difference !== 0) noteGap(io, component, owner, { of: 'Pod', wanted: there - difference, there })
      if (difference < 0) {
        const missing = Math.min(-difference, BURST)
        expectations.expect(key, missing)
        const pod = podFrom(owner.spec.template, owner)
        const answers = yield* createPods(events, owner, new Array<JsonObject>(missing).fill(pod))
        const refused = answers.filter((a) => !succeeded(a) && !namespaceGoes(a))
        expectations.added(key, refused.length + missing - answers.length)
        for (const answer of answers) ownWrites.note(key, pods, answer)
        return refused[0] ? messageOf(refused[0]) : null
      }
      if (difference > 0) {
        const surplus = [...active].sort(byDeletionRank(io.epochNow, kinPerNode(owner))).slice(0, Math.min(difference, BURST))
        expectations.expect(key, 0, surplus.map(keyOf))
        const answers = yield* deletePods(events, owner, surplus)
        let refused: string | null = null
        for (const [i, answer] of answers.entries()) {
          if (succeeded(answer)) continue
          expectations.deleted(key, keyOf(surplus[i]!))
          if (answer.status !== 404) refused ??= `unable to delete pods: ${messageOf(answer)}`
        }
        return refused
      }
      return null
    }

    /**
     * Node → active Pods that are selected by any that has the same controller as this one: two of them on one node are one too many there.
     * One without a controller does not look at nodes.
     */
    function kinPerNode(owner: ReplicaSet): ReadonlyMap<string, number> {
      const above = controllerOf(owner)
      const selectors = above ? owners.ownedBy(above.uid).map(selectorOf) : []
      const count = new Map<string, number>()
      if (selectors.length === 0) return count
      for (const pod of inNamespace.by('namespace', owner.metadata.namespace!) as IterableIterator<Pod>) {
        const { nodeName = '' } = pod.spec
        if (isActive(pod) && selectors.some((s) => matchesLabels(s, pod.metadata.labels)))
          count.set(nodeName, (count.get(nodeName) ?? 0) + 1)
      }
      return count
    }

    function* writeStatus(key: string, owner: ReplicaSet, status: ReplicaStatus): Sync {
      const settled = owner.status.observedGeneration === owner.metadata.generation
      if (settled && equalJson(owner.status, { ...status, observedGeneration: owner.status.observedGeneration })) return
      const path = pathOf(resource, owner)
      const write = (at: ReplicaSet) =>
        replace(`${path}/status`, { ...at, status: { ...status, observedGeneration: owner.metadata.generation } })
      const first = yield* ask(write(owner))
      const last = succeeded(first) ? first : yield* ask(write(yield* demand<ReplicaSet>(read(path))))
      if (!succeeded(last)) throw new GiveUp(messageOf(last))
      ownWrites.note(key, owners, last)
    }
  }
}

function statusOf(
  { spec, status }: ReplicaSet,
  active: readonly Pod[],
  terminating: number | null,
  failure: string | null,
  now: number,
): ReplicaStatus {
  const labels = Object.entries(spec.template.metadata?.labels ?? {})
  const desired = spec.replicas ?? 1
  return {
    replicas: active.length,
    ...sparse({
      fullyLabeledReplicas: active.filter(({ metadata }) => labels.every(([k, v]) => metadata.labels?.[k] === v)).length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: active.filter((pod) => isAvailable(pod, spec.minReadySeconds ?? 0, now)).length,
    }),
    ...(terminating === null ? {} : { terminatingReplicas: terminating }),
    ...sparse({ conditions: conditionsOf(status.conditions ?? [], failure, active.length < desired, now) }),
  }
}

function conditionsOf(known: readonly Condition[], failure: string | null, tooFew: boolean, now: number): readonly Condition[] {
  const others = known.filter((c) => c.type !== 'ReplicaFailure')
  if (failure === null) return others
  if (others.length < known.length) return known
  const reason = tooFew ? 'FailedCreate' : 'FailedDelete'
  return [...others, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: rfc3339(now), reason, message: failure }]
}
