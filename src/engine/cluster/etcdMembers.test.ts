import { describe, expect, it } from 'vitest'
import { get, post, watch } from '../testing/ask'
import { aCluster, aConfigMap, admin, CONFIG_MAPS } from '../testing/builders'
import { traceText } from '../testing/traceText'
import type { Cluster } from './types'

const MEMBERS = ['etcd-0', 'etcd-1', 'etcd-2']
const threeMembers = (seed = 1) => aCluster({ seed, etcdMembers: 3 })

/** Who stood for election and who won, from a hop on. */
function elections({ trace }: Cluster, from = 0): string[] {
  return Array.from({ length: trace.length - from }, (_, i) => trace.hop(from + i)).flatMap((hop) =>
    hop.kind === 'decide' && hop.decision.kind === 'elect' ? [`${hop.decision.action} ${hop.decision.term}`] : [],
  )
}

function leaderOf({ trace }: Cluster): string {
  for (let i = trace.length - 1; i >= 0; i--) {
    const hop = trace.hop(i)
    if (hop.kind === 'decide' && hop.decision.kind === 'elect' && hop.decision.action === 'leads') return hop.decision.member
  }
  return ''
}

describe('three members of etcd', () => {
  it('elect one leader for a term, and commit what a majority has', () => {
    const cluster = threeMembers()
    expect(elections(cluster)).toEqual(['campaigns 1', 'leads 1'])
    const from = cluster.trace.length
    expect(post(cluster, CONFIG_MAPS, aConfigMap('a')).status).toBe(201)
    cluster.run()
    const kinds = Array.from({ length: cluster.trace.length - from }, (_, i) => cluster.trace.hop(from + i)).flatMap((hop) =>
      hop.kind === 'commit' ? ['commit'] : hop.kind === 'send' && hop.message.type.startsWith('raft.') ? [hop.message.type] : [],
    )
    const commit = kinds.indexOf('commit')
    expect(kinds.filter((k) => k === 'commit')).toHaveLength(1)
    expect(kinds.slice(0, commit).filter((k) => k === 'raft.append')).toHaveLength(2)
    expect(kinds.slice(0, commit)).toContain('raft.appended')
  })

  it('go on without one of them, whichever it is, and it catches up when it comes back', () => {
    for (const member of MEMBERS) {
      const cluster = threeMembers()
      cluster.stop(member)
      // If it led, another is elected meanwhile.
      cluster.run({ for: 5000, throughIdle: true })
      expect(post(cluster, CONFIG_MAPS, aConfigMap('a')).status).toBe(201)
      cluster.restart(member)
      cluster.run()
      // Only it and one other: a majority that has everything.
      cluster.stop(MEMBERS.find((m) => m !== member && m !== leaderOf(cluster))!)
      expect(get(cluster, `${CONFIG_MAPS}/a`).status).toBe(200)
      expect(post(cluster, CONFIG_MAPS, aConfigMap('b')).status).toBe(201)
    }
  })

  it('elect another leader when theirs is lost, in a later term', () => {
    const cluster = threeMembers()
    const first = leaderOf(cluster)
    const from = cluster.trace.length
    cluster.stop(first)
    cluster.run({ for: 5000, throughIdle: true })
    expect(elections(cluster, from)).toContain('leads 2')
    expect(leaderOf(cluster)).not.toBe(first)
  })

  it('without a majority write nothing and read nothing: the server times out in etcd’s words', () => {
    const cluster = threeMembers()
    cluster.stop('etcd-1')
    cluster.stop('etcd-2')
    const asked = cluster.now
    expect(post(cluster, CONFIG_MAPS, aConfigMap('a'))).toMatchObject({ status: 500, body: { message: 'etcdserver: request timed out' } })
    expect(cluster.now - asked).toBeGreaterThan(7000)
    expect(get(cluster, `${CONFIG_MAPS}/a`)).toMatchObject({
      status: 504,
      body: { reason: 'Timeout', message: 'Timeout: request did not complete within the allotted timeout' },
    })
    // Its watches of etcd ended: the caches do not know any more.
    for (const query of ['', '?labelSelector=a&limit=500', '?resourceVersion=0', '?watch=true'])
      expect(get(cluster, `${CONFIG_MAPS}${query}`)).toMatchObject({ status: 429, body: { message: 'storage is (re)initializing' } })
    // Pages of all there is are asked of etcd itself.
    expect(get(cluster, `${CONFIG_MAPS}?limit=500`)).toMatchObject({ status: 504, body: { reason: 'Timeout' } })
    expect(get(cluster, `${CONFIG_MAPS}/a?resourceVersion=0`)).toMatchObject({ status: 504, body: { reason: 'Timeout' } })
    cluster.restart('etcd-1')
    cluster.run()
    expect(post(cluster, CONFIG_MAPS, aConfigMap('b')).status).toBe(201)
    expect(get(cluster, CONFIG_MAPS).status).toBe(200)
  })

  it('end the watches of clients when they have no leader for long: a watch from before is answered with 410 when they are back', () => {
    const cluster = threeMembers()
    const created = post(cluster, CONFIG_MAPS, aConfigMap('a')).body as { metadata: { resourceVersion: string } }
    post(cluster, CONFIG_MAPS, aConfigMap('b'))
    const before = watch(cluster, admin, `${CONFIG_MAPS}?watch=true&resourceVersion=${created.metadata.resourceVersion}`)
    cluster.run()
    for (const member of ['etcd-1', 'etcd-2']) cluster.stop(member)
    cluster.run({ for: 20_000, throughIdle: true })
    for (const member of ['etcd-1', 'etcd-2']) cluster.restart(member)
    cluster.run()
    post(cluster, CONFIG_MAPS, aConfigMap('c'))
    cluster.run()
    expect(before).toHaveLength(1)
    const again = watch(cluster, admin, `${CONFIG_MAPS}?watch=true&resourceVersion=${created.metadata.resourceVersion}`)
    cluster.run()
    expect(again).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }])
  })

  it('do not let a member that was cut off disturb the others, nor lead alone', () => {
    const cluster = threeMembers()
    const leader = leaderOf(cluster)
    const from = cluster.trace.length
    for (const peer of MEMBERS.filter((m) => m !== leader)) cluster.inject({ kind: 'cut', from: leader, to: peer })
    cluster.run({ for: 10_000, throughIdle: true })
    expect(elections(cluster, from)).toEqual(expect.arrayContaining(['steps down 1', 'leads 2']))
    for (const fault of cluster.faults) cluster.repair(fault)
    cluster.run()
    expect(elections(cluster, from).filter((e) => e.startsWith('leads'))).toEqual(['leads 2'])
  })

  it('[TR4] are lived through again by a fork', () => {
    const cluster = threeMembers()
    cluster.stop(leaderOf(cluster))
    post(cluster, CONFIG_MAPS, aConfigMap('a'))
    cluster.run()
    expect(traceText(cluster.fork(cluster.trace.length - 1).trace)).toBe(traceText(cluster.trace))
  })
})
