// The kubelet's own Node: registered at its start, told to be ready once the runtime has answered, and, where nodes have heartbeats, told again
// and again: the Lease every ten seconds, the status when it changed or five minutes passed.
// Leaves out: images and volumes in use; the events of the first start (its namespace is only being made then).
// Upstream: kubernetes pkg/kubelet/kubelet_node_status.go, kubelet.go (BirthCry), images/image_gc_manager.go, cm/node_container_manager_linux.go,
// component-helpers apimachinery/lease/controller.go

import type { Node } from '../api/kinds/node'
import { equalJson } from '../base/equal'
import { types } from '../api/kinds/types'
import { createStrategicPatch } from '../api/patch/strategicDiff'
import { rfc3339, rfc3339Micro } from '../api/scalars/time'
import { isObject, type JsonObject } from '../base/json'
import type { Millis, PartIo } from '../base/part'
import type { EventRecorder } from '../client/eventRecorder'
import { bodyOf } from '../client/answers'
import { create, read, replace, strategicPatch } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { ClientApi } from '../client/types'
import type { NodeSpec } from '../cluster/types'
import type { Pressure } from './eviction'
import { conditionsOf, declaredFeatures, nodeObject, type PressureTold } from './nodeObject'

/** Milliseconds. */
const RETRY = 1000
const FAST = 100
const STATUS_PERIOD = 10_000
const REPORT_PERIOD = 300_000
const RENEW = 10_000
const LEASE_SECONDS = 40
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
const statusSchema = types.struct('Node').field('status')
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
  private lease: JsonObject | null = null
  private unschedulable = false
  private pressures: readonly Pressure[] = []

  constructor(
    private readonly io: PartIo,
    private readonly client: ClientApi,
    private readonly events: EventRecorder,
    private readonly spec: NodeSpec,
    private readonly index: number,
    bootID: string,
  ) {
    const { nodeInfo } = spec.facts ?? {}
    this.bootID = isObject(nodeInfo) ? String(nodeInfo.bootID ?? '') : bootID
    this.path = `/api/v1/nodes/${spec.name}`
  }

  /** Calls back once the Node is there; the status follows. */
  register(done: () => void): void {
    perform(this.client, this.registered(), (known) => {
      if (known === null) {
        this.io.after(RETRY, () => this.register(done), { background: true })
        return
      }
      done()
      if (known) this.sayStarted()
      this.io.after(known ? 0 : FAST, () => perform(this.client, this.updated(false)))
    })
  }

  /** Heartbeats, in the background. */
  keepAlive(): void {
    const beat = (period: Millis, work: () => Sync<void>) =>
      this.io.after(
        period,
        () => {
          perform(this.client, work())
          beat(period, work)
        },
        { background: true },
      )
    beat(RENEW, () => this.renewed())
    beat(STATUS_PERIOD, () => this.updated(true))
  }

  /** Told at once, where upstream waits for its next round of ten seconds. */
  setPressures(pressures: readonly Pressure[]): void {
    this.pressures = pressures
    perform(this.client, this.updated(false))
  }

  /** The Lease as it is at the start. */
  takeLease(): void {
    perform(this.client, this.renewed())
  }

  /** Whether the Node was there before; null when the server did not say. */
  private *registered(): Sync<boolean | null> {
    const answer = yield* ask(create('/api/v1/nodes', nodeObject(this.spec, this.index, this.io.epochNow, this.bootID)))
    if (answer.status === 201) return false
    if (answer.status !== 409) return null
    return bodyOf<Node>(yield* ask(read(this.path))) ? true : null
  }

  /** `report`: also when nothing but the time of the heartbeat changed, if that is long ago. */
  private *updated(report: boolean): Sync<void> {
    const node = bodyOf<Node>(yield* ask(read(`${this.path}?resourceVersion=0`)))
    if (!node) return
    this.tellSchedulable(node)
    const old = node.status.conditions ?? []
    const conditions = conditionsOf(rfc3339(this.io.epochNow), true, old, this.pressures)
    const moved = conditions.filter((c) => old.find((o) => o.type === c.type)?.status !== c.status)
    const facts = { ...this.bootedAs(node), ...this.declaredAs(node) }
    if (moved.length === 0 && Object.keys(facts).length === 0 && !(report && this.io.now - this.reportedAt >= REPORT_PERIOD)) return
    if (report) this.reportedAt = this.io.now
    const now = { ...node.status, conditions, ...facts } as JsonObject
    const status = createStrategicPatch(node.status as JsonObject, now, statusSchema)
    if (old.find((c) => c.type === 'Ready')?.status !== 'True') this.say('NodeReady', `Node ${this.spec.name} status is now: NodeReady`)
    for (const condition of moved) if (condition.type in SAID) this.sayOf(condition as PressureTold)
    yield* ask(strategicPatch(`${this.path}/status`, { status }))
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

  /** Says that the machine was started anew since its Node was told of last; null where it was not. */
  private bootedAs({ status }: Node): JsonObject | null {
    const nodeInfo = (status.nodeInfo ?? {}) as JsonObject
    if (!nodeInfo.bootID || nodeInfo.bootID === this.bootID) return null
    this.say('Rebooted', `Node ${this.spec.name} has been rebooted, boot id: ${this.bootID}`, 'Warning')
    return { nodeInfo: { ...nodeInfo, bootID: this.bootID } }
  }

  /** Says what it can do, where its Node says something else; null where it does not. */
  private declaredAs({ status }: Node): JsonObject | null {
    const own = declaredFeatures(this.spec)
    return equalJson(status.declaredFeatures ?? [], own) ? null : { declaredFeatures: own }
  }

  /** Says when somebody has cordoned the node, or lifted that. */
  private tellSchedulable({ spec: { unschedulable = false } }: Node): void {
    if (unschedulable === this.unschedulable) return
    this.unschedulable = unschedulable
    const reason = unschedulable ? 'NodeNotSchedulable' : 'NodeSchedulable'
    this.say(reason, `Node ${this.spec.name} status is now: ${reason}`)
  }

  /** The first look for images to throw away comes before anybody has measured their disk. */
  private sayStarted(): void {
    this.say('Starting', 'Starting kubelet.')
    this.say('InvalidDiskCapacity', 'invalid capacity 0 on image filesystem', 'Warning')
    for (const [reason] of Object.values(SAID)) this.say(reason, `Node ${this.spec.name} status is now: ${reason}`)
    this.say('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
  }

  private sayOf({ type, status }: PressureTold): void {
    const reason = SAID[type][status === 'True' ? 1 : 0]
    this.say(reason, `Node ${this.spec.name} status is now: ${reason}`)
  }

  say(reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal'): void {
    // A kubelet knows its Node by name only: that stands for the uid in its events.
    const { name } = this.spec
    this.events.event({ kind: 'Node', metadata: { name, uid: name } }, { type, reason, message })
  }
}
