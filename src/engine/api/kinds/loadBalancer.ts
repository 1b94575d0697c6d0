// The addresses that a load balancer has given to a Service or an Ingress, as a table prints them.
// Upstream: kubernetes pkg/printers/internalversion/printers.go (loadBalancerStatusStringer)

import type { ApiObject } from '../object'

interface Status {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] }
}

/** Each once, in the order of their texts. */
export function balancerAddresses({ status }: ApiObject): readonly string[] {
  const given = ((status ?? {}) as Status).loadBalancer?.ingress ?? []
  return [...new Set(given.map(({ ip, hostname }) => ip || hostname || ''))].filter(Boolean).sort()
}
