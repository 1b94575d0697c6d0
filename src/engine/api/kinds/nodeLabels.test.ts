import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../object'
import { csiStorageCapacity } from './csistoragecapacity'
import { runtimeClass } from './runtimeclass'
import { storageClass } from './storageclass'

describe('warnings of labels of nodes that are deprecated', () => {
  it('are given of a runtime class, without the label itself', () => {
    const scheduling = { nodeSelector: { 'beta.kubernetes.io/os': 'linux', a: 'b' } }
    expect(runtimeClass.warnings?.({ metadata: { name: 'a' }, handler: 'x', scheduling } as unknown as ApiObject, null)).toEqual([
      'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
    ])
  })

  it('are given of the topologies of a storage class', () => {
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'a' }, { key: 'failure-domain.beta.kubernetes.io/zone' }] }]
    expect(storageClass.warnings?.({ metadata: { name: 'a' }, allowedTopologies } as unknown as ApiObject, null)).toEqual([
      'allowedTopologies[0].matchLabelExpressions[1].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    ])
  })

  it('are given of the topology of a capacity, whichever way it is selected', () => {
    const nodeTopology = {
      matchExpressions: [{ key: 'node-role.kubernetes.io/master', operator: 'Exists' }],
      matchLabels: { 'app.kubernetes.io/created-by': 'x' },
    }
    expect(csiStorageCapacity.warnings?.({ metadata: { name: 'a' }, nodeTopology } as unknown as ApiObject, null)).toEqual([
      'nodeTopology.matchExpressions[0].key: node-role.kubernetes.io/master is use "node-role.kubernetes.io/control-plane" instead',
      'nodeTopology.matchLabels.app.kubernetes.io/created-by: deprecated since v1.9',
    ])
  })
})
