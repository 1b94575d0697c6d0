import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import type { Cluster } from '../cluster/types'
import { ask, get, watch } from '../testing/ask'
import { aCluster, aConfigMap, admin, CONFIG_MAPS } from '../testing/builders'
import { COMPACT_KEY } from './compactor'

const MINUTE = 60_000
const pass = (cluster: Cluster, minutes: number) => void cluster.run({ for: minutes * MINUTE, throughIdle: true })
const create = (cluster: Cluster, name: string) => void ask(cluster, admin, { method: 'POST', path: CONFIG_MAPS, body: aConfigMap(name) })
/** The key's version and value. */
function marked({ history }: Cluster): readonly [number, unknown] | null {
  const kv = history.get(COMPACT_KEY, history.revision)
  return kv && [kv.version, kv.value.revision]
}
const listed = (cluster: Cluster, revision: number) => get(cluster, `${CONFIG_MAPS}?resourceVersion=${revision}&resourceVersionMatch=Exact`)
const namesIn = ({ body }: ReturnType<typeof get>) =>
  (body as { items: { metadata: { name: string } }[] }).items.map((o) => o.metadata.name)

describe('the compaction of etcd', () => {
  it('[ST10] begins after an interval and forgets, one later, what was over by then', () => {
    const cluster = aCluster()
    create(cluster, 'a')
    const early = cluster.history.revision
    pass(cluster, 4.9)
    expect(marked(cluster)).toBeNull()
    pass(cluster, 0.2)
    const first = cluster.history.revision
    expect([marked(cluster), first]).toEqual([[1, '0'], early + 1])
    create(cluster, 'b')
    pass(cluster, 4.8)
    expect(listed(cluster, early).status).toBe(200)
    pass(cluster, 0.2)
    expect(marked(cluster)).toEqual([2, String(first)])
    expect(listed(cluster, early)).toMatchObject({
      status: 410,
      body: { reason: 'Expired', message: 'The resourceVersion for the provided list is too old.', metadata: {}, code: 410 },
    })
    expect(namesIn(listed(cluster, first))).toEqual(['a'])
    expect(cluster.history.get('/registry/configmaps/default/a', early)?.modRevision).toBe(early)
  })

  it('leaves a list that was begun before it a token to go on with as things are', () => {
    const cluster = aCluster()
    for (const name of ['a', 'b', 'c']) create(cluster, name)
    const page = get(cluster, `${CONFIG_MAPS}?limit=1`).body as { metadata: { continue: string } }
    pass(cluster, 11)
    const refused = get(cluster, `${CONFIG_MAPS}?limit=1&continue=${page.metadata.continue}`)
    expect(refused).toMatchObject({ status: 410, body: { reason: 'Expired' } })
    const { metadata, message } = refused.body as { metadata: { continue: string }; message: string }
    expect(message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\. .* may show up in the list\.$/,
    )
    expect(JSON.parse(atob(metadata.continue))).toEqual({ v: 'meta.k8s.io/v1', rv: -1, start: 'a\u0000' })
    create(cluster, 'bb')
    expect(namesIn(get(cluster, `${CONFIG_MAPS}?continue=${metadata.continue}`))).toEqual(['b', 'bb', 'c'])
  })

  it('is of etcd alone: a watch begins where the cache still knows what was', () => {
    const cluster = aCluster()
    const early = cluster.history.revision
    create(cluster, 'a')
    pass(cluster, 11)
    expect(listed(cluster, early).status).toBe(410)
    const seen = watch(cluster, admin, `${CONFIG_MAPS}?watch=true&resourceVersion=${early}`)
    cluster.run()
    expect((seen as unknown as { type: string; object: ApiObject }[]).map((e) => `${e.type} ${e.object.metadata.name}`)).toEqual([
      'ADDED a',
    ])
  })

  it('takes note first where a server starts anew, and goes on after a round that found no etcd', () => {
    const cluster = aCluster()
    pass(cluster, 6)
    cluster.stop('kube-apiserver')
    cluster.restart('kube-apiserver')
    pass(cluster, 5.1)
    expect(marked(cluster)).toEqual([1, '0'])
    pass(cluster, 5)
    expect(marked(cluster)?.[0]).toBe(2)
    const before = marked(cluster)
    cluster.stop('etcd')
    pass(cluster, 5.1)
    cluster.restart('etcd')
    pass(cluster, 0.1)
    expect(marked(cluster)).toEqual(before)
    pass(cluster, 5)
    expect(marked(cluster)?.[0]).toBe(3)
  })
})
