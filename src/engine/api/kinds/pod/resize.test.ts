import { expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { resizeSubresource } from './resize'
import type { Pod } from './types'

it('what a Pod asks for as a whole changes in its amounts of cpu and memory alone', () => {
  const pod = (resources?: object) => {
    const spec = { containers: [{ name: 'web', image: 'nginx:1.27' }], ...(resources ? { resources } : {}) }
    return { metadata: { name: 'web' }, spec, status: { qosClass: 'Burstable' } } as unknown as Pod
  }
  const asked = { requests: { cpu: '1', memory: '1Gi' } }
  const errors = (now?: object) =>
    resizeSubresource
      .validateUpdate?.(pod(now), pod(asked), () => {})
      .map(fieldErrorText)
      .filter((text) => text.includes('pod-level'))
  expect(errors({ requests: { cpu: '2', memory: '1Gi' } })).toEqual([])
  expect(errors()).toEqual(['spec.resources: Forbidden: pod-level resources cannot be removed'])
  expect(errors({ requests: { cpu: '1' } })).toEqual(['spec.resources.requests: Forbidden: pod-level resource requests cannot be removed'])
  expect(errors({ requests: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '2Mi' } })).toEqual([
    'spec: Forbidden: only cpu and memory resources are mutable at pod-level',
  ])
})
