import { describe, it, expect } from 'vitest'
import { countedSpec } from './countedSpec'
import type { Container, ContainerStatus, PodCondition } from './types'

const container = (cpu: string, more: Partial<Container> = {}): Container => ({ name: 'web', resources: { requests: { cpu } }, ...more })
const told = (allocated: string, actual: string, limit?: string): ContainerStatus => ({
  name: 'web',
  ready: true,
  restartCount: 0,
  image: '',
  imageID: '',
  allocatedResources: { cpu: allocated },
  resources: { requests: { cpu: actual }, ...(limit ? { limits: { memory: limit } } : {}) },
})
const counted = (spec: Container, status: ContainerStatus, conditions: readonly PodCondition[] = []) =>
  countedSpec({ spec: { containers: [spec] }, status: { containerStatuses: [status], conditions } }).containers[0]!.resources

describe('what a Pod counts for', () => {
  it('is its spec, the same object, where that is what it holds', () => {
    const spec = { containers: [container('1')] }
    expect(countedSpec({ spec, status: { containerStatuses: [told('1', '1000m')] } })).toBe(spec)
    expect(countedSpec({ spec, status: {} })).toBe(spec)
  })

  it('is the most of what is asked for, set aside and held', () => {
    expect(counted(container('2'), told('1', '1'))?.requests).toEqual({ cpu: '2' })
    expect(counted(container('1'), told('2', '1'))?.requests).toEqual({ cpu: '2' })
    expect(counted(container('1'), told('1', '1500m'))?.requests).toEqual({ cpu: '1500m' })
    expect(counted(container('1'), told('1', '1', '64Mi'))).toMatchObject({ limits: { memory: '64Mi' } })
  })

  it('is what is set aside and held where the node can never give what is asked for', () => {
    const infeasible: PodCondition = { type: 'PodResizePending', status: 'True', reason: 'Infeasible' }
    expect(counted(container('9'), told('1', '1'), [infeasible])?.requests).toEqual({ cpu: '1' })
  })

  it('is that of a sidecar too, and the spec of what ran before the containers', () => {
    const initContainers = [container('1', { name: 'once' }), container('1', { name: 'side', restartPolicy: 'Always' })]
    const initContainerStatuses = ['once', 'side'].map((name) => ({ ...told('2', '2'), name }))
    const { initContainers: now } = countedSpec({ spec: { containers: [], initContainers }, status: { initContainerStatuses } })
    expect(now!.map((c) => c.resources?.requests?.cpu)).toEqual(['1', '2'])
  })
})
