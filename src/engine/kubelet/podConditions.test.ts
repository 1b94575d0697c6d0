import { describe, it, expect } from 'vitest'
import { living, SECOND, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }

describe('the status of a Pod', () => {
  it('says which gate of its readiness is shut', () => {
    const cluster = living({ readinessGates: [{ conditionType: 'example.com/ready' }], containers: [web] }, 4 * SECOND)
    const { conditions } = webOf(cluster).status
    expect(conditions?.find((c) => c.type === 'Ready')).toMatchObject({
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/ready" does not exist.',
    })
  })

  it('names init containers in their order, and containers in the order of their names', () => {
    const side = { name: 'side', image: 'envoy:1', restartPolicy: 'Always' }
    const spec = { initContainers: [side, { name: 'prepare', image: 'nope:1' }], containers: [web, { ...web, name: 'app' }] }
    const { status } = webOf(living(spec, 4 * SECOND))
    expect(status.initContainerStatuses!.map((s) => s.name)).toEqual(['side', 'prepare'])
    expect(status.containerStatuses!.map((s) => s.name)).toEqual(['app', 'web'])
    expect(status.conditions?.find((c) => c.type === 'Ready')).toMatchObject({ message: 'containers with unready status: [web app]' })
  })

  it('names those that have not come to their end in their order', () => {
    const side = { name: 'side', image: 'nope:1', restartPolicy: 'Always' }
    const spec = { initContainers: [side, { name: 'prepare', image: 'oneshot:1' }], containers: [web] }
    const { conditions } = webOf(living(spec, 4 * SECOND)).status
    expect(conditions?.find((c) => c.type === 'Initialized')).toMatchObject({
      message: 'containers with incomplete status: [side prepare]',
    })
  })
})
