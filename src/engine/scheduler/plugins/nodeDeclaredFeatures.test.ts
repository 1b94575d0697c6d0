import { expect, it } from 'vitest'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { ask, get, post } from '../../testing/ask'
import { admin, aNode, aPod, aWholeCluster, PODS } from '../../testing/builders'

const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }
const restartsAll = { containers: [{ name: 'web', image: 'nginx', restartPolicy: 'Never', restartPolicyRules: [rule] }] }

it('waits for a node that declares what the Pod needs, and tries again when a node declares something else', () => {
  const cluster = aWholeCluster(1, { nodes: [aNode(1, { facts: { declaredFeatures: ['ExtendWebSocketsToKubelet'] } })] })
  const pod = () => get(cluster, `${PODS}/web`).body as unknown as Pod
  const scheduled = () => pod().status.conditions!.find((c) => c.type === 'PodScheduled')!
  let tries = 0
  const patched = (path: string, body: JsonObject) => {
    const from = cluster.trace.length
    const headers = { 'content-type': 'application/merge-patch+json' }
    expect(ask(cluster, admin, { method: 'PATCH', path: `/api/v1/nodes/worker-1${path}`, headers, body }).status).toBe(200)
    cluster.run({ for: 15_000, throughIdle: true })
    tries = 0
    for (let i = from; i < cluster.trace.length; i++) {
      const hop = cluster.trace.hop(i)
      if (hop.kind === 'decide' && hop.decision.kind === 'schedule') tries++
    }
  }
  post(cluster, PODS, aPod('web', restartsAll))
  cluster.run({ for: 15_000, throughIdle: true })
  expect(scheduled().message).toMatch(/^0\/1 nodes are available: 1 node\(s\) didn't match Pod's required features\. /)
  patched('', { metadata: { labels: { disk: 'ssd' } } })
  expect([tries, pod().spec.nodeName]).toEqual([0, undefined])
  patched('/status', { status: { declaredFeatures: ['ExtendWebSocketsToKubelet', 'RestartAllContainersOnContainerExits'] } })
  expect([tries, pod().spec.nodeName]).toEqual([1, 'worker-1'])
})
