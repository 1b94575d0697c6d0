// The kubelet's own Node: registered at its start, told to be ready once the runtime has answered, and, where nodes have heartbeats, told again
// and again: the Lease every ten seconds, the status when it is not as the kubelet would have it or five minutes passed.
// Leaves out: images; the spread of the five minutes by chance; the events of the first start (its namespace is only being made then).
// Upstream: kubernetes pkg/kubelet/kubelet_node_status.go, kubelet.go (BirthCry), images/image_gc_manager.go, cm/node_container_manager_linux.go,
// component-helpers apimachinery/lease/controller.go

import type { Node, NodeCondition } from '../api/kinds/node'
import { rfc3339, rfc3339Micro } from '../api/scalars/time'
import { isObject, type JsonObject } from '../base/json'
import type { Millis, PartIo, Timer } from '../base/part'
import type { EventRecorder } from '../client/eventRecorder'
import { bodyOf, succeeded } from '../client/answers'
import { create, read, replace, strategicPatch } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { Answered, ClientApi } from '../client/types'
import type { NodeSpec } from '../cluster/types'
import type { Pressure } from './eviction'
import { conditionsOf, nodeObject, type PressureTold } from './nodeObject'
import { isChanged, nodePatch, takenOver, updatedNode } from './updatedNode'

/** Milliseconds. */
const FAST = 100
/** Between two tries to register, at most. */
const REGISTER_MAX = 7000
const STATUS_PERIOD = 10_000
const REPORT_PERIOD = 300_000
const RENEW = 10_000
const LEASE_SECONDS = 40
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
/** How often a round tries to tell the status. */
const TRIES = 5
/** What is said when a pressure ends, as also at every start, and when it begins. */
const SAID: Readonly<Record<Pressure, readonly [string, string]>> = {
  MemoryPressure: ['NodeHasSufficientMemory', 'NodeHasInsufficientMemory'],
  DiskPressure: ['NodeHasNoDiskPressure', 'NodeHasDiskPressure'],
  PIDPressure: ['NodeHasSufficientPID', 'NodeHasInsufficientPID'],
}

