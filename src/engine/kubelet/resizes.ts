// Which Pods of a node are to be resized and have not been allocated what they ask for: tried when they ask, when something of the node
// becomes free, and every three minutes. What fits is set aside at once; what does not waits (Deferred), or never can (Infeasible). For a
// critical Pod others go, as when it came; the scheduler makes no room for a resize (it can by a gate that is off in v1.37).
// Leaves out: static policies for CPUs and memory, swap, Windows.
// Upstream: kubernetes pkg/kubelet/allocation/{allocation_manager,handlers}.go, kubelet.go (HandlePodAdditions, HandlePodUpdates)

import type { Node } from '../api/kinds/node'
import { countedSpec } from '../api/kinds/pod/countedSpec'
import { qosClass } from '../api/kinds/pod/resources'
import { podTotals } from '../api/kinds/pod/totals'
import type { Pod, PodSpec } from '../api/kinds/pod/types'
import { compareQuantity, parseQuantity, quantityMilliValue, quantityValue } from '../api/scalars/quantity'
import { rfc3339 } from '../api/scalars/time'
import type { PartIo, Timer } from '../base/part'
import { RESIZABLE } from './actuated'
import { allocatedPod, type Allocations } from './allocation'
import type { Refusal } from './nodeAdmission'
import type { PodRecord } from './podRecord'
import { resizeMessage, withResizeCondition } from './resizeConditions'

/** Milliseconds between two tries. */
const RETRY = 180_000

/** A Pod's worker, as far as a resize goes. */
export interface ResizedPod {
  /** As the API has it: what it asks for. */
  readonly pod: Pod
  readonly record: PodRecord
  readonly active: boolean
  say(type: 'Normal' | 'Warning', reason: string, message: string): void
  /** What is set aside for it, or what is said of that, has changed. */
  allocationChanged(): void
}

export interface ResizesHost {
  readonly io: PartIo
  node(): Node
  /** The Pods that take up something of the node, as they are allocated. */
  active(): readonly Pod[]
  /** True: others go for a critical Pod, and `then` is called when they have. Else as the node's preemption says. */
  makeRoom(pod: Pod, then: () => void): boolean | Refusal
  /** Why the node does not take a Pod beside those others. */
  refusalOf(pod: Pod, others: readonly Pod[], node: Node): Refusal | null
}

export class Resizes {
  private pending: readonly ResizedPod[] = []
  private timer: Timer | null = null
  private held = false

  constructor(
    private readonly allocations: Allocations,
    private readonly host: ResizesHost,
  ) {}

  allocated(pod: Pod): Pod {
    return allocatedPod(pod, this.allocations.get(pod.metadata.uid!))
  }

  /** Whether a Pod that comes to the node is let in: with what was set aside for it by an earlier kubelet, else with what it asks for. */
  admit(pod: Pod): Refusal | null {
    const allocated = this.allocated(pod)
    const refusal = this.refusalOf(allocated)
    if (!refusal) this.allocations.set(pod.metadata.uid!, allocated.spec)
    return refusal
  }

  forget(uid: string): void {
    this.allocations.delete(uid)
    this.pending = this.pending.filter(({ pod }) => pod.metadata.uid !== uid)
    this.retry()
  }

  /** What was set aside for Pods that went while no kubelet was here is free again. */
  keepOnly(isKnown: (uid: string) => boolean): void {
    for (const uid of [...this.allocations.keys()]) if (!isKnown(uid)) this.allocations.delete(uid)
  }

  /** The Pod asks for something else than it is allocated, or does so no more. */
  wanted(pod: ResizedPod): void {
    if (!this.pending.includes(pod)) this.pending = [...this.pending, pod].sort((a, b) => this.order(a, b))
    this.retry()
  }

  /** A Pod that is held to less than before has given something back. */
  heard(now: Pod, before: Pod): void {
    if (this.pending.length > 0 && isMore(countedSpec(before), countedSpec(now))) this.retry()
  }

  /** Pods come to the node that were there before: none is resized before all of them have what they had. */
  hold(admit: () => void): void {
    this.held = true
    admit()
    this.held = false
    this.retry()
  }

