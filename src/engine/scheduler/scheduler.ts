// kube-scheduler: watches Pods and nodes, picks a node for each Pod that has none, and posts a Binding. It starts nothing itself.
// Leaves out: preemption of victims, other profiles.
// Upstream: kubernetes pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go

import type { Node } from '../api/kinds/node'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import { rfc3339 } from '../api/time'
import type { Part, PartIo } from '../base/part'
import type { Message } from '../base/wire'
import { Client } from '../client/client'
import { EventRecorder } from '../client/eventRecorder'
import { Informer } from '../client/informer'
import { lead } from '../client/leaderElection'
import type { ClusterEvent } from './framework'
import { defaultPlugins } from './plugins/table'
import { SchedulingQueue, type QueuedPod } from './queue'
import { schedulePod, type CycleResult } from './schedulePod'
import { Snapshot } from './snapshot'

const NAME = 'default-scheduler'
/** The control plane's host name, as in the recordings. */
const HOST = 'vm'
const UNFINISHED = 'fieldSelector=status.phase!%3DSucceeded%2Cstatus.phase!%3DFailed'
/** Both informers have synced, and the Lease is held. */
const READY = 3
const JSON_BODY = { 'content-type': 'application/json' }
const PATCH = { 'content-type': 'application/strategic-merge-patch+json' }

export class Scheduler implements Part {
  readonly id = 'kube-scheduler'
  private io!: PartIo
  private client!: Client
  private events!: EventRecorder
  private queue!: SchedulingQueue
  private snapshot = new Snapshot()
  private planned = false
  private synced = 0

  start(io: PartIo): void {
    this.io = io
    const credentials = { clientCertificate: { commonName: 'system:kube-scheduler', organizations: [] } }
    this.client = new Client(io, 'kube-apiserver', {
      credentials,
      userAgent: 'kube-scheduler/v1.37.2 (linux/amd64) kubernetes/0000000/scheduler',
    })
    this.events = new EventRecorder(io, this.client, { component: NAME, host: HOST, newApi: true })
    this.queue = new SchedulingQueue(io, () => this.plan(), helps)
    this.snapshot = new Snapshot()
    this.synced = 0
    const synced = () => {
      this.synced++
      this.plan()
    }
    const pods = {
      add: (o: ApiObject) => this.podAdded(o as Pod),
      update: (o: ApiObject, old: ApiObject) => this.podUpdated(o as Pod, old as Pod),
      delete: (o: ApiObject) => this.podDeleted(o as Pod),
    }
    const nodes = {
      add: (o: ApiObject) => this.nodeChanged(o as unknown as Node, 'nodeAdded'),
      update: (o: ApiObject) => this.nodeChanged(o as unknown as Node, 'nodeUpdated'),
      delete: (o: ApiObject) => this.snapshot.deleteNode(o.metadata.name!),
    }
    new Informer(io, this.client, '/api/v1/nodes', nodes, '', synced).start()
    new Informer(io, this.client, '/api/v1/pods', pods, UNFINISHED, synced).start()
    lead(io, this.client, new EventRecorder(io, this.client, { component: NAME }), 'kube-scheduler', synced)
  }

  receive(message: Message): void {
    this.client.receive(message)
  }

  crash(): void {
    this.planned = false
  }

  // ---- what it hears ---------------------------------------------------------------------------------------------------

  private podAdded(pod: Pod): void {
    if (pod.spec.nodeName) {
      this.snapshot.addPod(pod)
      this.queue.moved('podAdded')
    } else this.enqueue(pod)
  }

  private podUpdated(pod: Pod, old: Pod): void {
    if (pod.spec.nodeName) {
      this.queue.remove(pod.metadata.uid!)
      this.snapshot.addPod(pod)
      if (old.spec.nodeName) this.queue.moved('podUpdated')
    } else if (this.queue.has(pod.metadata.uid!) || gated(old)) this.enqueue(pod)
  }

  private podDeleted(pod: Pod): void {
    this.queue.remove(pod.metadata.uid!)
    if (!pod.spec.nodeName) return
    this.snapshot.removePod(pod)
    this.queue.moved('podDeleted')
  }

  private nodeChanged(node: Node, event: ClusterEvent): void {
    this.snapshot.setNode(node)
    this.queue.moved(event)
  }

  private enqueue(pod: Pod): void {
    if (pod.spec.schedulerName !== NAME || pod.metadata.deletionTimestamp) return
    this.queue.add(pod, gated(pod))
  }

  // ---- what it does ----------------------------------------------------------------------------------------------------

  /** One Pod at a time: the next cycle begins in a turn of its own. */
  private plan(): void {
    if (this.planned || this.synced < READY) return
    this.planned = true
    this.io.after(0, () => {
      this.planned = false
      const next = this.queue.pop()
      if (!next) return
      this.cycle(next)
      this.plan()
    })
  }

  private cycle(queued: QueuedPod): void {
    const { pod } = queued
    this.io.cause = queued.cause
    const result = schedulePod(pod, this.snapshot, defaultPlugins, this.io.random)
    const { namespace = '', name = '', uid = '' } = pod.metadata
    this.io.cause = this.io.note({
      kind: 'decide',
      by: this.id,
      decision: { kind: 'schedule', pod: { namespace, name, uid }, nodes: result.verdicts, chosen: result.chosen, message: result.message },
    })
    if (result.chosen === null) this.failed(queued, result)
    else this.bind(queued, result.chosen)
  }

  private bind(queued: QueuedPod, node: string): void {
    const { pod } = queued
    const { namespace, name, uid } = pod.metadata
    const assumed: Pod = { ...pod, spec: { ...pod.spec, nodeName: node } }
    this.snapshot.addPod(assumed)
    const body = { kind: 'Binding', apiVersion: 'v1', metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } }
    this.client.request(
      { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`, headers: JSON_BODY, body },
      ({ status }) => {
        if (status === 201)
          return this.events.event(pod, {
            type: 'Normal',
            reason: 'Scheduled',
            action: 'Binding',
            message: `Successfully assigned ${namespace}/${name} to ${node}`,
          })
        this.snapshot.removePod(assumed)
        // Gone, or bound by somebody else: nothing is left to do. Otherwise it is tried again.
        if (status !== 404 && status !== 409) this.queue.fail({ ...queued, cause: this.io.cause }, new Set())
      },
    )
  }

  private failed(queued: QueuedPod, { message, refusedBy }: CycleResult): void {
    const { pod } = queued
    const { namespace, name, generation } = pod.metadata
    this.events.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message })
    this.queue.fail(queued, refusedBy)
    const known = pod.status.conditions?.find((c) => c.type === 'PodScheduled')
    if (known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message) return
    const moved = known?.status !== 'False'
    const condition = {
      lastProbeTime: null,
      lastTransitionTime: moved ? rfc3339(this.io.epochNow) : known.lastTransitionTime,
      message,
      observedGeneration: generation,
      reason: 'Unschedulable',
      status: 'False',
      type: 'PodScheduled',
    }
    this.client.request(
      {
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
        headers: PATCH,
        body: { status: { conditions: [condition] } },
      },
      () => {},
    )
  }
}

const gated = (pod: Pod) => defaultPlugins.some((p) => typeof p.preEnqueue?.(pod) === 'string')

function helps(event: ClusterEvent, refusedBy: ReadonlySet<string>): boolean {
  return defaultPlugins.some((p) => refusedBy.has(p.name) && p.helpedBy?.includes(event))
}
