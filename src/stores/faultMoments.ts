// A fault as a moment of the story: whom it befalls, and between whom.

import type { Fault } from '../engine/index'
import { nodeOf } from './momentFacts'
import type { Actor, FaultMomentKind, MomentFacts } from './momentKinds'
import { bearerOf, farEnd, roleOf } from './roles'

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
      return farEnd(fault)
  }
}
