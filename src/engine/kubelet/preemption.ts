// A critical Pod that lacks nothing but room on its node is let in, or resized, all the same: others go for it, as few as will do, those
// without requests before those with, and of these the ones that are nearest to what is lacking.
// Leaves out: other Pods wait meanwhile, upstream; a victim that cannot be stopped is given up there after one and a half times its grace.
// Upstream: kubernetes pkg/kubelet/preemption/preemption.go, types/pod_update.go (Preemptable, IsCriticalPod)

import type { Node } from '../api/kinds/node'
import { qosClass } from '../api/kinds/pod/resources'
import type { Pod } from '../api/kinds/pod/types'
import type { PartIo } from '../base/part'
import { isCritical, type Eviction } from './eviction'
import { amountOf, refusalBesidesRoom, shortagesOf, type Refusal, type Shortage } from './nodeAdmission'

/** Milliseconds between two looks at whether a Pod has gone. */
const POLL = 500

export interface PreemptionHost {
  readonly io: PartIo
  node(): Node
  /** The Pods that take up something of the node, as they are allocated. */
  active(): readonly Pod[]
  evict(pod: Pod, eviction: Eviction): void
  /** Whether the runtime is there to stop what is to go. */
  canStop(): boolean
}

const PREEMPTED: Eviction = {
  reason: 'Preempting',
  message: 'Preempted in order to admit critical pod',
  disruption: 'Pod was preempted by Kubelet to accommodate a critical pod.',
  annotations: {},
}

export class Preemption {
  /** Critical Pods for which others are being stopped, by uid. */
  private readonly waiting = new Map<string, Pod>()

  constructor(private readonly host: PreemptionHost) {}

  /** True: others go for the Pod, and `admit` is called with it when they have. False: it is taken as any other. */
  makeRoom(pod: Pod, admit: (pod: Pod) => void): boolean | Refusal {
    const { host } = this
    const uid = pod.metadata.uid!
    if (this.waiting.has(uid)) {
      this.waiting.set(uid, pod)
      return true
    }
    const node = host.node()
    if (!isCritical(pod)) return false
    const others = host.active().filter(({ metadata }) => metadata.uid !== uid)
    // What no preemption helps against is what it is refused for, before any lack of room.
    const refusal = refusalBesidesRoom(pod, others, node)
    if (refusal) return refusal
    const lacking = shortagesOf(pod, others, node).map(({ name, requested, used, capacity }): Lacking => ({
      name,
      amount: requested - (capacity - used),
    }))
    if (lacking.length === 0) return false
    const { victims, unmet } = victimsFor(pod, others, lacking)
    if (unmet.length > 0) return { reason: 'UnexpectedAdmissionError', message: `${UNABLE}: [${unmet.map(told).join('')}]` }
    this.waiting.set(uid, pod)
    this.evict([...victims], () => {
      const newest = this.waiting.get(uid)
      if (this.waiting.delete(uid)) admit(newest!)
    })
    return true
  }

  waits(uid: string): boolean {
    return this.waiting.has(uid)
  }

  /** The Pod goes; whether it was waiting. */
  forget(uid: string): boolean {
    return this.waiting.delete(uid)
  }

  private evict(victims: Pod[], done: () => void): void {
    const victim = victims.shift()
    if (!victim) return done()
    this.host.evict(victim, PREEMPTED)
    this.awaitEnd(victim, () => this.evict(victims, done))
  }

  private awaitEnd(pod: Pod, done: () => void): void {
    const look = () => {
      if (this.host.active().some(({ metadata }) => metadata.uid === pod.metadata.uid)) this.awaitEnd(pod, done)
      else done()
    }
    this.host.io.after(POLL, look, { background: !this.host.canStop() })
  }
}

const UNABLE =
  'Unexpected error while attempting to recover from admission failure: ' +
  'preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources'
const told = ({ name, amount }: Lacking) => `(res: ${name}, q: ${amount}), `

interface Lacking {
  readonly name: Shortage['name']
  readonly amount: number
}

interface Choice {
  readonly victims: readonly Pod[]
  /** What would be lacking though all went that may go; nobody is chosen then. */
  readonly unmet: readonly Lacking[]
}

export function victimsFor(critical: Pod, pods: readonly Pod[], lacking: readonly Lacking[]): Choice {
  const of = (quality: string) => pods.filter((pod) => qosClass(pod) === quality && givesWay(pod, critical))
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')]
  const unmet = without(lacking, [...bestEffort, ...burstable, ...guaranteed])
  if (unmet.length > 0) return { victims: [], unmet }
  // Of the better ones only those that are needed though all the lesser ones went.
  const third = nearest(guaranteed, without(lacking, [...bestEffort, ...burstable]))
  const second = nearest(burstable, without(lacking, [...bestEffort, ...third]))
  const first = nearest(bestEffort, without(lacking, [...second, ...third]))
  return { victims: [...first, ...second, ...third], unmet: [] }
}

function givesWay(pod: Pod, critical: Pod): boolean {
  return !isCritical(pod) || (critical.spec.priority ?? -Infinity) > (pod.spec.priority ?? Infinity)
}

/** What is still lacking once these Pods are gone. */
const without = (lacking: readonly Lacking[], pods: readonly Pod[]): readonly Lacking[] =>
  lacking
    .map(({ name, amount }) => ({ name, amount: pods.reduce((left, pod) => left - amountOf(pod, name), amount) }))
    .filter(({ amount }) => amount > 0)

/** One after the other the Pod that leaves least lacking; the smaller one of two. */
function nearest(pods: readonly Pod[], lacking: readonly Lacking[]): readonly Pod[] {
  let [left, rest] = [lacking, pods]
  const chosen: Pod[] = []
  while (left.length > 0 && rest.length > 0) {
    const best = rest.reduce((a, b) => {
      const [far, farther] = [distance(b, left), distance(a, left)]
      return far < farther || (far === farther && isSmaller(b, a)) ? b : a
    })
    left = without(left, [best])
    rest = rest.filter((pod) => pod !== best)
    chosen.push(best)
  }
  return chosen
}

/** Each resource counts by the part of it that would still be lacking. */
const distance = (pod: Pod, lacking: readonly Lacking[]): number =>
  lacking.reduce((sum, { name, amount }) => sum + (Math.max(0, amount - amountOf(pod, name)) / amount) ** 2, 0)

function isSmaller(pod: Pod, than: Pod): boolean {
  const [memory, cpu] = (['memory', 'cpu'] as const).map((name) => amountOf(pod, name) - amountOf(than, name))
  return (memory! || cpu!) <= 0
}
