// Eviction by the node: when the machine runs short of something, its kubelet says so on the Node, and ends one Pod after the other until it
// no longer does. Every container that runs is taken to use the same (containers run no program), so that requests and priorities decide;
// of a Pod of which none runs nothing is known, and it goes first.
// Leaves out: soft thresholds, other thresholds than the defaults, image and container garbage collection before Pods, limits of local storage.
// Upstream: kubernetes pkg/kubelet/eviction/{eviction_manager,helpers}.go

import type { Pod } from '../api/kinds/pod/types'
import { qosClass } from '../api/kinds/pod/resources'
import { podTotals } from '../api/kinds/pod/totals'
import { canonicalQuantity, compareQuantities, formatQuantity, parseQuantity } from '../api/scalars/quantity'
import { tolerates } from '../api/kinds/pod/tolerations'
import type { JsonObject } from '../base/json'
import type { Millis, PartIo, Timer } from '../base/part'
import type { Machine, Scarce } from './machine'
import { isStatic } from './manifests'
import type { Refusal } from './nodeAdmission'
import { USED } from './usage'

export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** Milliseconds. */
const MONITORING = 10_000
const TRANSITION = 300_000
const POLL = 1000
/** How long a Pod has to be killed before that is told, and how long it is awaited in all before the next look. */
const KILL = 10_000
const CLEANUP = KILL + 30_000
/** Seconds that an evicted Pod has to end. */
const GRACE = 1
const SYSTEM_CRITICAL = 2_000_000_000

interface Signal {
  readonly condition: Pressure
  /** The least that has to be free, and what is. */
  readonly threshold: string
  readonly available: string
}

/** The defaults; for process ids there is none, and a cluster that has this pressure was given one. */
const SIGNALS: Readonly<Record<Scarce, Signal>> = {
  memory: { condition: 'MemoryPressure', threshold: '100Mi', available: '90Mi' },
  'ephemeral-storage': { condition: 'DiskPressure', threshold: '10Gi', available: '9Gi' },
  pids: { condition: 'PIDPressure', threshold: '3276', available: '3000' },
}

export interface EvictionHost {
  readonly io: PartIo
  /** The Pods that take up something of the node, as they are allocated. */
  active(): readonly Pod[]
  /** Whether the runtime answers: without it nothing is known of what is used. */
  isMeasured(): boolean
  /** The containers of a Pod that run, by name. */
  running(pod: Pod): readonly string[]
  told(pressures: readonly Pressure[]): void
  sayOfNode(reason: string, message: string): void
  evict(pod: Pod, eviction: Eviction): void
  /** It was not killed in the time that it had. */
  exceeded(pod: Pod): void
}

/** A Pod that its node ends. */
export interface Eviction {
  readonly reason: 'Evicted' | 'Preempting'
  readonly message: string
  /** What its condition DisruptionTarget says. */
  readonly disruption: string
  readonly annotations: Readonly<Record<string, string>>
  /** Seconds, whatever the Pod asks for. */
  readonly grace?: number
}

export class NodePressure {
  private readonly seenAt = new Map<Pressure, Millis>()
  private told: readonly Pressure[] = []
  private timer: Timer | null = null
  private startedAt: Millis = 0

  constructor(
    private readonly machine: Machine,
    private readonly host: EvictionHost,
  ) {}

  start(): void {
    this.startedAt = this.host.io.now
    this.machine.shortageChanged = () => this.plan(false)
    if (this.machine.shortOf.length > 0) this.plan(false)
  }

  stop(): void {
    this.machine.shortageChanged = null
  }

  /** Why a Pod is not let in now, or null. */
  refusalOf(pod: Pod): Refusal | null {
    const [first, ...others] = this.told
    if (first === undefined || isCritical(pod)) return null
    if (first === 'MemoryPressure' && others.length === 0) {
      const taint = { key: 'node.kubernetes.io/memory-pressure', value: '', effect: 'NoSchedule' } as const
      if (qosClass(pod) !== 'BestEffort' || tolerates(pod.spec.tolerations, taint)) return null
    }
    return { reason: 'Evicted', message: `The node had condition: [${this.told.join(' ')}]. ` }
  }

  /** The next round of monitoring. In the background where there is nothing more to be seen to. */
  private plan(background: boolean): void {
    const { io } = this.host
    this.timer?.cancel()
    const left = MONITORING - ((io.now - this.startedAt) % MONITORING)
    this.timer = io.after(left, () => this.look(), { background })
  }

