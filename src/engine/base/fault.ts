// What can go wrong in a cluster, as data: each fault has a name, is put in force and repaired from outside, and stands in the trace.

import type { Millis, PartId } from './ids'

export type Fault =
  /** The process of a part is ended, as by `kill -9`; its repair starts it anew. */
  | { readonly kind: 'stopped'; readonly part: PartId }
  /** A node loses power: kubelet, container runtime and all containers. */
  | { readonly kind: 'nodeDown'; readonly node: string }
  /** No packet gets through, in both directions, or only from `from` to `to`. */
  | { readonly kind: 'cut'; readonly from: PartId; readonly to: PartId; readonly oneWay?: boolean }
  /** Every packet takes so much longer. */
  | { readonly kind: 'slow'; readonly from: PartId; readonly to: PartId; readonly oneWay?: boolean; readonly by: Millis }
  /**
   * The watches of one collection (`/api/v1/pods`) that a part has open now go silent, its other connections live on: as behind a proxy
   * that lost them. With the repair they break, and are opened anew.
   */
  | { readonly kind: 'watch'; readonly client: PartId; readonly of: string }
  /** Something on a node that is no Pod uses up a resource: its kubelet evicts Pods. */
  | { readonly kind: 'shortage'; readonly node: string; readonly resource: 'memory' | 'ephemeral-storage' | 'pids' }
  /** The webhook server denies all that it is asked about, or never answers. */
  | { readonly kind: 'webhook'; readonly answer: 'denies' | 'silent' }
  /**
   * A certificate has expired, by its common name: `kube-apiserver` is that which the server shows; all others are clients' (`admin`,
   * `system:kube-scheduler`, `system:node:worker-1`).
   */
  | { readonly kind: 'expired'; readonly certificate: string }

/** One name for each fault: two faults of a name are the same one. */
export function faultName(fault: Fault): string {
  switch (fault.kind) {
    case 'stopped':
      return `stopped ${fault.part}`
    case 'nodeDown':
      return `nodeDown ${fault.node}`
    case 'watch':
      return `watch ${fault.client} ${fault.of}`
    case 'shortage':
      return `shortage ${fault.node} ${fault.resource}`
    case 'webhook':
      return `webhook ${fault.answer}`
    case 'expired':
      return `expired ${fault.certificate}`
    case 'cut':
    case 'slow':
      return `${fault.kind} ${fault.from} ${fault.oneWay ? '>' : '='} ${fault.to}`
  }
}

/** The parts that a fault holds down. */
export function heldDown(fault: Fault): readonly PartId[] {
  if (fault.kind === 'stopped') return [fault.part]
  return fault.kind === 'nodeDown' ? [fault.node, `${fault.node}/runtime`] : []
}
