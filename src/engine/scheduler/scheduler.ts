// kube-scheduler: watches Pods and nodes, picks a node for each Pod that has none, and posts a Binding. It starts nothing itself.
// This file is its life as a process: what it watches, what its plugins are made with, and the loop that takes one Pod after the other.
// Leaves out: more than one profile, watches of resource.k8s.io.
// Upstream: kubernetes pkg/scheduler/{scheduler,schedule_one}.go

import type { Pod } from '../api/kinds/pod/types'
import { rfc3339 } from '../api/scalars/time'
import type { Part, PartIo } from '../base/part'
import type { Message } from '../base/wire'
import { Client } from '../client/client'
import { EventRecorder } from '../client/eventRecorder'
import { lead } from '../client/leaderElection'
import { SeriesRecorder } from '../client/seriesRecorder'
import { NO_RESYNC, SharedInformers, whenSynced, type SharedInformer } from '../client/sharedInformer'
import { runBindingCycle } from './bindingCycle'
import { Cache } from './cache/cache'
import { decisionOf } from './decision'
import { listenToNodes, listenToOthers, listenToPods } from './eventHandlers'
import { handleFailure } from './failure'
import { CycleState } from './framework/cycleState'
import { Framework } from './framework/framework'
import type { Handle, Lister, WatchedResource } from './framework/handle'
import { SCHEDULER_NAME, type SchedulerParts } from './parts'
import { defaultPlugins } from './plugins/table'
import { Nominator } from './queue/nominator'
import { uidOf, type QueuedPod } from './queue/queuedPod'
import { SchedulingQueue } from './queue/schedulingQueue'
import { schedulePod, type Profile } from './schedulePod'

/** The control plane's host name, as in the recordings. */
const HOST = 'vm'
const UNFINISHED = 'fieldSelector=status.phase!%3DSucceeded%2Cstatus.phase!%3DFailed'

const WATCHED: Readonly<Record<WatchedResource, string>> = {
  namespaces: '/api/v1/namespaces',
  services: '/api/v1/services',
  replicationcontrollers: '/api/v1/replicationcontrollers',
  replicasets: '/apis/apps/v1/replicasets',
  statefulsets: '/apis/apps/v1/statefulsets',
  persistentvolumes: '/api/v1/persistentvolumes',
  persistentvolumeclaims: '/api/v1/persistentvolumeclaims',
  storageclasses: '/apis/storage.k8s.io/v1/storageclasses',
  csinodes: '/apis/storage.k8s.io/v1/csinodes',
  csidrivers: '/apis/storage.k8s.io/v1/csidrivers',
  csistoragecapacities: '/apis/storage.k8s.io/v1/csistoragecapacities',
  volumeattachments: '/apis/storage.k8s.io/v1/volumeattachments',
  poddisruptionbudgets: '/apis/policy/v1/poddisruptionbudgets',
}

export class Scheduler implements Part {
  readonly id = 'kube-scheduler'
  private parts!: SchedulerParts
  private profile!: Profile
  private client!: Client
  private planned = false
  private ready = false

  /** `renews`: whether it keeps telling that it leads. */
  constructor(private readonly renews = false) {}

  start(io: PartIo): void {
    const credentials = { clientCertificate: { commonName: 'system:kube-scheduler', organizations: [] } }
    const userAgent = 'kube-scheduler/v1.37.2 (linux/amd64) kubernetes/0000000/scheduler'
    this.client = new Client(io, 'kube-apiserver', { credentials, userAgent })
    this.planned = this.ready = false
    const informers = new SharedInformers(io, this.client, NO_RESYNC)
    const pods = informers.of('/api/v1/pods', UNFINISHED)
    const nodes = informers.of('/api/v1/nodes')
    const others = Object.fromEntries(
      Object.entries(WATCHED).map(([resource, path]) => [resource, informers.of(path).index('namespace', (o) => o.metadata.namespace)]),
    ) as Record<WatchedResource, SharedInformer>
    this.parts = this.assemble(io, pods, others)
    const { framework, cache } = this.parts
    this.profile = { framework, cache, random: io.random, nextStart: 0 }
    listenToPods(pods, this.parts)
    listenToNodes(nodes, this.parts)
    listenToOthers(others, this.parts)
    const leaseEvents = new EventRecorder(io, this.client, { component: SCHEDULER_NAME })
    whenSynced([pods, nodes, ...Object.values(others)], () =>
      lead({
        io,
        client: this.client,
        events: leaseEvents,
        name: 'kube-scheduler',
        renews: this.renews,
        elected: () => {
          this.ready = true
          this.plan()
        },
      }),
    )
  }

  receive(message: Message): void {
    this.client.receive(message)
  }

  crash(): void {
    this.planned = false
  }

  /** One Pod at a time: the next cycle begins in a turn of its own. */
  private plan(): void {
    if (this.planned || !this.ready) return
    this.planned = true
    this.parts.io.after(0, () => {
      this.planned = false
      const next = this.parts.queue.pop()
      if (!next) return
      this.scheduleOne(next)
      this.plan()
    })
  }

  private scheduleOne(queued: QueuedPod): void {
    const { io, cache, queue, handle } = this.parts
    const { pod } = queued
    io.cause = queued.cause
    const { namespace = '', name = '', deletionTimestamp } = pod.metadata
    if (deletionTimestamp) {
      const note = `skip schedule deleting pod: ${namespace}/${name}`
      handle.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note })
      return queue.done(uidOf(queued))
    }
    if (cache.isAssumed(pod)) return queue.done(uidOf(queued))
    const state = new CycleState()
    const result = schedulePod(pod, state, this.profile)
    io.cause = io.note({ kind: 'decide', by: this.id, decision: decisionOf(pod, result) })
    if (result.chosen === null) handleFailure(queued, result.failure, this.parts)
    else runBindingCycle(queued, result.chosen, state, this.parts)
  }

  private assemble(io: PartIo, pods: SharedInformer, others: Record<WatchedResource, SharedInformer>): SchedulerParts {
    const cache = new Cache()
    const nominator = new Nominator()
    const events = new SeriesRecorder(io, this.client, { controller: SCHEDULER_NAME, instance: `${SCHEDULER_NAME}-${HOST}` })
    const listers = new Map(Object.entries(others).map(([resource, informer]) => [resource, listerOf(informer)]))
    const handle: Handle = {
      cache,
      nominator,
      preBinding: new Map(),
      random: io.random,
      // The plugins are made with the handle before there is a framework or a queue; they use them later.
      get framework() {
        return framework
      },
      lister: (resource) => listers.get(resource)!,
      pod: (namespace, name) => pods.get(namespace, name) as Pod | undefined,
      request: (request, done) => void this.client.request(request, done),
      event: (about, words) => events.event(about, words),
      after: (delay, wake) => void io.after(delay, wake),
      later: (delay, wake) => void io.after(delay, wake, { background: true }),
      activate: (pod) => queue.activate(pod),
      now: () => rfc3339(io.epochNow),
    }
    const framework = new Framework(defaultPlugins(handle), nominator)
    const queue = new SchedulingQueue(
      io,
      framework,
      nominator,
      () => this.plan(),
      () => cache.isEmpty,
    )
    return { io, cache, queue, nominator, framework, handle }
  }
}

const listerOf = (informer: SharedInformer): Lister => ({
  get: (namespace, name) => informer.get(namespace, name),
  values: () => informer.values(),
  inNamespace: (namespace) => informer.by('namespace', namespace),
})
