import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { get } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'
import { erase, merge, pass } from '../testing/workloads'

const PATH = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt'
const DESCRIPTION = 'kubernetes.io/description'

function aCluster() {
  const cluster = aWholeCluster(1)
  const stored = () => get(cluster, PATH).body as unknown as ApiObject
  return { cluster, stored, asMade: stored() }
}

describe('kube-root-ca.crt', () => {
  it('is there again after it was deleted', () => {
    const { cluster, stored, asMade } = aCluster()
    erase(cluster, PATH)
    pass(cluster, 1000)
    expect(stored()).toMatchObject({ data: asMade.data })
    expect(stored().metadata.uid).not.toBe(asMade.metadata.uid)
  })

  it('says again what it said, whatever is written into it; other annotations stay', () => {
    const { cluster, stored, asMade } = aCluster()
    merge(cluster, PATH, {
      data: { 'ca.crt': 'mine', more: 'x' },
      metadata: { annotations: { [DESCRIPTION]: null, 'example.com/mine': 'yes' } },
    })
    pass(cluster, 1000)
    expect(stored().data).toEqual(asMade.data)
    expect(stored().metadata.annotations).toEqual({ ...asMade.metadata.annotations, 'example.com/mine': 'yes' })
  })

  it('may be described in other words', () => {
    const { cluster, stored } = aCluster()
    merge(cluster, PATH, { metadata: { annotations: { [DESCRIPTION]: 'mine' } } })
    pass(cluster, 1000)
    expect(stored().metadata.annotations).toEqual({ [DESCRIPTION]: 'mine' })
  })
})