export class NodeStatus {
  private readonly path: string
  private readonly bootID: string
  private reportedAt: Millis = -Infinity
  private updating = false
  private behind = false
  private rebooted = false
  private beats = false
  private round: Timer | null = null
  private lease: JsonObject | null = null
  private unschedulable = false
  private pressures: readonly Pressure[] = []
  private runtimeProblem: string | null = null

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly events: EventRecorder,
    private readonly spec: NodeSpec,
    private readonly index: number,
    bootID: string,
    /** As the kubelet's own watch has told of it. */
    private readonly watched: () => Node | undefined,
  ) {
    const { nodeInfo } = spec.facts ?? {}
    this.bootID = isObject(nodeInfo) ? String(nodeInfo.bootID ?? '') : bootID
    this.path = `/api/v1/nodes/${spec.name}`
  }

  /** Calls back once the Node is there; the status follows. Tried again with growing delays. */
  register(done: () => void, wait: Millis = FAST): void {
    const attempt = () =>
      perform(this.client, this.registered(), (known) => {
        if (known === null) return this.register(done, Math.min(2 * wait, REGISTER_MAX))
        done()
        if (known) this.sayStarted()
        this.io.after(FAST, () => this.update())
      })
    this.io.after(wait, attempt, { background: wait > FAST })
  }

  /** Heartbeats, in the background. */
  keepAlive(): void {
    this.beats = true
    const beat = (period: Millis, work: () => void) =>
      this.io.after(
        period,
        () => {
          work()
          beat(period, work)
        },
        { background: true },
      )
    beat(RENEW, () => this.takeLease())
    beat(STATUS_PERIOD, () => this.update())
  }

  /** Told at once, where upstream waits for its next round of ten seconds. */
  setPressures(pressures: readonly Pressure[]): void {
    this.pressures = pressures
    this.update()
  }

  /** As with a pressure; null: there is none. */
  setRuntimeProblem(problem: string | null): void {
    this.runtimeProblem = problem
    this.update()
  }

  /** The Node has changed: where it is not as this kubelet would have it, that is put right in the next round. */
  heard(node: Node): void {
    if (!this.beats && isChanged(node, this.wanted(node))) this.updateLater()
  }

  takeLease(): void {
    perform(this.client, this.renewed())
  }

  /** Whether the Node was there before; null when it is not as it has to be. */
  private *registered(): Sync<boolean | null> {
    const own = this.own()
    const answer = yield* ask(create('/api/v1/nodes', own as unknown as JsonObject))
    if (answer.status === 201) return false
    if (answer.status !== 409) return null
    const node = bodyOf<Node>(yield* ask(read(this.path)))
    if (!node) return null
    const now = takenOver(node, own)
    return isChanged(node, now) && !succeeded(yield* this.patched(node, now)) ? null : true
  }

  private own(): Node {
    return nodeObject(this.spec, this.index, this.io.epochNow, this.bootID) as unknown as Node
  }

  /** One round at a time; what changed in the meantime is told by the next, what could not be told in ten seconds. */
  private update(): void {
    this.behind = this.updating
    if (this.updating) return
    this.updating = true
    perform(this.client, this.updated(), (told) => {
      this.updating = false
      if (this.behind) this.update()
      else if (!told) this.updateLater()
    })
  }

  /** In the next round, which comes by itself where there are heartbeats. */
  private updateLater(): void {
    if (this.beats) return
    this.round ??= this.io.after(
      STATUS_PERIOD,
      () => {
        this.round = null
        this.update()
      },
      { background: true },
    )
  }

  /** The server is only asked for the Node where what the watch told was of no use. */
  private *updated(): Sync<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const node = tries === 0 ? this.watched() : bodyOf<Node>(yield* ask(read(this.path)))
      if (node && (yield* this.told(node))) return true
    }
    return false
  }

  /** Whether the Node is as this kubelet would have it, or has been told so: also when nothing but the time changed, if that is long ago. */
  private *told(node: Node): Sync<boolean> {
    const old = node.status.conditions ?? []
    const now = this.wanted(node)
    this.sayBooted(node)
    for (const condition of now.status.conditions ?? []) this.sayMoved(condition, old)
    this.sayWhetherSchedulable(node)
    if (!isChanged(node, now) && this.io.now - this.reportedAt < REPORT_PERIOD) return true
    if (!succeeded(yield* this.patched(node, now))) return false
    this.reportedAt = this.io.now
    return true
  }

  /** The Node as this kubelet would have it. */
  private wanted(node: Node): Node {
    const conditions = conditionsOf(rfc3339(this.io.epochNow), this.runtimeProblem, node.status.conditions ?? [], this.pressures)
    return updatedNode(node, this.own(), conditions)
  }

  private patched(before: Node, after: Node): Sync<Answered> {
    return ask(strategicPatch(`${this.path}/status`, nodePatch(before, after)))
  }

  private *renewed(): Sync<void> {
    const { name } = this.spec
    const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime: rfc3339Micro(this.io.epochNow) }
    let known = this.lease ?? bodyOf<JsonObject>(yield* ask(read(`${LEASES}/${name}`)))
    if (known) {
      const answer = yield* ask(replace(`${LEASES}/${name}`, { ...known, spec: { ...(known.spec as JsonObject), ...spec } }))
      this.lease = bodyOf<JsonObject>(answer)
      return
    }
    const node = bodyOf<Node>(yield* ask(read(this.path)))
    const owner = node && [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }]
    const metadata = { name, namespace: 'kube-node-lease', ...(owner ? { ownerReferences: owner } : {}) }
    known = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata, spec }
    this.lease = bodyOf<JsonObject>(yield* ask(create(LEASES, known)))
  }

  /** Says, once, that the machine was started anew since its Node was told of last. */
  private sayBooted({ status }: Node): void {
    const { bootID } = status.nodeInfo ?? {}
    if (this.rebooted || !bootID || bootID === this.bootID) return
    this.rebooted = true
    this.say('Rebooted', `Node ${this.spec.name} has been rebooted, boot id: ${this.bootID}`, 'Warning')
  }

  /** Says when somebody has cordoned the node, or lifted that. */
  private sayWhetherSchedulable({ spec: { unschedulable = false } }: Node): void {
    if (unschedulable === this.unschedulable) return
    this.unschedulable = unschedulable
    this.sayStatus(unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable')
  }

  /** The first look for images to throw away comes before anybody has measured their disk. */
  private sayStarted(): void {
    this.say('Starting', 'Starting kubelet.')
    this.say('InvalidDiskCapacity', 'invalid capacity 0 on image filesystem', 'Warning')
    for (const [reason] of Object.values(SAID)) this.sayStatus(reason)
    this.say('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
  }

  private sayMoved(condition: NodeCondition, old: readonly NodeCondition[]): void {
    const was = old.find(({ type }) => type === condition.type)
    if (was?.status === condition.status) return
    const is = condition.status === 'True'
    if (condition.type in SAID) this.sayStatus(SAID[(condition as PressureTold).type][is ? 1 : 0])
    else if (was && condition.type === 'Ready') this.sayStatus(is ? 'NodeReady' : 'NodeNotReady')
  }

  private sayStatus(reason: string): void {
    this.say(reason, `Node ${this.spec.name} status is now: ${reason}`)
  }

  say(reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    // A kubelet knows its Node by name only: that stands for the uid in its events.
    const { name } = this.spec
    this.events.event({ kind: 'Node', metadata: { name, uid: name } }, { type, reason, message })
  }
}
