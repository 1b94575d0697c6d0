import { afterEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { EtcdWriteOp } from '../../base/wire'
import type { Cluster } from '../../cluster/types'
import { Etcd } from '../../storage/etcd'
import { Store } from '../../storage/store'
import { post } from '../ask'
import { aCluster, aConfigMap, aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../builders'
import { erase, merge, pass } from '../workloads'
import { mendAll, replaced } from './broken'
import { historyProblems } from './historyProblems'

afterEach(mendAll)

/** Writes that the store says it has made, and has not. */
function forgetting(which: (write: EtcdWriteOp) => boolean): void {
  replaced(Store, 'txn', (well, store) => (txn) => {
    const [write] = txn.success
    if (!write || !which(write)) return well(txn)
    const revision = store.revision + 1
    const before = store.get(write.key)
    const value = write.op === 'put' ? write.value : before!.value
    const kv = { key: write.key, createRevision: before?.createRevision ?? revision, modRevision: revision, version: 1, value }
    return { reply: { ok: true, revision, succeeded: true, kvs: [kv], count: 1 }, events: [] }
  })
}

/** What the store does in place of a put; `before`: the value that was there, if any. */
function inPlaceOf(put: (write: Put, before?: JsonObject) => EtcdWriteOp): void {
  replaced(Store, 'txn', (well, store) => (txn) => {
    const success = txn.success.map((write) => (write.op === 'put' ? put(write, store.get(write.key)?.value) : write))
    return well({ ...txn, success })
  })
}
type Put = Extract<EtcdWriteOp, { op: 'put' }>

const phaseOf = ({ status }: JsonObject) => (status as { readonly phase?: string } | undefined)?.phase

const goes = ({ metadata }: JsonObject) => (metadata as JsonObject).deletionTimestamp !== undefined

const withMetadata = (object: JsonObject, metadata: JsonObject): JsonObject => ({
  ...object,
  metadata: { ...(object.metadata as JsonObject), ...metadata },
})

function threeWrites(): Cluster {
  const cluster = aCluster()
  for (const name of ['a', 'b', 'c']) post(cluster, CONFIG_MAPS, aConfigMap(name))
  cluster.run()
  return cluster
}

const problemsOf = (cluster: Cluster) => historyProblems(cluster).join('\n')

describe('a store', () => {
  it('that is well has no problem', () => expect(historyProblems(threeWrites())).toEqual([]))

  it('that forgets what it acknowledged is found out by the answer', () => {
    forgetting(({ op, key }) => op === 'put' && key === '/registry/configmaps/default/b')
    expect(problemsOf(threeWrites())).toMatch(/POST .*\/configmaps \(request \d+\) was answered with revision \d+, where b is not/)
  })

  it('that forgets a deletion is found out by what is still there', () => {
    forgetting(({ op }) => op === 'delete')
    const cluster = threeWrites()
    erase(cluster, `${CONFIG_MAPS}/b`)
    expect(problemsOf(cluster)).toMatch(/DELETE .*\/configmaps\/b \(request \d+\) was answered, and it is not going/)
  })

  it('that loses in a crash what it had not yet on its disk is found out by its history', () => {
    replaced(Etcd, 'crash', (well, etcd) => () => {
      well()
      const store = new Store()
      for (const events of etcd.store.since(2).slice(0, -2))
        store.txn({
          compare: [],
          success: events.map(({ type, kv: { key, value } }) => (type === 'PUT' ? { op: 'put', key, value } : { op: 'delete', key })),
          failure: [],
        })
      Object.assign(etcd, { store })
    })
    const cluster = threeWrites()
    cluster.stop('etcd')
    cluster.restart('etcd')
    const problems = problemsOf(cluster)
    expect(problems).toMatch(/revision \d+ of \/registry\/configmaps\/default\/b is lost/)
    expect(problems).toMatch(/revision \d+ of \/registry\/configmaps\/default\/c is lost/)
    expect(problems).toMatch(/the store is at revision \d+ after \d+/)
  })

  it('that answers with other content than it keeps is found out', () => {
    replaced(Store, 'txn', (well) => (txn) => {
      const { reply, events } = well(txn)
      if (!reply.ok || !txn.success.some(({ key }) => key.endsWith('/b'))) return { reply, events }
      return { reply: { ...reply, kvs: reply.kvs.map((kv) => ({ ...kv, value: { ...kv.value, data: { other: 'yes' } } })) }, events }
    })
    expect(problemsOf(threeWrites())).toMatch(/was answered with other content than revision \d+ has/)
  })

  it.each<[what: string, change: (value: JsonObject, before: JsonObject) => JsonObject, said: RegExp]>([
    ['another uid', (value) => withMetadata(value, { uid: 'other' }), /becomes another object/],
    ['an older generation', (value) => withMetadata(value, { generation: 0 }), /goes back to generation 0/],
    [
      'no deletionTimestamp',
      (value, before) => (goes(before) ? withMetadata(value, { deletionTimestamp: undefined }) : value),
      /is no longer being deleted/,
    ],
    [
      'a phase of before',
      (value, before) =>
        phaseOf(before) === 'Succeeded' ? { ...value, status: { ...(value.status as JsonObject), phase: 'Running' } } : value,
      /is Succeeded and then Running/,
    ],
  ])('that keeps %s in place of what it was given is found out', (_, change, said) => {
    inPlaceOf((write, before) => (before ? { ...write, value: change(write.value, before) } : write))
    const cluster = aWholeCluster(1)
    const ends = { restartPolicy: 'Never', containers: [{ name: 'c', image: 'oneshot' }] }
    for (const [name, spec] of [
      ['ends', ends],
      ['runs', {}],
    ] as const)
      post(cluster, PODS, aPod(name, spec))
    pass(cluster, 5000)
    merge(cluster, `${PODS}/ends`, { metadata: { labels: { seen: 'yes' } } })
    merge(cluster, `${PODS}/ends`, { spec: { activeDeadlineSeconds: 1000 } })
    erase(cluster, `${PODS}/runs`)
    pass(cluster, 5000)
    expect(problemsOf(cluster)).toMatch(said)
  })

  it('that removes what it should only mark is found out by the finalizers', () => {
    inPlaceOf((write) => (goes(write.value) ? { op: 'delete', key: write.key } : write))
    const cluster = aCluster()
    const held = aConfigMap('held')
    post(cluster, CONFIG_MAPS, { ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } })
    erase(cluster, `${CONFIG_MAPS}/held`)
    expect(problemsOf(cluster)).toMatch(/configmaps\/default\/held goes with finalizers example.com\/hold/)
  })
})
