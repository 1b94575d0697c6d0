import { expect, it } from 'vitest'
import { withPodResources } from './podResources'
import type { Pod } from './types'

const resourcesOf = (resources: object, containers: readonly object[]) =>
  withPodResources({ metadata: { name: 'p' }, spec: { resources, containers }, status: {} } as unknown as Pod).spec.resources

it('a Pod that asks for something as a whole asks for what its containers do, and is limited where all of them are', () => {
  const container = { name: 'c', resources: { requests: { cpu: '200m', memory: '1Gi' }, limits: { memory: '2Gi' } } }
  expect(resourcesOf({ limits: { cpu: '1' } }, [container])).toEqual({
    requests: { cpu: '200m', memory: '1Gi' },
    limits: { cpu: '1', memory: '2Gi' },
  })
  expect(resourcesOf({ limits: { cpu: '1' } }, [container, { name: 'd' }])).toEqual({
    requests: { cpu: '200m', memory: '1Gi' },
    limits: { cpu: '1' },
  })
  expect(resourcesOf({}, [container])).toEqual({})
})
