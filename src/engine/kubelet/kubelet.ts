// A node's kubelet: registers its Node, watches the Pods that are bound to it, and runs a worker for each. Nobody calls it to start a Pod;
// it heard of it on the watch that it opened. It answers calls only for logs.
// Leaves out: image and container garbage collection.
// Upstream: kubernetes pkg/kubelet/kubelet.go, config/apiserver.go

import type { Node } from '../api/kinds/node'
import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject } from '../api/object'
import { parseTime } from '../api/scalars/time'
import type { PartId } from '../base/ids'
import type { LinkState, Part, PartIo } from '../base/part'
import type { HttpRequest, Message } from '../base/wire'
import { Client } from '../client/client'
import { EventRecorder } from '../client/eventRecorder'
import { Informer } from '../client/informer'
import type { ClusterOptions, NodeSpec } from '../cluster/types'
import { isMirror } from '../api/kinds/pod/mirror'
import { containerLog } from './containerLogs'
import { publishCSINode } from './csiNode'
import { NodePressure } from './eviction'
import type { Machine } from './machine'
import { isStatic } from './manifests'
import { lackOfFeatures, refusalOf } from './nodeAdmission'
import { nodeAddress } from './addresses'
import { declaredFeatures, nodeObject } from './nodeObject'
import { NodeStatus } from './nodeStatus'
import { Orphans } from './orphans'
import { ImagePuller } from './imagePuller'
import { ObjectCache } from './objectCache'
import type { PodContext } from './podContext'
import { PodWorker } from './podWorker'
import { Preemption } from './preemption'
import { Resizes } from './resizes'
import { RuntimeClient } from './runtimeClient'
import { RuntimeHealth } from './runtimeHealth'
import { TokenTurns } from './tokenTurns'
import { StaticPods } from './staticPods'
import { StatusManager } from './statusManager'

export class Kubelet implements Part {
  readonly id: PartId
  private io!: PartIo
  private client!: Client
  private runtime!: RuntimeClient
  private context!: PodContext
  private node: Informer | null = null
  private readonly workers = new Map<string, PodWorker>()
  /** Pods that are gone from the API or its manifests, of which something may run still. */
  private readonly leaving = new Set<string>()
  private readonly pods = new Map<string, Pod>()
  private statics!: StaticPods
  private pressure!: NodePressure
  private preemption!: Preemption
  private status!: NodeStatus
  private orphans!: Orphans
  private health: RuntimeHealth | null = null
  private ranBefore = false

  constructor(
    private readonly spec: NodeSpec,
    private readonly index: number,
    private readonly options: Pick<ClusterOptions, 'heartbeats'>,
    private readonly machine: Machine,
  ) {
    this.id = spec.name
  }

  start(io: PartIo): void {
    this.io = io
    const credentials = { clientCertificate: { commonName: `system:node:${this.spec.name}`, organizations: ['system:nodes'] } }
    this.client = new Client(io, 'kube-apiserver', { credentials, userAgent: 'kubelet/v1.37.2 (linux/amd64) kubernetes/0000000' })
    // It ends at once where its runtime is not there, and is started again and again; at the node's first start both come up.
    this.runtime = new RuntimeClient(io, `${this.spec.name}/runtime`, !this.ranBefore, (isThere) => this.runtimeChanged(isThere))
    this.context = {
      io,
      client: this.client,
      runtime: this.runtime,
      puller: new ImagePuller(io, this.runtime),
      statuses: new StatusManager(io, this.client),
      events: new EventRecorder(io, this.client, { component: 'kubelet', host: this.spec.name }),
      objects: new ObjectCache(io, this.client),
      resizes: new Resizes(this.machine.allocations, {
        io,
        node: () => this.nodeAnyWay,
        active: this.allocatedPods,
        makeRoom: (pod, then) => this.preemption.makeRoom(pod, then),
        refusalOf: (pod, others, node) =>
          this.pressure.refusalOf(pod) ?? refusalOf(pod, others, node) ?? lackOfFeatures(pod, declaredFeatures(this.spec)),
      }),
      tokenTurns: new TokenTurns(io),
      hostIP: nodeAddress(this.spec, this.index),
    }
    this.statics = new StaticPods(this.machine.manifests, this.spec.name, {
      io,
      client: this.client,
      node: () => this.ownNode,
      run: (pod) => this.whenRuntimeUp(() => this.run(pod)),
      update: (pod) => this.whenRuntimeUp(() => this.changed(pod)),
      isSynced: (pod) => this.workers.get(pod.metadata.uid!)?.ending === false,
      end: (pod, done) => this.whenRuntimeUp(() => this.end(pod, done)),
      tell: (pod) => this.workers.get(pod.metadata.uid!)?.retell(),
      compare: (pod, mirror) => this.workers.get(pod.metadata.uid!)?.compare(mirror),
    })
    const bootID = this.machine.bootID(this.spec.name)
    this.status = new NodeStatus(io, this.client, this.context.events, this.spec, this.index, bootID, () => this.ownNode)
    this.pressure = new NodePressure(this.machine, {
      io,
      active: this.allocatedPods,
      isMeasured: () => this.runtime.isThere,
      running: (pod) => this.workers.get(pod.metadata.uid!)?.running ?? [],
      told: (pressures) => this.status.setPressures(pressures),
      sayOfNode: (reason, message) => this.status.say(reason, message, 'Warning'),
      evict: (pod, eviction) => this.workers.get(pod.metadata.uid!)?.evict(eviction),
      exceeded: (pod) => this.context.events.event(pod, { type: 'Warning', reason: 'ExceededGracePeriod', message: EXCEEDED }),
    })
    this.preemption = new Preemption({
      io,
      canStop: () => this.runtime.isThere,
      node: () => this.nodeAnyWay,
      active: this.allocatedPods,
      evict: (pod, eviction) => this.workers.get(pod.metadata.uid!)?.evict(eviction),
    })
    const isKnown = (uid: string) => this.workers.has(uid) || this.leaving.has(uid) || this.preemption.waits(uid)
    this.orphans = new Orphans(this.context, isKnown)
    this.runtime.whenThere(() => {
      this.health = new RuntimeHealth(io, (problem) => this.status.setRuntimeProblem(problem))
      this.statics.start()
      this.pressure.start()
      this.register()
    })
  }

