// A Pod that waits for a node, with what happened to it so far.
// Upstream: kube-scheduler framework/types.go (QueuedPodInfo)

import type { Pod } from '../../api/kinds/pod/types'
import type { HopIndex } from '../../base/ids'
import type { QueueOrder } from '../framework/interface'

export interface QueuedPod extends QueueOrder {
  pod: Pod
  /** The hop that put it here: what the next cycle follows from. */
  cause: HopIndex | null
  timestamp: number
  order: number
  /** Cycles that ended without a node, and cycles in a row that broke off with an error: each back-off doubles with one of them. */
  unschedulableCount: number
  consecutiveErrors: number
  /** Until when it backs off, in epoch milliseconds; null: not asked since the last failure. */
  backOffUntil: number | null
  /** Plugins that refused it the last time, and, apart from these, those for which it waits. */
  unschedulablePlugins: ReadonlySet<string>
  pendingPlugins: ReadonlySet<string>
  /** The plugin whose PreEnqueue keeps it out. */
  gatedBy: string | null
}

/** No plugin refused it: its last cycle broke off with an error, or found no node. */
export const isErred = ({ unschedulablePlugins, pendingPlugins }: QueuedPod): boolean =>
  unschedulablePlugins.size === 0 && pendingPlugins.size === 0

export const uidOf = ({ pod }: QueuedPod): string => pod.metadata.uid!
