// Wires the parts into a cluster: one event queue in virtual time, one network, one trace. Nothing here knows Kubernetes but the list of parts.
// Inputs are recorded with the time and the turn of the event queue at which they came, so that a fork lives through the same turns again.
// Leaves out: members of etcd (one), several API servers, cut links.

import { builtinKinds } from '../api/kinds/builtin'
import { ApiServer } from '../apiserver/apiServer'
import { EventQueue, type Queued } from '../base/eventQueue'
import type { HopBody, HopIndex, NewHop, ProgramId } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { Part, PartIo } from '../base/part'
import { createRng, type Rng } from '../base/rng'
import type { Message, RequestId, Revision } from '../base/wire'
import { createObjects } from '../client/createObjects'
import { User } from '../client/user'
import { ControllerManager } from '../controllers/controllerManager'
import { ContainerRuntime } from '../kubelet/containerRuntime'
import { Kubelet } from '../kubelet/kubelet'
import { Scheduler } from '../scheduler/scheduler'
import { Etcd } from '../storage/etcd'
import { bootstrapOf } from './bootstrap'
import { lostMessage, latency } from './network'
import { PackedTrace } from './packedTrace'
import type { Cluster, ClusterOptions, History, ProgramInput, RunEnd, RunLimits } from './types'

const EPOCH = Date.UTC(2026, 0, 15, 10)
/** A start-up that is not quiet by then goes on after rest. */
const START_UP: Millis = 60_000
const ADMIN = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } }

/** After a part came back, those who wait for it try again on background timers: `run` gives them this long. */
const SETTLING: Millis = 40_000

type Act =
  | { readonly kind: 'start'; readonly input: ProgramInput }
  | { readonly kind: 'interrupt'; readonly program: ProgramId }
  | { readonly kind: 'stop' | 'restart'; readonly part: PartId }
/** What came from outside, with the turn that it was and the moment; `run({ for })` may have moved the clock past the last event. */
type Input = Act & { readonly turn: number; readonly at: Millis }

interface Running {
  readonly part: Part
  readonly io: PartIo
  readonly timers: Set<Queued>
  up: boolean
}

/** Builds a cluster, starts all its components and lets it come to rest. */
export function createCluster(options: ClusterOptions): Cluster {
  const cluster = new SimulatedCluster(options)
  cluster.startUp()
  return cluster
}

class SimulatedCluster implements Cluster {
  now: Millis = 0
  restHop: HopIndex = 0
  readonly epoch: number
  readonly trace = new PackedTrace()
  readonly history: History
  private readonly queue = new EventQueue()
  private readonly parts = new Map<PartId, Running>()
  private readonly inputs: Input[] = []
  /** HTTP exchanges that are not over, with both ends: when one end stops, the other hears of it. */
  private readonly open = new Map<RequestId, { readonly client: PartId; readonly server: PartId }>()
  private readonly etcd = new Etcd()
  private readonly user = new User()
  private readonly random: Rng
  private turn = 0
  private requests = 0

  constructor(readonly options: ClusterOptions) {
    this.epoch = options.epoch ?? EPOCH
    this.random = createRng(options.seed)
    this.history = historyOf(this.etcd)
    this.add(this.etcd)
    this.add(new ApiServer({ options: { ...options, bootstrap: bootstrapOf(options) }, epoch: this.epoch }))
    if (options.controllerManager) this.add(new ControllerManager(options))
    if (options.scheduler) this.add(new Scheduler())
    for (const [index, node] of (options.nodes ?? []).entries()) {
      this.add(new ContainerRuntime(node, index))
      this.add(new Kubelet(node, index, options))
    }
    this.add(this.user)
  }

  startUp(): void {
    this.startParts(['etcd', 'kube-apiserver'])
    this.run({ for: START_UP })
    this.startParts([...this.parts.keys()].filter((id) => !this.parts.get(id)!.up))
    this.run({ for: START_UP })
    if (this.options.objects?.length) {
      const { objects } = this.options
      this.turn++
      this.user.launch({ line: '', identity: '', credentials: ADMIN, program: () => createObjects(objects, builtinKinds) })
      this.run({ for: START_UP })
    }
    this.restHop = Math.max(0, this.trace.length - 1)
  }

  start(input: ProgramInput): ProgramId {
    this.record({ kind: 'start', input })
    return this.user.launch(input)
  }

  interrupt(program: ProgramId): void {
    this.record({ kind: 'interrupt', program })
    this.user.interrupt(program)
  }

  isUp(part: PartId): boolean {
    return this.parts.get(part)?.up ?? false
  }

  stop(part: PartId): void {
    const running = this.parts.get(part)
    invariant(running, 'a part of this cluster', { part })
    if (!running.up) return
    this.record({ kind: 'stop', part })
    running.up = false
    for (const timer of running.timers) this.queue.cancel(timer)
    running.timers.clear()
    running.part.crash()
    for (const { part: other, up } of this.parts.values()) if (up) other.disconnected?.(part)
    // The kernel closes the process's connections.
    for (const [request, { client, server }] of this.open) {
      if (client === part) this.send(part, server, { type: 'http.abort', request }, null)
      else if (server === part) this.send(part, client, { type: 'http.unreachable', request, error: 'unexpected EOF' }, null)
    }
  }

