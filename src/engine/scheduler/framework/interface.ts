// The scheduling framework's contract: what a plugin may be asked, in the order of the fields of Plugin. A plugin is made once, with a Handle;
// what it computes for one Pod goes into that cycle's CycleState.
// Leaves out: scores from extenders, Pod groups (gang scheduling), signatures for batching.
// Upstream: kube-scheduler framework/interface.go

import type { Pod } from '../../api/kinds/pod/types'
import type { NodeInfo } from '../cache/nodeInfo'
import type { PodInfo } from '../cache/podInfo'
import type { CycleState } from './cycleState'
import type { EventHint } from './events'

/**
 * What a plugin says when it does not say yes (null is Success). `unresolvable`: taking Pods away would not help.
 * `pending`: it waits for something outside and is retried without back-off. `error`: nothing is known; tried again after a back-off.
 */
export interface Status {
  readonly code: 'unschedulable' | 'unresolvable' | 'pending' | 'error'
  readonly reasons: readonly string[]
}

/** A Status, and the plugin that said it. */
export interface Rejection extends Status {
  readonly plugin: string
}

export const unschedulable = (...reasons: string[]): Status => ({ code: 'unschedulable', reasons })
export const unresolvable = (...reasons: string[]): Status => ({ code: 'unresolvable', reasons })
export const failed = (reason: string): Status => ({ code: 'error', reasons: [reason] })

/** `skip`: Filter (or Score) of this plugin is not asked in this cycle. `nodeNames`: no other node can do. */
export type PreFilterOutcome = null | 'skip' | Status | { readonly nodeNames: ReadonlySet<string> }

/** A plugin's answer once its requests were answered: null, or why the Pod cannot be bound. */
export type Done = (status: Status | null) => void

export interface Plugin {
  readonly name: string
  /** Of its score; 0 for a plugin that does not score. */
  readonly weight?: number
  /** What of the cluster's changes could help a Pod that this plugin refused (EventsToRegister). */
  readonly events?: readonly EventHint[]

  /** A Status keeps the Pod out of the active queue. */
  preEnqueue?(pod: Pod): Status | null
  /** QueueSort: whether `a` is taken before `b`. */
  less?(a: QueueOrder, b: QueueOrder): boolean
  preFilter?(state: CycleState, pod: Pod): PreFilterOutcome
  /** PreFilterExtensions: the state as it would be with (or without) one Pod more on the node. */
  addPod?(state: CycleState, pod: Pod, added: PodInfo, node: NodeInfo): void
  removePod?(state: CycleState, pod: Pod, removed: PodInfo, node: NodeInfo): void
  filter?(state: CycleState, pod: Pod, node: NodeInfo): Status | null
  /** Asked when no node fits. */
  postFilter?(state: CycleState, pod: Pod, rejections: ReadonlyMap<string, Rejection>): PostFilterOutcome
  preScore?(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): null | 'skip'
  score?(state: CycleState, pod: Pod, node: NodeInfo): number
  /** Turns raw scores (in the order of `nodes`) into 0..100, in place. Without it they are so already. */
  normalizeScore?(state: CycleState, pod: Pod, scores: number[], nodes: readonly NodeInfo[]): void
  reserve?(state: CycleState, pod: Pod, node: string): Status | null
  /** Takes back what `reserve` did, however far the cycle came. */
  unreserve?(state: CycleState, pod: Pod, node: string): void
  permit?(state: CycleState, pod: Pod, node: string): Status | null
  /** `skip`: its PreBind has nothing to do. */
  preBindPreFlight?(state: CycleState, pod: Pod, node: string): null | 'skip'
  preBind?(state: CycleState, pod: Pod, node: string, done: Done): void
  bind?(state: CycleState, pod: Pod, node: string, done: Done): void
  postBind?(state: CycleState, pod: Pod, node: string): void
}

export interface PostFilterOutcome {
  readonly status: Status | null
  /** Goes to the end of the FailedScheduling text. */
  readonly message: string
  /** What status.nominatedNodeName becomes; undefined leaves it as it is. */
  readonly nominate?: string
  readonly preemption?: PreemptionFacts
}

/** What preemption looked at, for the trace. */
export interface PreemptionFacts {
  readonly candidates: readonly { readonly node: string; readonly victims: readonly Pod[]; readonly violations: number }[]
  readonly chosen: string | null
}

export interface QueueOrder {
  readonly pod: Pod
  /** When it came into the queue (again), and its place among those of the same moment. */
  readonly timestamp: number
  readonly order: number
}

export const MAX_SCORE = 100
