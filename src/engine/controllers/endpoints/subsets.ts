// The subsets of Endpoints in their shortest form: addresses that share all their ports stand together, ready and not ready apart.
// Leaves out: the order by hash in which upstream writes ports and subsets; here they stand as the Service and its Pods do.
// Upstream: kubernetes pkg/api/v1/endpoints/util.go (RepackSubsets)

import type { EndpointAddress, EndpointPort, EndpointSubset } from './types'

interface Member {
  readonly address: EndpointAddress
  ready: boolean
}

export function repacked(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const byPort = new Map<string, { readonly port: EndpointPort | null; readonly members: Map<string, Member> }>()
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets)
    for (const port of ports.length > 0 ? ports : [null]) {
      const key = port ? JSON.stringify([port.name ?? '', port.port, port.protocol, port.appProtocol ?? '']) : ''
      let at = byPort.get(key)
      if (!at) byPort.set(key, (at = { port, members: new Map() }))
      for (const address of addresses) place(at.members, address, true)
      for (const address of notReadyAddresses) place(at.members, address, false)
    }
  const byMembers = new Map<string, { readonly ports: EndpointPort[]; readonly members: readonly Member[] }>()
  for (const { port, members } of byPort.values()) {
    const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify(sorted.map(([name, { ready }]) => [name, ready]))
    let at = byMembers.get(key)
    if (!at) byMembers.set(key, (at = { ports: [], members: sorted.map(([, member]) => member) }))
    if (port) at.ports.push(port)
  }
  return [...byMembers.values()].map(({ ports, members }): EndpointSubset => {
    const [ready, notReady] = [true, false].map((wanted) => members.filter((m) => m.ready === wanted).map((m) => m.address))
    return {
      ...(ready!.length > 0 ? { addresses: ready } : {}),
      ...(notReady!.length > 0 ? { notReadyAddresses: notReady } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }
  })
}

/** An address that is not ready once is not ready. */
function place(members: Map<string, Member>, address: EndpointAddress, ready: boolean): void {
  const key = `${address.ip}|${String(address.targetRef?.uid ?? '')}`
  const known = members.get(key)
  if (known) known.ready &&= ready
  else members.set(key, { address, ready })
}

/** At most so many addresses, those that are ready first; null where there are not more. */
export function truncated(subsets: readonly EndpointSubset[], most: number): readonly EndpointSubset[] | null {
  const count = (of: 'addresses' | 'notReadyAddresses') => subsets.reduce((sum, s) => sum + (s[of]?.length ?? 0), 0)
  const [ready, notReady] = [count('addresses'), count('notReadyAddresses')]
  if (ready + notReady <= most) return null
  const cutsReady = ready > most
  const room = cutsReady ? most : most - ready
  let left = room
  return subsets.map((subset) => {
    const from = (cutsReady ? subset.addresses : subset.notReadyAddresses) ?? []
    const share = Math.min(left, Math.ceil((from.length / (cutsReady ? ready : notReady)) * room))
    left -= Math.min(share, from.length)
    return cutsReady
      ? { addresses: from.slice(0, share), ports: subset.ports }
      : { addresses: subset.addresses, notReadyAddresses: from.slice(0, share), ports: subset.ports }
  })
}
