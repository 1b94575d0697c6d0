// Pods without a node: ready to be tried, backing off, waiting for a change that could help them, or gated. What happens while a Pod is
// being tried is remembered, so that a change in that moment is not missed.
// Upstream: kubernetes pkg/scheduler/backend/queue/{scheduling_queue,active_queue,unschedulable_pods}.go

import type { Pod } from '../../api/kinds/pod/types'
import type { PartIo, Timer } from '../../base/part'
import { matchesEvent, podChanges, type ClusterEvent } from '../framework/events'
import type { Framework } from '../framework/framework'
import type { Plugin } from '../framework/interface'
import { BackOffQueue } from './backOffQueue'
import { Heap } from './heap'
import type { Nominator } from './nominator'
import { isErred, uidOf, type QueuedPod } from './queuedPod'

/** Whoever waited this long is tried again, whatever happened; looked at every half minute. */
const MAX_UNSCHEDULABLE = 5 * 60_000
const FLUSH_UNSCHEDULABLE = 30_000

/** Upstream: queueingStrategy */
type Strategy = 'skip' | 'afterBackOff' | 'immediately'

export class SchedulingQueue {
  private readonly active: Heap<QueuedPod>
  private readonly backOff: BackOffQueue
  private readonly unschedulable = new Map<string, QueuedPod>()
  /** Pods that are being tried, each with what happened since it was taken. */
  private readonly inFlight = new Map<string, ClusterEvent[]>()
  private order = 0
  private backOffTimer: { readonly at: number; readonly background: boolean; readonly timer: Timer } | null = null
  private leftoverTimer: Timer | null = null

  constructor(
    private readonly io: PartIo,
    private readonly framework: Framework,
    private readonly nominator: Nominator,
    /** There is a Pod to take. */
    private readonly wake: () => void,
    /** No retry can come to anything (there is no node): one that is due must not keep the cluster from being idle. */
    private readonly isHopeless: () => boolean,
  ) {
    const less = (a: QueuedPod, b: QueuedPod) => framework.less(a, b)
    this.active = new Heap(uidOf, less)
    this.backOff = new BackOffQueue(() => io.epochNow, less)
  }

  add(pod: Pod): void {
    const queued: QueuedPod = {
      pod,
      cause: this.io.cause,
      timestamp: this.io.epochNow,
      order: this.order++,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      backOffUntil: null,
      unschedulablePlugins: NONE,
      pendingPlugins: NONE,
      gatedBy: null,
    }
    if (this.toActive(queued)) this.nominator.set(pod, undefined)
  }

  /** A newer version of a Pod that has no node. */
  update(old: Pod, pod: Pod): void {
    const uid = pod.metadata.uid!
    const events = podChanges(pod, old)
    const seen = this.inFlight.get(uid)
    if (seen) return void seen.push(...events)
    const waiting = this.active.get(uid) ?? this.backOff.get(uid)
    if (waiting) {
      waiting.pod = pod
      return this.nominator.update(old, pod)
    }
    const queued = this.unschedulable.get(uid)
    if (!queued) return this.add(pod)
    queued.pod = pod
    this.nominator.update(old, pod)
    for (const event of events) {
      this.requeue(queued, this.worth(queued, event))
      if (!this.unschedulable.has(uid)) return
    }
  }

  delete(pod: Pod): void {
    const uid = pod.metadata.uid!
    this.nominator.delete(pod)
    this.active.delete(uid)
    this.backOff.delete(uid)
    this.unschedulable.delete(uid)
  }

  /** The next Pod to try: by priority, then in the order of arrival; with nothing else to do, one that backs off. `done` or `fail` must follow. */
  pop(): QueuedPod | undefined {
    const queued = this.active.pop() ?? this.backOff.popEarly()
    if (!queued) return undefined
    queued.unschedulablePlugins = queued.pendingPlugins = NONE
    this.inFlight.set(uidOf(queued), [])
    return queued
  }

  /** The Pod that was taken needs no more trying. */
  done(uid: string): void {
    this.inFlight.delete(uid)
  }

  /** Back into the queue after a cycle without a node. No plugins: it broke off with an error. */
  fail(queued: QueuedPod, unschedulablePlugins: ReadonlySet<string>, pendingPlugins: ReadonlySet<string> = NONE): void {
    const uid = uidOf(queued)
    const meanwhile = this.inFlight.get(uid) ?? []
    this.inFlight.delete(uid)
    if (this.unschedulable.has(uid) || this.active.has(uid) || this.backOff.get(uid)) return
    queued.unschedulablePlugins = unschedulablePlugins
    queued.pendingPlugins = pendingPlugins
    if (isErred(queued)) queued.consecutiveErrors++
    else {
      queued.unschedulableCount++
      queued.consecutiveErrors = 0
    }
    queued.timestamp = this.io.epochNow
    queued.order = this.order++
    queued.backOffUntil = null
    queued.cause = this.io.cause
    const strategies = meanwhile.map((event) => this.worth(queued, event))
    if (strategies.includes('immediately')) this.requeue(queued, 'immediately')
    else this.requeue(queued, isErred(queued) || strategies.includes('afterBackOff') ? 'afterBackOff' : 'skip')
  }

