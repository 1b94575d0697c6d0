import { expect, it } from 'vitest'
import { ask, post } from '../../testing/ask'
import { admin, aNode, aPod, aWholeCluster, PODS } from '../../testing/builders'

it('refuses a resize that the kubelet of the node does not know, by what its Node declares', () => {
  const sized = (name: string, cpu: string) => ({ name, image: 'nginx', resources: { requests: { cpu } } })
  const resized = (...declaredFeatures: string[]) => {
    const cluster = aWholeCluster(1, { nodes: [aNode(1, { facts: { declaredFeatures } })] })
    post(cluster, PODS, aPod('web', { initContainers: [sized('init', '100m')], containers: [sized('web', '100m')], nodeName: 'worker-1' }))
    return ask(cluster, admin, {
      method: 'PATCH',
      path: `${PODS}/web/resize`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { spec: { initContainers: [{ name: 'init', resources: { requests: { cpu: '200m' } } }] } },
    })
  }
  expect(resized('ExtendWebSocketsToKubelet')).toMatchObject({
    status: 403,
    body: {
      reason: 'Forbidden',
      message:
        'pods "web" is forbidden: pod update requires features InPlacePodVerticalScalingInitContainers which are not available on node "worker-1"',
    },
  })
  expect(resized('InPlacePodVerticalScalingInitContainers').status).toBe(200)
})
