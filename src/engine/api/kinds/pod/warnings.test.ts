import { describe, expect, it } from 'vitest'
import { pod } from '.'
import type { ApiObject } from '../../object'
import { deployment } from '../deployment'

const warned = (spec: object, old: ApiObject | null = null, name = 'web') =>
  pod.warnings?.({ metadata: { name }, spec: { containers: [], ...spec } } as ApiObject, old)

describe('warnings of a Pod', () => {
  it('name the earlier of two ports that are the same, across containers', () => {
    const port = { ports: [{ containerPort: 80, protocol: 'TCP' }] }
    expect(
      warned({
        containers: [
          { name: 'a', ...port },
          { name: 'b', ...port },
        ],
      }),
    ).toEqual(['spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]'])
  })

  it('say nothing of a variable that builds on its earlier definition', () => {
    const env = (value: string) => ({
      containers: [
        {
          name: 'a',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value },
          ],
        },
      ],
    })
    expect(warned(env('$(A):2'))).toEqual([])
    expect(warned(env('2'))).toHaveLength(1)
  })

  it('are not given on update', () => {
    const old = { metadata: { name: 'a.b' } } as ApiObject
    expect(warned({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }, old, 'a.b')).toEqual([])
    expect(warned({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }, null, 'a.b')).toHaveLength(2)
  })

  it('are given for a template when its workload is new or has a new generation', () => {
    const made = (generation: number) =>
      ({
        metadata: { name: 'web', generation },
        spec: { template: { spec: { containers: [], terminationGracePeriodSeconds: -1 } } },
      }) as ApiObject
    const text = 'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1'
    expect(deployment.warnings?.(made(1), null)).toEqual([text])
    expect(deployment.warnings?.(made(2), made(1))).toEqual([text])
    expect(deployment.warnings?.(made(1), made(1))).toEqual([])
  })
})
