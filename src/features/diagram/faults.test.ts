import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createCluster, type Bootstrap, type Cluster, type Fault, type Program } from '../../engine/index'
import { diagram as en } from '../../i18n/messages/en/diagram'
import { diagram as ko } from '../../i18n/messages/ko/diagram'
import { credentialsOf } from '../../stores/identities'
import { momentsOf } from '../../stores/moments'
import { pageCluster } from '../../stores/pageCluster'
import { FIRST_TOPOLOGY, type Topology } from '../../stores/topology'
import { nodesOf } from './flow'
import { podsInRow } from './podsInRow'
import { scene } from './scene'
import { sixSteps } from './sixSteps'
import { telling } from './telling'
import { trouble } from './trouble'
import { underTheHood } from './underTheHood'

const bootstrap = JSON.parse(readFileSync('src/engine/data/bootstrap.json', 'utf8')) as Bootstrap

function* createPod(): Program {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx' }] } }
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  const reply = yield { do: 'request', request: { method: 'POST', path: '/api/v1/namespaces/default/pods', headers, body } }
  return reply.type === 'response' && reply.response.status === 201 ? 0 : 1
}

function create(cluster: Cluster) {
  cluster.start({ line: 'create', identity: 'admin', credentials: credentialsOf.admin, program: createPod })
  cluster.run({ for: 60_000 })
}

function pictures({ trace, history, restHop }: Cluster, topology: Topology, detail: 'six-steps' | 'under-the-hood' = 'six-steps') {
  const moments = momentsOf(trace, restHop, detail)
  const zoom = detail === 'six-steps' ? sixSteps : underTheHood
  const at = (index: number) => scene({ trace, history, moments, index, detail, topology, spread: 0 }, zoom, { telling, trouble })
  return { moments, at, last: () => at(moments.length - 1) }
}

const lanes = (picture: ReturnType<ReturnType<typeof pictures>['at']>) => picture.lanes.map((lane) => lane.id)

describe('a part that is down', () => {
  it('loses its lines, and has them back when it has opened its watch anew', () => {
    const cluster = createCluster(pageCluster(bootstrap))
    const fault: Fault = { kind: 'stopped', part: 'kube-scheduler' }
    expect(lanes(pictures(cluster, FIRST_TOPOLOGY).last())).toContain('schedulerWatch')
    cluster.inject(fault)
    cluster.run({ for: 1000 })
    expect(lanes(pictures(cluster, FIRST_TOPOLOGY).last())).not.toContain('schedulerWatch')
    expect(lanes(pictures(cluster, FIRST_TOPOLOGY).last())).toContain('watch:worker-1')
    expect(pictures(cluster, FIRST_TOPOLOGY).last().scheduler).toMatchObject({ tone: 'pale', watches: false })
    cluster.repair(fault)
    cluster.run({ for: 10_000 })
    expect(lanes(pictures(cluster, FIRST_TOPOLOGY).last())).toContain('schedulerWatch')
    expect(pictures(cluster, FIRST_TOPOLOGY).last().scheduler).toMatchObject({ tone: 'active', watches: true })
  })

  it('takes every watch with it if it is the server, though the others are up', () => {
    const cluster = createCluster(pageCluster(bootstrap))
    cluster.inject({ kind: 'stopped', part: 'kube-apiserver' })
    cluster.run({ for: 1000 })
    expect(
      pictures(cluster, FIRST_TOPOLOGY)
        .last()
        .lanes.filter((lane) => lane.kind === 'watch'),
    ).toEqual([])
    expect(pictures(cluster, FIRST_TOPOLOGY, 'under-the-hood').last().apiserver.watchers).toEqual([])
  })

  it('is not a link that is cut: that is drawn as cut', () => {
    const cluster = createCluster(pageCluster(bootstrap))
    cluster.inject({ kind: 'cut', from: 'worker-1', to: 'kube-apiserver' })
    cluster.run({ for: 1000 })
    const cut = pictures(cluster, FIRST_TOPOLOGY)
      .last()
      .lanes.filter((lane) => lane.cut)
    expect(cut.map((lane) => lane.id)).toEqual(['watch:worker-1'])
  })
})

