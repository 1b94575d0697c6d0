import { expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { get } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'
import { merge, pass } from '../testing/workloads'

const NODE = '/api/v1/nodes/worker-1'
const ANNOTATION = 'node.alpha.kubernetes.io/ttl'

it('keeps the seconds of a node right, however they are written', () => {
  const cluster = aWholeCluster(1)
  const ttl = () => (get(cluster, NODE).body as ApiObject).metadata.annotations?.[ANNOTATION]
  const write = (seconds: string | null) => {
    merge(cluster, NODE, { metadata: { annotations: { [ANNOTATION]: seconds } } })
    pass(cluster, 1000)
    return ttl()
  }
  expect(ttl()).toBe('0')
  expect([write('15'), write(null), write('soon'), write('00')]).toEqual(['0', '0', '0', '00'])
})
