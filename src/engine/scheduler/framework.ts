// The scheduling framework: what a plugin may be asked, in the order in which it is asked. A plugin has no state but what PreFilter or PreScore gives back.
// Leaves out: Permit, PreBind, extenders, profiles; Reserve is the cache's assume.
// Upstream: kubernetes pkg/scheduler/framework/interface.go

import type { Pod } from '../api/kinds/pod/types'
import type { NodeInfo, Snapshot } from './snapshot'

/** Why a node will not do. `unresolvable`: taking Pods away would not help. */
export interface Refusal {
  readonly reasons: readonly string[]
  readonly unresolvable: boolean
}

/** What of the cluster's changes could make a refused Pod fit (queueing hints). */
export type ClusterEvent = 'nodeAdded' | 'nodeUpdated' | 'podAdded' | 'podUpdated' | 'podDeleted'

export interface Plugin {
  readonly name: string
  /** 0 for a plugin that does not score. */
  readonly weight: number
  /** A text keeps the Pod out of the queue. */
  preEnqueue?(pod: Pod): string | null
  /** Computed once for a Pod, handed to filter and score. A Refusal refuses every node at once. */
  preFilter?(pod: Pod, snapshot: Snapshot): unknown
  filter?(pod: Pod, node: NodeInfo, state: unknown, snapshot: Snapshot): Refusal | null
  /** A raw score; `normalize` turns all of them into 0..100. */
  score?(pod: Pod, node: NodeInfo, state: unknown, snapshot: Snapshot): number
  /** False skips the plugin's scoring for this Pod (upstream: PreScore returns Skip). */
  scores?(pod: Pod, nodes: readonly NodeInfo[], snapshot: Snapshot): boolean
  normalize?(scores: readonly number[]): readonly number[]
  /** Events that may help a Pod which this plugin refused. */
  readonly helpedBy?: readonly ClusterEvent[]
}

export const MAX_SCORE = 100

export const refuse = (...reasons: string[]): Refusal => ({ reasons, unresolvable: false })
export const refuseForGood = (...reasons: string[]): Refusal => ({ reasons, unresolvable: true })

/** The highest raw score becomes 100; reversed, it becomes 0. */
export function defaultNormalize(scores: readonly number[], reverse = false): readonly number[] {
  const max = Math.max(...scores, 0)
  return scores.map((s) => {
    const scaled = max === 0 ? 0 : Math.trunc((s * MAX_SCORE) / max)
    return reverse ? MAX_SCORE - scaled : scaled
  })
}
