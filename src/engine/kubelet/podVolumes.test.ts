import { describe, it, expect } from 'vitest'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../testing/builders'
import { living, pass, said, SECOND, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }

describe('what a Pod needs of ConfigMaps and Secrets', () => {
  it('is said in one line of all sources of a volume, and the token is asked for all the same', () => {
    const sources = [
      { serviceAccountToken: { path: 'token' } },
      { configMap: { name: 'cfg' } },
      { secret: { name: 'sec' } },
      { secret: { name: 'may', optional: true } },
    ]
    const cluster = living({ volumes: [{ name: 'all', projected: { sources } }], containers: [web] }, 3 * SECOND)
    expect(said(cluster)).toEqual([
      'FailedMount: MountVolume.SetUp failed for volume "all" : [configmap "cfg" not found, secret "sec" not found]',
    ])
    const tokens = [...cluster.trace.allRequests()].filter((r) => r.from === 'worker-1' && r.http.path.endsWith('/token'))
    expect(tokens.length).toBeGreaterThan(0)
  })

  it('is text where it is for the environment', () => {
    const cluster = aWholeCluster(1)
    post(cluster, CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cfg' }, binaryData: { k: 'AAE=' } })
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'k' } } }]
    post(cluster, PODS, aPod('web', { containers: [{ ...web, env }] }))
    pass(cluster, 3 * SECOND)
    expect(webOf(cluster).status.containerStatuses![0]!.state?.waiting?.message).toBe("couldn't find key k in ConfigMap default/cfg")
  })
})

describe('the images of a node', () => {
  it('are pulled one after the other', () => {
    const cluster = aWholeCluster(1)
    for (const name of ['a', 'b']) post(cluster, PODS, aPod(name, { containers: [{ ...web, image: `${name}:1` }] }))
    pass(cluster, 4 * SECOND)
    const pulled = said(cluster).filter((text) => text.startsWith('Pulled'))
    expect(pulled[0]).toMatch(/^Pulled: Successfully pulled image "a:1" in 40\dms \(40\dms including waiting\)\./)
    expect(pulled[1]).toMatch(/^Pulled: Successfully pulled image "b:1" in 40\dms \([678]\d\dms including waiting\)\./)
  })
})
