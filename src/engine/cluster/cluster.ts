// A cluster: its components, one network, one trace, in virtual time. Nothing here knows Kubernetes; components.ts lists the components.
// Inputs are recorded with the time and the turn of the event queue at which they came, so that a fork lives through the same turns again.
// Leaves out: several API servers.

import { builtinKinds } from '../api/kinds/builtin'
import type { Fault } from '../base/fault'
import type { HopBody, HopIndex, ProgramId } from '../base/hop'
import type { Millis, PartId } from '../base/ids'
import { invariant } from '../base/invariant'
import type { JsonObject } from '../base/json'
import { createRng } from '../base/rng'
import type { Message, Revision } from '../base/wire'
import { createObjects } from '../client/createObjects'
import type { User } from '../client/user'
import type { Machine } from '../kubelet/machine'
import { addressOf, componentsOf, type Components } from './components'
import { Connections } from './connections'
import { EventLoop } from './eventLoop'
import { Faults } from './faults'
import { HopWindow } from './hopWindow'
import { historyOf } from './members'
import { refusedMessage } from './network'
import { PackedTrace } from './packedTrace'
import { Processes } from './processes'
import type { Cluster, ClusterOptions, History, ProgramInput, RunEnd, RunLimits } from './types'

const EPOCH = Date.UTC(2026, 0, 15, 10)
/** A start-up that is not quiet by then goes on after rest. */
const START_UP: Millis = 60_000
const ADMIN = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } }

/** After a repair, those who wait for it try again on background timers: `run` gives them this long. */
const SETTLING: Millis = 70_000

/** Hops that are kept whole when a stretch is lived through again for one of them: its neighbours are looked at next. */
const STRETCH = 4096

type Act =
  | { readonly kind: 'start'; readonly input: ProgramInput }
  | { readonly kind: 'interrupt'; readonly program: ProgramId }
  | { readonly kind: 'inject' | 'repair'; readonly fault: Fault }
  | { readonly kind: 'manifest'; readonly node: string; readonly file: string; readonly manifest: JsonObject | null }
/** What came from outside, with the turn that it was and the moment; `run({ for })` may have moved the clock past the last event. */
type Input = Act & { readonly turn: number; readonly at: Millis }

/** Builds a cluster, starts all its components and lets it come to rest. */
export function createCluster(options: ClusterOptions): Cluster {
  const cluster = new SimulatedCluster(options)
  cluster.startUp()
  return cluster
}

class SimulatedCluster implements Cluster {
  restHop: HopIndex = 0
  readonly trace: PackedTrace
  readonly history: History
  private readonly loop: EventLoop
  private readonly components: Components
  private readonly inputs: Input[] = []
  private readonly connections: Connections
  private readonly processes: Processes
  private readonly faultsInForce: Faults
  private requests = 0
  private recalled: HopWindow | null = null

  /** `window` takes the hops in place of the trace when a run is lived through again for a stretch of it. */
  constructor(
    readonly options: ClusterOptions,
    private readonly window: HopWindow | null = null,
  ) {
    this.loop = new EventLoop(options.epoch ?? EPOCH)
    this.trace = new PackedTrace({ wholeHops: options.wholeHops ?? Infinity, recall: (index) => this.recall(index) })
    this.components = componentsOf(options)
    const { etcd, parts, webhook } = this.components
    this.history = historyOf(etcd)
    this.connections = this.connect()
    this.processes = this.surround()
    for (const part of parts) this.processes.add(part)
    const { loop: clock, connections, processes } = this
    this.faultsInForce = new Faults({ clock, connections, processes, webhook, machineOf: (node, hop) => this.machineOf(node, hop) })
  }

  get epoch(): number {
    return this.loop.epoch
  }

  get now(): Millis {
    return this.loop.now
  }

  get turns(): number {
    return this.loop.turns
  }

  startUp(): void {
    this.startParts([...this.components.etcd.map(({ id }) => id), 'kube-apiserver'])
    this.run({ for: START_UP })
    this.startParts(this.processes.ids.filter((id) => !this.isUp(id)))
    this.run({ for: START_UP })
    if (this.options.objects?.length) {
      const { objects } = this.options
      this.loop.turns++
      this.user.launch({ line: '', identity: '', credentials: ADMIN, program: () => createObjects(objects, builtinKinds) })
      this.run({ for: START_UP })
    }
    this.restHop = Math.max(0, (this.window ?? this.trace).length - 1)
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
    return this.processes.isUp(part)
  }

  writeManifest(node: string, file: string, manifest: JsonObject | null): void {
    this.record({ kind: 'manifest', node, file, manifest })
    this.machineOf(node, null).manifests.write(file, manifest)
  }

  get faults(): readonly Fault[] {
    return this.faultsInForce.inForce
  }

