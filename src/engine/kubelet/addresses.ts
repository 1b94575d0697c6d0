// Addresses of nodes and Pods: nodes count on in 192.168.0.0/16, each has the /24 of its number in 10.244.0.0/16 for its Pods; from the
// 256th on the subnets go on in 10.245.0.0/16, as in a cluster with a wider range of them. Every one is an address that the API takes.
// Upstream: kubernetes pkg/controller/nodeipam; containernetworking plugins/ipam/host-local

import type { NodeSpec } from '../cluster/types'

/** Of a subnet, what Pods get: 1 is the gateway's, 255 everybody's. */
export const FIRST_POD = 2
export const LAST_POD = 254

/** `192.168.0.11` for the first worker, unless its facts name another. */
export function nodeAddress(spec: NodeSpec, index: number): string {
  if (typeof spec.facts?.address === 'string') return spec.facts.address
  const number = 11 + index
  return `192.168.${number >> 8}.${number & 255}`
}

/** `10.244.1.2` for the first Pod of the first worker. */
export function podAddress(index: number, host: number): string {
  const subnet = 1 + index
  return `10.${(244 + (subnet >> 8)) % 256}.${subnet & 255}.${host}`
}