  crash({ powerLost }: { readonly powerLost: boolean }): void {
    this.ranBefore = true
    this.health = null
    if (powerLost) this.machine.powerLost()
    this.statics.stop()
    this.pressure.stop()
    this.node = null
    this.workers.clear()
    this.leaving.clear()
    this.pods.clear()
  }

  receive(message: Message, from: PartId): void {
    if (this.client.receive(message) || this.runtime.receive(message)) return
    if (message.type === 'cri.exited') this.exited(message.params)
    else if (message.type === 'http.request') this.serve(message.request, from)
  }

  disconnected(from: PartId): void {
    this.runtime.disconnected(from)
  }

  link(peer: PartId, state: LinkState): void {
    this.runtime.link(peer, state)
  }

  private register(): void {
    this.status.register(() => {
      this.status.takeLease()
      publishCSINode(this.io, this.client, this.spec.name)
      if (this.options.heartbeats) this.status.keepAlive()
      this.watchNode()
    })
  }

  /** What others write on the Node decides what it admits; no Pod is looked at before the Node is known. */
  private watchNode(): void {
    const selector = `fieldSelector=metadata.name%3D${this.spec.name}`
    const heard = (node: ApiObject) => this.status.heard(node as Node)
    this.node = new Informer(this.io, this.client, '/api/v1/nodes', { add: heard, update: heard }, selector, () => {
      this.statics.registered()
      this.watchPods()
    })
    this.node.start()
  }

  /** What is there at the start is taken all at once, so that a Pod that runs is let in before a newer one. */
  private watchPods(): void {
    const once = (work: () => void) => pods.synced && this.whenRuntimeUp(work)
    const handlers = {
      add: (object: ApiObject) => once(() => this.added(object as Pod)),
      update: (object: ApiObject, old: ApiObject) => once(() => this.updated(object as Pod, old as Pod)),
      delete: (object: ApiObject) => once(() => this.deleted(object as Pod)),
    }
    const selector = `fieldSelector=spec.nodeName%3D${this.spec.name}`
    const synced = () => {
      const all = pods.list() as Pod[]
      this.whenRuntimeUp(() => this.addedAtStart(all))
    }
    const pods = new Informer(this.io, this.client, '/api/v1/pods', handlers, selector, synced)
    pods.start()
  }

  private addedAtStart(pods: readonly Pod[]): void {
    const age = ({ metadata }: Pod) => parseTime(metadata.creationTimestamp ?? '')
    const oldestFirst = [...pods].sort((a, b) => age(a) - age(b))
    this.context.resizes.hold(() => {
      for (const pod of oldestFirst) this.added(pod, this.ranBefore)
      this.context.resizes.keepOnly((uid) => this.workers.has(uid) || this.preemption.waits(uid))
    })
    this.orphans.allKnown()
    // At the node's first start its runtime has nothing yet.
    if (this.ranBefore) this.orphans.clean()
  }