  inject(fault: Fault): void {
    if (this.faultsInForce.find(fault)) return
    this.record({ kind: 'inject', fault })
    this.faultsInForce.inject(fault, this.note({ kind: 'fault', fault, active: true }, null))
  }

  repair(fault: Fault): void {
    const known = this.faultsInForce.find(fault)
    if (!known) return
    this.record({ kind: 'repair', fault: known })
    this.faultsInForce.repair(known, this.note({ kind: 'fault', fault: known, active: false }, null))
    this.loop.queue.push(this.now + SETTLING, false, () => {})
  }

  stop(part: PartId): void {
    this.inject({ kind: 'stopped', part })
  }

  restart(part: PartId): void {
    this.repair({ kind: 'stopped', part })
  }

  isRunning(program: ProgramId): boolean {
    return this.user.isRunning(program)
  }

  run(limits: RunLimits = {}): RunEnd {
    return this.loop.run(limits, limits.until && (() => limits.until!(this)))
  }

  fork(n: HopIndex): Cluster {
    const last = Math.max(this.trace.eventOf(n), this.trace.eventOf(this.restHop))
    const copy = new SimulatedCluster(this.options)
    copy.relive(this.inputs, last)
    const length = this.trace.endOfEvent(Math.max(n, this.restHop)) + 1
    invariant(copy.trace.length === length && copy.trace.sameColumns(this.trace, length), 'a fork lives through the same hops', {
      n,
      length,
      copied: copy.trace.length,
    })
    return copy
  }

  /** Starts up and takes the same inputs at the same turns, up to the end of a turn. */
  private relive(inputs: readonly Input[], last: number): void {
    this.startUp()
    for (const input of inputs) {
      if (input.turn > last) break
      this.loop.runToTurn(input.turn - 1)
      this.loop.now = input.at
      this.act(input)
    }
    this.loop.runToTurn(last)
  }

  /** What the trace let go of a hop: same seed, same inputs, same hop. */
  private recall(index: HopIndex): HopBody {
    if (!this.recalled?.holds(index)) {
      const from = Math.max(0, index - STRETCH / 2)
      const window = new HopWindow(from, from + STRETCH)
      new SimulatedCluster(this.options, window).relive(this.inputs, this.trace.eventOf(Math.min(from + STRETCH, this.trace.length) - 1))
      this.recalled = window
    }
    return this.recalled.body(index)
  }

  private record(act: Act): void {
    this.inputs.push({ ...act, turn: ++this.loop.turns, at: this.now })
  }

  private act(act: Act): void {
    switch (act.kind) {
      case 'start':
        this.start(act.input)
        return
      case 'interrupt':
        return this.interrupt(act.program)
      case 'inject':
        return this.inject(act.fault)
      case 'repair':
        return this.repair(act.fault)
      case 'manifest':
        return this.writeManifest(act.node, act.file, act.manifest)
    }
  }

  private startParts(ids: readonly PartId[]): void {
    for (const id of ids) {
      this.loop.turns++
      this.processes.start(id, null)
    }
  }

  private note(body: HopBody, cause: HopIndex | null): HopIndex {
    if (this.window) return this.window.add(body)
    return this.trace.add(body, this.now, cause, this.revision, this.turns, this.user.current)
  }

  private arrive(from: PartId, to: PartId, message: Message, hop: HopIndex): void {
    if (this.processes.receive(to, message, from, hop)) return
    const answer = refusedMessage(message, addressOf(to, this.options))
    if (answer) this.connections.send(to, from, answer, hop)
  }

  private connect(): Connections {
    return new Connections({
      clock: this.loop,
      addressOf: (part) => addressOf(part, this.options),
      note: (body, cause) => this.note(body, cause),
      later: (at, background, run) => void this.loop.queue.push(at, background, run),
      arrive: (from, to, message, hop) => this.arrive(from, to, message, hop),
      disconnect: (part, from, cause) => this.processes.tellBroken(part, from, cause),
    })
  }

  private surround(): Processes {
    return new Processes({
      clock: this.loop,
      queue: this.loop.queue,
      random: createRng(this.options.seed),
      network: this.connections.network,
      newRequestId: () => ++this.requests,
      note: (hop, cause) => this.note(hop, cause),
      send: (from, to, message, cause) => this.connections.send(from, to, this.faultsInForce.signed(message), cause),
    })
  }

  /** Whose kubelet will act because of this hop. */
  private machineOf(node: string, hop: HopIndex | null): Machine {
    const machine = this.components.machines.get(node)
    invariant(machine, 'a node of this cluster', { node })
    this.processes.actsFor(node, hop)
    return machine
  }

  private get user(): User {
    return this.components.user
  }

  private get revision(): Revision {
    return this.history.revision
  }
}
