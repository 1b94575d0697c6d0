// What is known of each node's heartbeats: when it was last heard of, by its Lease or by its status, and what follows from its silence.
// Upstream: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth)

import type { Node, NodeCondition } from '../../api/kinds/node'
import type { ApiObject } from '../../api/object'
import { parseTime, rfc3339 } from '../../api/scalars/time'
import type { Millis } from '../../base/part'

/** Milliseconds: `--node-monitor-grace-period`, `--node-startup-grace-period`. */
const GRACE = 50_000
const STARTUP_GRACE = 60_000
const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

interface Heard {
  readonly at: Millis
  /** The Ready condition that was seen then. */
  readonly ready: NodeCondition | undefined
  readonly lease: ApiObject | undefined
}

export class NodeHealth {
  private readonly heard = new Map<string, Heard>()

  /** Whether the node is silent for too long. */
  isSilent(node: Node, lease: ApiObject | undefined, now: Millis): boolean {
    const name = node.metadata.name!
    const ready = readyOf(node)
    const was = this.heard.get(name)
    const news = !was || sign(was.ready) !== sign(ready)
    const renewed = lease !== undefined && (!was?.lease || renewalOf(was.lease) < renewalOf(lease))
    const born = ready ? now : parseTime(node.metadata.creationTimestamp ?? '')
    const at = news || renewed ? (was || renewed ? now : born) : was.at
    // With a new status what was known of the Lease is lost: the same Lease is news at the next look.
    this.heard.set(name, { at, ready, lease: renewed ? lease : news ? undefined : was?.lease })
    return now > at + (ready ? GRACE : STARTUP_GRACE)
  }

  /** The revision of the Lease by which the node was last heard of. */
  leaseRevision(name: string): string | undefined {
    return this.heard.get(name)?.lease?.metadata.resourceVersion
  }

  /** After all were silent: each gets its whole grace anew. */
  restart(now: Millis): void {
    for (const [name, heard] of this.heard) this.heard.set(name, { ...heard, at: now })
  }

  forget(name: string): void {
    this.heard.delete(name)
  }
}

export const readyOf = ({ status }: Node): NodeCondition | undefined => status.conditions?.find((c) => c.type === 'Ready')

const renewalOf = ({ spec }: ApiObject): string => (spec as { renewTime?: string }).renewTime ?? ''

/** The node as it should be written because it is silent; null when there is nothing to say. */
export function silenced(node: Node, now: Millis): Node | null {
  const silent = withUnknown(node, rfc3339(now))
  return readyOf(silent)?.status === readyOf(node)?.status ? null : silent
}

/** A heartbeat is a change of this. */
const sign = (ready: NodeCondition | undefined) => (ready ? String(ready.lastHeartbeatTime) : '')

function withUnknown(node: Node, now: string): Node {
  const conditions = [...(node.status.conditions ?? [])]
  for (const type of WATCHED) {
    const at = conditions.findIndex((c) => c.type === type)
    if (at < 0)
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp ?? '',
        lastTransitionTime: now,
      })
    else if (conditions[at]!.status !== 'Unknown')
      conditions[at] = {
        ...conditions[at]!,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: now,
      }
  }
  return { ...node, status: { ...node.status, conditions } }
}