  /** Something of the node may have become free. */
  retry(): void {
    if (this.held || this.pending.length === 0) return
    this.timer?.cancel()
    const waiting: ResizedPod[] = []
    for (const pod of this.pending) {
      if (!pod.active) continue
      const { record } = pod
      const { resizePending } = record
      const outcome = this.handle(pod)
      if (outcome === 'makesRoom' || record.resizePending?.reason === 'Deferred') waiting.push(pod)
      if (outcome === 'allocated' || record.resizePending !== resizePending) pod.allocationChanged()
    }
    this.pending = waiting
    if (waiting.length > 0) this.timer = this.host.io.after(RETRY, () => this.retry(), { background: true })
  }

  /** `allocated`: what the Pod asks for has been set aside for it now. `unchanged`: it has that already, or does not get it. */
  private handle(resized: ResizedPod): 'allocated' | 'makesRoom' | 'unchanged' {
    const { pod, record } = resized
    const generation = pod.metadata.generation ?? 0
    if (this.allocated(pod) === pod) {
      record.resizePending = null
      return 'unchanged'
    }
    const now = rfc3339(this.host.io.epochNow)
    const infeasible = this.infeasible(pod)
    const room = infeasible ? false : this.host.makeRoom(pod, () => this.retry())
    if (room === true) return 'makesRoom'
    const refusal = infeasible ?? deferred(room || this.refusalOf(pod))
    if (!refusal) {
      this.allocations.set(pod.metadata.uid!, pod.spec)
      record.resizePending = null
      record.resizeInProgress = withResizeCondition(null, 'PodResizeInProgress', '', '', generation, now)
      resized.say('Normal', 'ResizeStarted', resizeMessage('Pod resize started', pod, generation))
      return 'allocated'
    }
    const { reason, message } = refusal
    const before = record.resizePending
    record.resizePending = withResizeCondition(before, 'PodResizePending', reason, message, generation, now)
    if (record.resizePending !== before)
      resized.say('Warning', `Resize${reason}`, resizeMessage(`Pod resize ${reason}`, pod, generation, message))
    return 'unchanged'
  }

  private infeasible(pod: Pod): Refusal | null {
    const allocatable = this.host.node().status.allocatable ?? {}
    const asked = podTotals(pod.spec, 'requests')
    for (const name of RESIZABLE) {
      const value = name === 'cpu' ? quantityMilliValue : quantityValue
      const [requested, capacity] = [asked[name] ?? NOTHING, parseQuantity(allocatable[name] ?? '0') ?? NOTHING].map(value)
      if (requested! > capacity!)
        return {
          reason: 'Infeasible',
          message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`,
        }
    }
    return null
  }

  private refusalOf(pod: Pod): Refusal | null {
    const others = this.host.active().filter(({ metadata }) => metadata.uid !== pod.metadata.uid)
    return this.host.refusalOf(pod, others, this.host.node())
  }

  /** Those first that ask for no more than they have; then by priority, by quality of service, and who waits longest. */
  private order(a: ResizedPod, b: ResizedPod): number {
    const rank = ({ pod, record }: ResizedPod) => [
      this.asksForMore(pod) ? 1 : 0,
      -(pod.spec.priority ?? 0),
      qosClass(pod) === 'Guaranteed' ? 0 : 1,
      record.resizePending ? Date.parse(record.resizePending.lastTransitionTime ?? '') : Infinity,
    ]
    const [first, second] = [rank(a), rank(b)]
    const at = first.findIndex((value, i) => value !== second[i])
    return at < 0 ? 0 : first[at]! < second[at]! ? -1 : 1
  }

  private asksForMore(pod: Pod): boolean {
    return isMore(pod.spec, this.allocated(pod).spec)
  }
}

/** Whether one asks for more CPU or memory than the other. */
function isMore(spec: PodSpec, than: PodSpec): boolean {
  const [asked, has] = [podTotals(spec, 'requests'), podTotals(than, 'requests')]
  return RESIZABLE.some((name) => compareQuantity(asked[name] ?? NOTHING, has[name] ?? NOTHING) > 0)
}

const deferred = (refusal: Refusal | null): Refusal | null => refusal && { reason: 'Deferred', message: refusal.message }

const NOTHING = parseQuantity('0')!