  /** Something happened: who could be helped by it is tried again. `only` looks at the Pod first. Upstream: MoveAllToActiveOrBackoffQueue */
  moved(event: ClusterEvent, only?: (pod: Pod) => boolean): void {
    for (const events of this.inFlight.values()) events.push(event)
    if (this.backOff.size > 0) this.watchBackOff()
    if (this.unschedulable.size === 0) return
    if (!this.framework.plugins.some((p) => p.events?.some((hint) => matchesEvent(hint, event)))) return
    for (const queued of [...this.unschedulable.values()]) {
      if (only && !only(queued.pod)) continue
      if (queued.gatedBy !== null && !this.gateHears(queued.gatedBy, event)) continue
      const strategy = this.worth(queued, event)
      if (strategy === 'skip') continue
      queued.cause = this.io.cause
      this.requeue(queued, strategy)
    }
  }

  /** Tries the Pod now, whatever it waits for. */
  activate(pod: Pod): void {
    const uid = pod.metadata.uid!
    const queued = this.unschedulable.get(uid) ?? this.backOff.get(uid)
    if (!queued) return void this.inFlight.get(uid)?.push({ resource: '*', action: 0 })
    queued.cause = this.io.cause
    this.toActive(queued)
  }

  private gateHears(name: string, event: ClusterEvent): boolean {
    return this.plugin(name).events?.some((hint) => matchesEvent(hint, event)) === true
  }

  /** Whether an event is worth another try, as the plugins that refused the Pod say of it. Upstream: isPodWorthRequeuing */
  private worth(queued: QueuedPod, event: ClusterEvent): Strategy {
    if (isErred(queued) || event.resource === '*') return 'afterBackOff'
    let strategy: Strategy = 'skip'
    for (const plugin of this.framework.plugins) {
      const pending = queued.pendingPlugins.has(plugin.name)
      if (!pending && !queued.unschedulablePlugins.has(plugin.name)) continue
      const helped = plugin.events?.some((hint) => matchesEvent(hint, event) && (hint.helps?.(queued.pod, event) ?? true))
      if (!helped) continue
      if (pending) return 'immediately'
      strategy = 'afterBackOff'
    }
    return strategy
  }

  private requeue(queued: QueuedPod, strategy: Strategy): void {
    if (strategy === 'skip') this.unschedulable.set(uidOf(queued), queued)
    else if (strategy === 'afterBackOff' && this.backOff.isBackingOff(queued)) this.toBackOff(queued)
    else this.toActive(queued)
    this.watchLeftovers()
  }

  private toActive(queued: QueuedPod): boolean {
    if (this.isGated(queued)) return false
    this.unschedulable.delete(uidOf(queued))
    this.backOff.delete(uidOf(queued))
    this.active.set(queued)
    this.wake()
    return true
  }

  private toBackOff(queued: QueuedPod): void {
    if (this.isGated(queued)) return
    this.unschedulable.delete(uidOf(queued))
    this.backOff.add(queued)
    this.watchBackOff()
    this.wake()
  }

  /** Who is gated waits with the unschedulable ones. */
  private isGated(queued: QueuedPod): boolean {
    const rejection = this.framework.preEnqueue(queued.pod)
    queued.gatedBy = rejection?.plugin ?? null
    if (!rejection) return false
    queued.unschedulablePlugins = new Set([...queued.unschedulablePlugins, rejection.plugin])
    this.backOff.delete(uidOf(queued))
    this.unschedulable.set(uidOf(queued), queued)
    this.watchLeftovers()
    return true
  }

  private plugin(name: string): Plugin {
    return this.framework.plugins.find((p) => p.name === name)!
  }

  /** Back-offs end on whole seconds. */
  private watchBackOff(): void {
    const { nextEnd } = this.backOff
    const background = this.isHopeless()
    const { backOffTimer: set } = this
    if (nextEnd === null || (set && set.at <= nextEnd && set.background === background)) return
    set?.timer.cancel()
    const wake = () => {
      this.backOffTimer = null
      for (const queued of this.backOff.popCompleted()) this.toActive(queued)
      this.watchBackOff()
    }
    const timer = this.io.after(Math.max(0, nextEnd - this.io.epochNow), wake, { background })
    this.backOffTimer = { at: nextEnd, background, timer }
  }

  private watchLeftovers(): void {
    if (this.leftoverTimer || this.unschedulable.size === 0) return
    const wake = () => {
      this.leftoverTimer = null
      const long = [...this.unschedulable.values()].filter((q) => this.io.epochNow - q.timestamp > MAX_UNSCHEDULABLE)
      // Who is gated is asked again, too: what kept it out may have ended without a word.
      for (const queued of long) this.requeue(queued, 'afterBackOff')
      this.watchLeftovers()
    }
    this.leftoverTimer = this.io.after(FLUSH_UNSCHEDULABLE, wake, { background: true })
  }
}

const NONE: ReadonlySet<string> = new Set()