  private look(): void {
    const { io } = this.host
    if (!this.host.isMeasured()) return this.plan(true)
    const { shortOf } = this.machine
    for (const resource of shortOf) this.seenAt.set(SIGNALS[resource].condition, io.now)
    this.tell([...this.seenAt].flatMap(([condition, at]) => (io.now - at < TRANSITION ? [condition] : [])))
    const [resource] = shortOf
    if (resource === undefined) {
      if (this.told.length > 0) this.plan(true)
      return
    }
    this.host.sayOfNode('EvictionThresholdMet', `Attempting to reclaim ${resource}`)
    const running = (p: Pod) => this.host.running(p)
    const pod = inOrder(this.host.active(), resource, running).find((p) => !isCritical(p))
    if (!pod) return this.plan(true)
    const { message, annotations } = textsOf(resource, pod, running(pod))
    this.host.evict(pod, { reason: 'Evicted', message, disruption: message, annotations, grace: GRACE })
    this.awaitEnd(pod, 0)
  }

  /** The next Pod only goes when this one has gone and it was not enough. One that is ending already may take longer than is waited for. */
  private awaitEnd(pod: Pod, waited: Millis): void {
    this.timer = this.host.io.after(POLL, () => {
      const left = this.host.active().some(({ metadata }) => metadata.uid === pod.metadata.uid)
      const now = waited + POLL
      if (left && now === KILL) this.host.exceeded(pod)
      if (left && now < CLEANUP) this.awaitEnd(pod, now)
      else this.look()
    })
  }

  private tell(pressures: readonly Pressure[]): void {
    if (pressures.join() === this.told.join()) return
    this.told = pressures
    this.host.told(pressures)
  }
}

/** Those of which nothing is known first, then those that use more than they asked for, by priority, and by how much more. */
export function inOrder(pods: readonly Pod[], resource: Scarce, running: (pod: Pod) => readonly string[]): readonly Pod[] {
  const requested = resource !== 'pids'
  const facts = pods.map((pod, index) => {
    const count = running(pod).length
    const over = parseQuantity(USED[resource])!.nano * BigInt(count) - (podTotals(pod.spec, 'requests')[resource]?.nano ?? 0n)
    return { pod, index, over, unknown: count === 0, exceeds: over > 0n, priority: pod.spec.priority ?? 0 }
  })
  return facts
    .sort((a, b) => {
      if (requested && a.unknown !== b.unknown) return a.unknown ? -1 : 1
      if (requested && !a.unknown && a.exceeds !== b.exceeds) return a.exceeds ? -1 : 1
      if (a.priority !== b.priority) return a.priority - b.priority
      if (a.unknown || b.unknown) return a.unknown === b.unknown ? a.index - b.index : a.unknown ? -1 : 1
      return a.over === b.over ? a.index - b.index : a.over > b.over ? -1 : 1
    })
    .map(({ pod }) => pod)
}

function textsOf(resource: Scarce, { metadata, spec }: Pod, running: readonly string[]): Pick<Eviction, 'message' | 'annotations'> {
  const { threshold, available } = SIGNALS[resource]
  const usage = USED[resource]
  let message = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `
  if (running.length === 0) return { message, annotations: {} }
  const ofPod = ((spec.resources as JsonObject | undefined)?.requests as Readonly<Record<string, string>> | undefined)?.memory
  const whole: Record<string, string> = {}
  if (resource === 'memory' && ofPod !== undefined) {
    const { nano, format } = parseQuantity(usage)!
    const used = formatQuantity({ nano: nano * BigInt(running.length), format })
    message += `Pod ${metadata.name ?? ''} was using ${used}, request is ${canonicalQuantity(ofPod)}, has larger consumption of memory. `
    Object.assign(whole, { offending_pod: metadata.name ?? '', offending_pod_usage: used })
  }
  const blamed = [...spec.containers, ...(spec.initContainers ?? [])].filter(
    ({ name, resources }) =>
      resource !== 'pids' && running.includes(name) && compareQuantities(usage, resources?.requests?.[resource] ?? '0') > 0,
  )
  for (const { name, resources } of blamed) {
    const request = canonicalQuantity(resources?.requests?.[resource] ?? '0')
    message += `Container ${name} was using ${usage}, request is ${request}, has larger consumption of ${resource}. `
  }
  const annotations = {
    ...whole,
    offending_containers: blamed.map(({ name }) => name).join(','),
    offending_containers_usage: blamed.map(() => usage).join(','),
    starved_resource: resource,
  }
  return { message, annotations }
}

/** Never evicted, and let in under any pressure. */
export const isCritical = (pod: Pod): boolean => isStatic(pod) || (pod.spec.priority ?? 0) >= SYSTEM_CRITICAL
