import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import type { Pod } from '../api/kinds/pod/types'
import { ask, get, post } from '../testing/ask'
import { admin, aNode, aPod, aWholeCluster, PODS } from '../testing/builders'
import { refusalOf } from './nodeAdmission'

const bound = (name: string, spec: JsonObject = {}) => aPod(name, { nodeName: 'worker-1', ...spec })
const asking = (cpu: string) => ({ containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu } } }] })
const status = (cluster: Cluster, name: string) => (get(cluster, `${PODS}/${name}`).body as { status: JsonObject }).status

function refused(spec: JsonObject, nodePatch?: JsonObject): JsonObject {
  const cluster = aWholeCluster(1)
  const headers = { 'content-type': 'application/merge-patch+json' }
  if (nodePatch) ask(cluster, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1', headers, body: nodePatch })
  cluster.run()
  post(cluster, PODS, bound('a', spec))
  cluster.run()
  return status(cluster, 'a')
}

describe('a node that is given a Pod', () => {
  it('counts what it runs already', () => {
    const cluster = aWholeCluster(1)
    const { allocatable } = (get(cluster, '/api/v1/nodes/worker-1').body as { status: { allocatable: { cpu: string } } }).status
    const most = Number(allocatable.cpu) * 1000
    post(cluster, PODS, bound('a', asking(`${most - 100}m`)))
    cluster.run()
    post(cluster, PODS, bound('b', asking('200m')))
    cluster.run()
    expect(status(cluster, 'a').phase).toBe('Running')
    expect(status(cluster, 'b')).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: `Pod was rejected: Node didn't have enough resource: cpu, requested: 200, used: ${most - 100}, capacity: ${most}`,
    })
  })

  it('names the processor before memory, whatever order the Pod asks in', () => {
    const requests = { memory: '100Gi', cpu: '100' }
    expect(refused({ containers: [{ name: 'c', image: 'nginx', resources: { requests } }] }).reason).toBe('OutOfcpu')
  })

  it('lets in what runs there before what is newer, when its kubelet starts', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, bound('older', asking('3')))
    cluster.run({ for: 3000, throughIdle: true })
    cluster.stop('worker-1')
    post(cluster, PODS, bound('newer', asking('3')))
    cluster.restart('worker-1')
    cluster.run({ for: 5000, throughIdle: true })
    expect(status(cluster, 'newer')).toMatchObject({ phase: 'Failed', reason: 'OutOfcpu' })
    expect(status(cluster, 'older')).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0 }] })
  })

  it('refuses one that wants another node, or does not tolerate what empties it', () => {
    expect(refused({ nodeSelector: { disk: 'ssd' } })).toMatchObject({
      reason: 'NodeAffinity',
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    })
    expect(refused({ nodeSelector: { disk: 'ssd' } }, { metadata: { labels: { disk: 'ssd' } } }).phase).toBe('Running')
    expect(refused({}, { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }).phase).toBe('Running')
    const node = { metadata: {}, spec: { taints: [{ key: 'k', effect: 'NoExecute' }] }, status: { allocatable: { pods: '9' } } }
    expect(refusalOf(bound('a') as Pod, [], node)?.reason).toBe('TaintToleration')
    expect(refused({ os: { name: 'windows' } })).toMatchObject({ reason: 'PodOSNotSupported' })
  })

  it('refuses one that needs what its kubelet cannot do, whatever its Node says', () => {
    const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }
    const restartsAll = { containers: [{ name: 'c', image: 'nginx', restartPolicy: 'Never', restartPolicyRules: [rule] }] }
    expect(refused(restartsAll).phase).toBe('Running')
    const older = aWholeCluster(1, { nodes: [aNode(1, { facts: { declaredFeatures: [] } })] })
    const headers = { 'content-type': 'application/merge-patch+json' }
    const body = { status: { declaredFeatures: ['RestartAllContainersOnContainerExits'] } }
    ask(older, admin, { method: 'PATCH', path: '/api/v1/nodes/worker-1/status', headers, body })
    post(older, PODS, bound('a', restartsAll))
    older.run()
    expect(status(older, 'a')).toMatchObject({
      phase: 'Failed',
      reason: 'PodFeatureUnsupported',
      message: 'Pod was rejected: Pod requires node features that are not available: RestartAllContainersOnContainerExits',
    })
  })
})
