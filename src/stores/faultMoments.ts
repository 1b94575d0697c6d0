// A fault as a moment of the story: whom it befalls, and between whom.

import type { Fault } from '../engine/index'
import { nodeOf } from './momentFacts'
import type { Actor, FaultMomentKind, MomentFacts } from './momentKinds'

/** The part's role: what its absence means is told by it. */
export type Role = 'apiserver' | 'etcd' | 'scheduler' | 'controllers' | 'kubelet' | 'runtime' | 'user'

export function faultOpening(
  fault: Fault,
  active: boolean,
): { readonly kind: FaultMomentKind; readonly actor: Actor; readonly step: null; readonly facts: MomentFacts } {
  const part = partOf(fault)
  const role = roleOf(fault.kind === 'expired' ? bearerOf(part) : part)
  const peer = 'to' in fault ? (part === fault.from ? fault.to : fault.from) : ''
  return {
    kind: `${active ? 'fault' : 'repair'}.${fault.kind}`,
    actor: role === 'runtime' ? 'kubelet' : role,
    step: null,
    facts: {
      part,
      peer,
      resource: fault.kind === 'watch' ? fault.of : '',
      says: role,
      node: role === 'kubelet' || role === 'runtime' ? nodeOf(part) : '',
    },
  }
}

/** Whom it befalls: of a link, the end that is not the server; of a certificate, its name. */
function partOf(fault: Fault): string {
  switch (fault.kind) {
    case 'stopped':
      return fault.part
    case 'nodeDown':
    case 'shortage':
      return fault.node
    case 'watch':
      return fault.client
    case 'webhook':
      return 'kube-apiserver'
    case 'expired':
      return fault.certificate
    case 'cut':
    case 'slow':
      return fault.from === 'kube-apiserver' ? fault.to : fault.from
  }
}

/** The part that shows a certificate of this common name. */
export function bearerOf(commonName: string): string {
  if (commonName.startsWith('system:node:')) return commonName.slice('system:node:'.length)
  if (commonName.startsWith('system:')) return commonName.slice('system:'.length)
  return commonName === 'kube-apiserver' ? commonName : 'user'
}

export function roleOf(part: string): Role {
  if (part === 'user') return 'user'
  if (part.startsWith('etcd')) return 'etcd'
  if (part === 'kube-apiserver') return 'apiserver'
  if (part === 'kube-scheduler') return 'scheduler'
  if (part === 'kube-controller-manager') return 'controllers'
  return part.includes('/') ? 'runtime' : 'kubelet'
}
