// Wires the parts into a cluster: one event queue in virtual time, one network, one trace. Nothing here knows Kubernetes but the list of parts.
// Inputs are recorded with the turn of the event queue at which they came, so that a fork lives through the same turns again.

import { builtinKinds } from '../api/kinds/builtin'
import { ApiServer } from '../apiserver/apiServer'
import { EventQueue, type Queued } from '../base/eventQueue'
import type { HopBody, HopIndex, NewHop, ProgramId } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { Part, PartIo } from '../base/part'
import { createRng, type Rng } from '../base/rng'
import type { Message, Revision } from '../base/wire'
import { createObjects } from '../client/createObjects'
import { User } from '../client/user'
import { ControllerManager } from '../controllers/controllerManager'
import { ContainerRuntime } from '../kubelet/containerRuntime'
import { Kubelet } from '../kubelet/kubelet'
import { Scheduler } from '../scheduler/scheduler'
import { Etcd } from '../storage/etcd'
import { latency } from './network'
import { PackedTrace } from './packedTrace'
import type { Cluster, ClusterOptions, History, ProgramInput, RunEnd, RunLimits } from './types'

const EPOCH = Date.UTC(2026, 0, 15, 10)
/** A start-up that is not quiet by then goes on after rest. */
const START_UP: Millis = 60_000
const ADMIN = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } }

type Input = { readonly turn: number } & (
  { readonly kind: 'start'; readonly input: ProgramInput } | { readonly kind: 'interrupt'; readonly program: ProgramId }
)

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
    this.add(new ApiServer({ options, epoch: this.epoch }))
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
    this.turn++
    this.inputs.push({ turn: this.turn, kind: 'start', input })
    return this.user.launch(input)
  }

  interrupt(program: ProgramId): void {
    this.turn++
    this.inputs.push({ turn: this.turn, kind: 'interrupt', program })
    this.user.interrupt(program)
  }

  isRunning(program: ProgramId): boolean {
    return this.user.isRunning(program)
  }

  run(limits: RunLimits = {}): RunEnd {
    const end = limits.for === undefined ? Infinity : this.now + limits.for
    let left = limits.maxEvents ?? Infinity
    while (!this.queue.idle) {
      if (this.queue.peek()!.at > end) {
        this.now = end
        return 'limit'
      }
      if (left-- <= 0) return 'limit'
      this.step()
      if (limits.until?.(this)) return 'until'
    }
    return 'idle'
  }

  fork(n: HopIndex): Cluster {
    const last = Math.max(this.trace.eventOf(n), this.trace.eventOf(this.restHop))
    const copy = new SimulatedCluster(this.options)
    copy.startUp()
    for (const input of this.inputs) {
      if (input.turn > last) break
      copy.runToTurn(input.turn - 1)
      if (input.kind === 'start') copy.start(input.input)
      else copy.interrupt(input.program)
    }
    copy.runToTurn(last)
    invariant(copy.trace.length === this.trace.endOfEvent(Math.max(n, this.restHop)) + 1, 'a fork lives through the same hops', {
      n,
      length: copy.trace.length,
    })
    return copy
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
    this.queue.push(arrives, false, () => this.deliver(from, to, message, hop))
    return hop
  }

  private deliver(from: PartId, to: PartId, message: Message, hop: HopIndex): void {
    const receiver = this.parts.get(to)
    if (receiver?.up) {
      receiver.io.cause = hop
      receiver.part.receive(message, from)
    } else if (message.type === 'http.request') {
      this.send(
        to,
        from,
        { type: 'http.unreachable', request: message.request.id, error: 'dial tcp 127.0.0.1:6443: connect: connection refused' },
        hop,
      )
    }
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