  /** What ended while the runtime could not be heard, and what it was not heard to begin, is looked for when it is back. */
  private runtimeChanged(isThere: boolean): void {
    this.health?.changed(isThere)
    if (!isThere || !this.health) return
    for (const worker of this.workers.values()) worker.relist()
    this.orphans.clean()
  }

  /** Upstream skips its whole loop while the runtime is down; what came meanwhile it takes on after that. */
  private whenRuntimeUp(work: () => void): void {
    this.health?.whenUp(work)
  }

  private added(pod: Pod, mayRun?: boolean): void {
    this.pods.set(keyOf(pod), pod)
    if (isMirror(pod)) return this.statics.mirrored(pod)
    this.run(pod, mayRun)
  }

  /** `mayRun`: it was here before this kubelet, which is not the node's first. */
  private run(pod: Pod, mayRun = false): void {
    const { resizes } = this.context
    const isEnding = pod.metadata.deletionTimestamp !== undefined || isPodPhaseTerminal(pod.status.phase)
    if (isEnding) this.preemption.forget(pod.metadata.uid!)
    const room = isEnding ? false : this.preemption.makeRoom(pod, (newest) => this.run(newest, mayRun))
    if (room === true) return
    const refusal = room || (isEnding ? null : resizes.admit(pod))
    const worker = new PodWorker(pod, this.context)
    this.workers.set(pod.metadata.uid!, worker)
    worker.start(refusal, mayRun)
    // It was changed while no kubelet was here.
    if (!refusal && worker.active && worker.allocated !== pod) resizes.wanted(worker)
    if (isStatic(pod)) this.statics.reconcile(pod)
  }

  /** The Pods that take up something of the node, each as it is allocated: all that admits, resizes, evicts or makes room goes by these. */
  private readonly allocatedPods = (): readonly Pod[] =>
    [...this.workers.values()].flatMap((worker) => (worker.active ? [worker.allocated] : []))

  private updated(pod: Pod, old: Pod): void {
    // Another of the same name: the watch was away when the old one went.
    if (pod.metadata.uid !== old.metadata.uid && !isMirror(old)) this.end(old)
    this.pods.set(keyOf(pod), pod)
    const worker = this.workers.get(pod.metadata.uid!)
    if (worker) worker.update(pod)
    else this.added(pod)
    this.context.resizes.heard(pod, old)
  }

  /** The manifest of a static Pod changed, and it is the same Pod still. One that waits to be let in is so in its new form. */
  private changed(pod: Pod): void {
    const worker = this.workers.get(pod.metadata.uid!)
    if (worker) worker.update(pod)
    else this.run(pod)
  }

  private deleted(pod: Pod): void {
    this.pods.delete(keyOf(pod))
    if (isMirror(pod)) this.statics.unmirrored(pod)
    else this.end(pod)
  }

  private end({ metadata }: Pod, done?: () => void): void {
    const uid = metadata.uid!
    const worker = this.workers.get(uid)
    // One that waits to be let in is nowhere yet.
    if (this.preemption.forget(uid) && !worker) return done?.()
    if (worker) {
      this.leaving.add(uid)
      worker.removed(() => {
        this.leaving.delete(uid)
        done?.()
      })
    }
    this.workers.delete(uid)
    this.context.resizes.forget(uid)
  }

  private get ownNode(): Node | undefined {
    return this.node?.get('', this.spec.name) as Node | undefined
  }

  /** Where the API has none, it goes by the Node that it would register. */
  private get nodeAnyWay(): Node {
    const { spec, index, io, machine } = this
    return this.ownNode ?? (nodeObject(spec, index, io.epochNow, machine.bootID(spec.name)) as unknown as Node)
  }

  private exited(params: Readonly<Record<string, unknown>>): void {
    const container = String(params.container)
    for (const worker of this.workers.values())
      worker.exited(container, Number(params.exitCode), Number(params.startedAt), Number(params.finishedAt))
  }

  /** GET /containerLogs/<namespace>/<pod>/<container>, asked by the apiserver. */
  private serve(request: HttpRequest, from: PartId): void {
    const [path = '', query = ''] = request.path.split('?')
    const [, , namespace = '', name = '', container = ''] = path.split('/')
    const pod = this.pods.get(`${namespace}/${name}`)
    const answer = containerLog(pod, container, new URLSearchParams(query), this.io.epochNow)
    this.io.send(from, {
      type: 'http.response',
      request: request.id,
      response: { status: answer.status, headers: { 'content-type': 'text/plain' }, body: answer.body },
    })
  }
}

const EXCEEDED = 'Container runtime did not kill the pod within specified grace period.'
const keyOf = ({ metadata }: ApiObject) => `${metadata.namespace}/${metadata.name}`