  restart(part: PartId): void {
    const running = this.parts.get(part)
    invariant(running, 'a part of this cluster', { part })
    if (running.up) return
    this.record({ kind: 'restart', part })
    running.up = true
    running.io.cause = null
    running.part.start(running.io)
    this.queue.push(this.now + SETTLING, false, () => {})
  }

  isRunning(program: ProgramId): boolean {
    return this.user.isRunning(program)
  }

  run(limits: RunLimits = {}): RunEnd {
    const end = limits.for === undefined ? Infinity : this.now + limits.for
    let left = limits.maxEvents ?? Infinity
    invariant(!limits.throughIdle || end < Infinity || left < Infinity, 'background timers never end: give a limit')
    while (limits.throughIdle ? this.queue.peek() : !this.queue.idle) {
      if (this.queue.peek()!.at > end) {
        this.now = end
        return 'limit'
      }
      if (left-- <= 0) return 'limit'
      this.step()
      if (limits.until?.(this)) return 'until'
    }
    if (limits.throughIdle && end < Infinity) this.now = end
    return 'idle'
  }

  fork(n: HopIndex): Cluster {
    const last = Math.max(this.trace.eventOf(n), this.trace.eventOf(this.restHop))
    const copy = new SimulatedCluster(this.options)
    copy.startUp()
    for (const input of this.inputs) {
      if (input.turn > last) break
      copy.runToTurn(input.turn - 1)
      copy.now = input.at
      copy.act(input)
    }
    copy.runToTurn(last)
    const length = this.trace.endOfEvent(Math.max(n, this.restHop)) + 1
    invariant(copy.trace.length === length && copy.trace.sameColumns(this.trace, length), 'a fork lives through the same hops', {
      n,
      length,
      copied: copy.trace.length,
    })
    return copy
  }

  private record(act: Act): void {
    this.inputs.push({ ...act, turn: ++this.turn, at: this.now })
  }

  private act(act: Act): void {
    switch (act.kind) {
      case 'start':
        this.start(act.input)
        return
      case 'interrupt':
        return this.interrupt(act.program)
      case 'stop':
        return this.stop(act.part)
      case 'restart':
        return this.restart(act.part)
    }
  }

  private runToTurn(turn: number): void {
    while (this.turn < turn) this.step()
  }

  private step(): void {
    const next = this.queue.pop()
    invariant(next, 'an event to handle', { turn: this.turn })
    this.now = Math.max(this.now, next.at)
    this.turn++
    next.run()
  }

  private startParts(ids: readonly PartId[]): void {
    for (const id of ids) {
      const running = this.parts.get(id)!
      running.up = true
      this.turn++
      running.io.cause = null
      running.part.start(running.io)
    }
  }

  private add(part: Part): void {
    const timers = new Set<Queued>()
    this.parts.set(part.id, { part, timers, up: false, io: this.ioFor(part, timers) })
  }

  private ioFor(part: Part, timers: Set<Queued>): PartIo {
    const now = () => this.now
    const epochNow = () => this.epoch + this.now
    const io: PartIo = {
      get now() {
        return now()
      },
      get epochNow() {
        return epochNow()
      },
      random: this.random.fork(part.id),
      cause: null,
      newRequestId: () => ++this.requests,
      note: (hop: NewHop) => this.note(hop, io.cause),
      send: (to, message) => this.send(part.id, to, message, io.cause),
      after: (delay, wake, { background = false } = {}) => {
        const cause = io.cause
        const entry = this.queue.push(this.now + delay, background, () => {
          timers.delete(entry)
          io.cause = cause
          wake()
        })
        timers.add(entry)
        return {
          cancel: () => {
            timers.delete(entry)
            this.queue.cancel(entry)
          },
        }
      },
    }
    return io
  }

  private note(body: HopBody, cause: HopIndex | null): HopIndex {
    return this.trace.add(body, this.now, cause, this.revision, this.turn, this.user.current)
  }

  private send(from: PartId, to: PartId, message: Message, cause: HopIndex | null): HopIndex {
    const arrives = this.now + latency(from, to)
    const hop = this.note({ kind: 'send', from, to, arrives, message }, cause)
    this.follow(from, to, message)
    this.queue.push(arrives, false, () => this.deliver(from, to, message, hop))
    return hop
  }

  /** Keeps `open` true to what is said. */
  private follow(from: PartId, to: PartId, message: Message): void {
    switch (message.type) {
      case 'http.request':
        this.open.set(message.request.id, { client: from, server: to })
        return
      case 'http.response':
        if (!message.response.streaming) this.open.delete(message.request)
        return
      case 'http.end':
      case 'http.unreachable':
      case 'http.abort':
        this.open.delete(message.request)
    }
  }

  private deliver(from: PartId, to: PartId, message: Message, hop: HopIndex): void {
    const receiver = this.parts.get(to)
    if (receiver?.up) {
      receiver.io.cause = hop
      receiver.part.receive(message, from)
      return
    }
    const answer = lostMessage(message)
    if (answer) this.send(to, from, answer, hop)
  }

  private get revision(): Revision {
    return this.etcd.store.revision
  }
}

function historyOf({ store }: Etcd): History {
  return {
    get revision() {
      return store.revision
    },
    get: (key, revision) => store.getAt(key, revision),
    list: (prefix, revision) => store.listAt(prefix, revision),
    count: (prefix, revision) => store.listAt(prefix, revision).length,
  }
}
