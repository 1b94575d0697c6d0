import { describe, expect, it } from 'vitest'
import { isIp } from '../api/net/ipAddress'
import { LAST_POD, nodeAddress, podAddress } from './addresses'

describe('addresses', () => {
  it('are addresses, each once, of thousands of nodes', () => {
    const spec = { name: 'worker', cpu: '1', memory: '1Gi', pods: '110' }
    const all = Array.from({ length: 5000 }, (_, i) => [nodeAddress(spec, i), podAddress(i, 2), podAddress(i, LAST_POD)]).flat()
    expect(all.filter((address) => !isIp(address))).toEqual([])
    expect(new Set(all).size).toBe(all.length)
    expect(all.slice(0, 2)).toEqual(['192.168.0.11', '10.244.1.2'])
  })
})