describe('three members of etcd', () => {
  const topology: Topology = { etcdMembers: 3, nodes: 2 }

  it('shows a write at the revision that it is told with, whatever else was written before the next moment', () => {
    const cluster = createCluster(pageCluster(bootstrap, topology))
    cluster.inject({ kind: 'stopped', part: 'etcd-0' })
    create(cluster)
    const { moments, at } = pictures(cluster, topology)
    const written = moments.flatMap(({ facts }, i) => (facts.write ? [[Number(facts.revision), at(i).etcd.revision]] : []))
    expect(written.length).toBeGreaterThan(3)
    for (const [told, shown] of written) expect(shown).toBe(told)
  })

  it('show an entry at the leader first, then at a majority, and only then as committed', () => {
    const cluster = createCluster(pageCluster(bootstrap, topology))
    create(cluster)
    const { moments, at } = pictures(cluster, topology, 'under-the-hood')
    const index = (kind: string) => moments.findIndex((m) => m.kind === kind)
    const [sent, kept, committed] = [index('etcdReplicates'), index('etcdAcknowledged'), index('etcdCommitted')]
    expect([sent > 0, sent < kept, kept < committed]).toEqual([true, true, true])
    const having = (moment: number) => {
      const { members } = at(moment).etcd
      const most = Math.max(...members.map((m) => m.log))
      return members.filter((m) => m.log === most).map((m) => m.role)
    }
    expect(having(sent)).toEqual(['leader'])
    expect(having(kept)).toContain('leader')
    expect(having(kept).length).toBeGreaterThanOrEqual(2)
    expect(at(sent).tokens).toHaveLength(2)
  })

  it('go on with one of them gone: etcd is not pale', () => {
    const cluster = createCluster(pageCluster(bootstrap, topology))
    cluster.inject({ kind: 'stopped', part: 'etcd-0' })
    create(cluster)
    expect(pictures(cluster, topology).last().etcd).toMatchObject({ quorum: true, tone: expect.not.stringMatching('pale') as string })
  })

  it('have no quorum with two of them gone, and say so', () => {
    const cluster = createCluster(pageCluster(bootstrap, topology))
    for (const part of ['etcd-0', 'etcd-1']) cluster.inject({ kind: 'stopped', part })
    cluster.run({ for: 5000 })
    const { etcd } = pictures(cluster, topology).last()
    expect(etcd).toMatchObject({ quorum: false, tone: 'pale' })
    expect(etcd.members.map((m) => m.role)).toEqual(['down', 'down', expect.stringMatching(/follower|candidate/)])
  })
})

describe('many nodes', () => {
  it.each([5, 8, 12, 40])('%i stand inside the picture, none over another, and the rest is counted', (nodes) => {
    const topology: Topology = { etcdMembers: 1, nodes }
    const picture = pictures(createCluster(pageCluster(bootstrap, topology)), topology).last()
    const boxes = [...picture.workers.map((w) => w.rect), ...(picture.moreWorkers ? [picture.moreWorkers.rect] : [])]
    for (const [i, box] of boxes.entries()) {
      expect(box.y + box.height).toBeLessThanOrEqual(boxes[i + 1]?.y ?? picture.height)
      expect(box.height).toBeGreaterThanOrEqual(38)
    }
    expect(picture.workers.length + (picture.moreWorkers?.nodes ?? 0)).toBe(nodes)
  })

  it.each([
    ['English', en],
    ['Korean', ko],
  ])('a row keeps its Pods from under its mark, in %s', (_, words) => {
    const topology: Topology = { etcdMembers: 1, nodes: 12 }
    const cluster = createCluster(pageCluster(bootstrap, topology))
    cluster.inject({ kind: 'nodeDown', node: 'worker-2' })
    cluster.run({ for: 1000 })
    const rows = nodesOf(pictures(cluster, topology).last(), words).filter((node) => node.type === 'worker')
    const covered = (name: string) => rows.find((row) => row.id === name)!.data.covered
    expect(covered('worker-1')).toBe(0)
    expect(covered('worker-2')).toBeGreaterThan(70)
    const { width } = rows[1]!.data.box.rect
    expect(podsInRow(width - covered('worker-2'))).toBeLessThan(podsInRow(width))
    expect(podsInRow(width - covered('worker-2'))).toBeGreaterThan(1)
  })
})
