import { describe, expect, it } from 'vitest'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'

const listening = (name: string, hostPort: number, more: object = {}) =>
  pendingPod(name, {}, { containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80, hostPort, ...more }] }] })

describe('NodePorts', () => {
  it('gives a port of an address once, and all addresses clash with each', () => {
    const s = aScheduling(schedulableNode('a'))
    s.place(listening('one', 80, { hostIP: '10.0.0.1' }), 'a')
    const fits = (...args: Parameters<typeof listening>) => s.schedule(listening(...args)).chosen !== null
    expect(fits('p', 80)).toBe(false)
    expect(fits('p', 80, { hostIP: '10.0.0.1' })).toBe(false)
    expect(fits('p', 80, { hostIP: '10.0.0.2' })).toBe(true)
    expect(fits('p', 80, { protocol: 'UDP' })).toBe(true)
    expect(fits('p', 8080)).toBe(true)
  })
})
