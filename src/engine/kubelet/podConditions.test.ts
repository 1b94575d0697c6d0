import { describe, it, expect } from 'vitest'
import { ask } from '../testing/ask'
import { admin, PODS } from '../testing/builders'
import { living, pass, SECOND, webOf } from '../testing/livingPod'

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

  it('is written over where others changed what the kubelet says; what they say themselves stays', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    const { status } = webOf(cluster)
    const conditions = [
      { type: 'Ready', message: 'I say so' },
      { type: 'PodResizePending', status: 'True' },
      { type: 'example.com/own', status: 'True' },
    ]
    ask(cluster, admin, {
      method: 'PATCH',
      path: `${PODS}/web/status`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify({ status: { reason: 'Foo', message: 'bar', conditions } }),
    })
    expect(webOf(cluster).status).toMatchObject({ reason: 'Foo', message: 'bar' })
    pass(cluster, 11 * SECOND)
    const own = { type: 'example.com/own', status: 'True' }
    const { conditions: told, ...rest } = webOf(cluster).status
    const { conditions: before, ...then } = status
    expect(rest).toEqual(then)
    expect(told).toHaveLength(before!.length + 1)
    expect(told).toEqual(expect.arrayContaining([...before!, expect.objectContaining(own)]))
  })
})
