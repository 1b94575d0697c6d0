import { describe, it, expect } from 'vitest'
import { aNode, aWholeCluster } from '../testing/builders'
import { asked, living, pass, removeWeb, said, SECOND, webOf } from '../testing/livingPod'
import { erase, podsOf } from '../testing/workloads'
import type { Cluster } from '../cluster/types'
import type { JsonObject } from '../base/json'

const web = { name: 'web', image: 'nginx:1.27' }
const KUBELET = 'worker-1'

const targets = (cluster: Cluster, method: string, param: string) => asked(cluster, method).map(({ params }) => String(params[param]))

describe('what a runtime has of Pods that went while their kubelet was away', () => {
  it('is stopped within a second once the kubelet is back, and removed', () => {
    const cluster = living({ terminationGracePeriodSeconds: 30, containers: [web] }, 5 * SECOND)
    const { uid } = webOf(cluster).metadata
    cluster.stop(KUBELET)
    removeWeb(cluster, 0)
    pass(cluster, 5 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(0)
    cluster.restart(KUBELET)
    pass(cluster, 10 * SECOND)
    expect(targets(cluster, 'StopContainer', 'container')).toEqual([expect.stringContaining(uid!)])
    expect(asked(cluster, 'StopContainer')[0]!.params.timeout).toBe(2)
    expect(targets(cluster, 'StopPodSandbox', 'sandbox')).toEqual([expect.stringContaining(uid!)])
    expect(targets(cluster, 'RemovePodSandbox', 'sandbox')).toEqual([expect.stringContaining(uid!)])
    expect(said(cluster).at(-1)).toBe('Killing: Stopping container web')
    // Nothing is left to be seen to.
    cluster.stop(KUBELET)
    cluster.restart(KUBELET)
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'StopPodSandbox')).toHaveLength(1)
  })

  it('is stopped where a manifest went', () => {
    const manifest: JsonObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'proxy', namespace: 'default' },
      spec: { containers: [web] },
    }
    const cluster = aWholeCluster(0, { nodes: [aNode(1, { manifests: { 'proxy.yaml': manifest } })] })
    pass(cluster, 5 * SECOND)
    cluster.stop(KUBELET)
    cluster.writeManifest(KUBELET, 'proxy.yaml', null)
    cluster.restart(KUBELET)
    pass(cluster, 10 * SECOND)
    expect(podsOf(cluster)).toEqual([])
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(asked(cluster, 'StopPodSandbox')).toHaveLength(1)
  })

  it('is waited for where the runtime is away, too', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    cluster.stop(KUBELET)
    removeWeb(cluster, 0)
    pass(cluster, SECOND)
    cluster.restart(KUBELET)
    cluster.run({ for: 10 * SECOND, throughIdle: true, until: () => asked(cluster, 'ListPodSandbox').length > 0 })
    cluster.stop('worker-1/runtime')
    pass(cluster, 10 * SECOND)
    cluster.restart('worker-1/runtime')
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(asked(cluster, 'StopPodSandbox')).toHaveLength(1)
  })

  it('is not that of a Pod that its kubelet is stopping', () => {
    const lifecycle = { preStop: { sleep: { seconds: 10 } } }
    const manifest: JsonObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'proxy', namespace: 'default' },
      spec: { terminationGracePeriodSeconds: 30, containers: [{ ...web, lifecycle }] },
    }
    const cluster = aWholeCluster(0, { nodes: [aNode(1, { manifests: { 'proxy.yaml': manifest } })] })
    pass(cluster, 5 * SECOND)
    cluster.stop(KUBELET)
    cluster.restart(KUBELET)
    cluster.run({ for: 5 * SECOND, throughIdle: true, until: () => asked(cluster, 'ListPodSandbox').length > 0 })
    cluster.writeManifest(KUBELET, 'proxy.yaml', null)
    const at = cluster.now
    cluster.stop('worker-1/runtime')
    pass(cluster, SECOND)
    cluster.restart('worker-1/runtime')
    pass(cluster, 30 * SECOND)
    expect(asked(cluster, 'ListPodSandbox').length).toBeGreaterThan(1)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(asked(cluster, 'StopContainer')[0]!.at).toBeGreaterThanOrEqual(at + 10 * SECOND)
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(1)
  })

  it('is looked for when the runtime is back, too', () => {
    const cluster = living({ restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot:1' }] }, 10 * SECOND)
    cluster.stop('worker-1/runtime')
    erase(cluster, '/api/v1/namespaces/default/pods/web')
    pass(cluster, 5 * SECOND)
    expect(podsOf(cluster)).toEqual([])
    const tried = asked(cluster, 'RemovePodSandbox').length
    cluster.restart('worker-1/runtime')
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(tried + 1)
  })

  it('is not that of Pods that run', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    cluster.stop(KUBELET)
    cluster.restart(KUBELET)
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'ListPodSandbox')).toHaveLength(1)
    expect(asked(cluster, 'StopContainer')).toHaveLength(0)
    expect(webOf(cluster).status.phase).toBe('Running')
  })
})

describe('a Pod that has ended', () => {
  it('is not run again where its end could not be told before its kubelet went', () => {
    const cluster = living({ restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot:1' }] }, 700)
    cluster.run({ for: 10 * SECOND, throughIdle: true, until: () => webOf(cluster).status.phase === 'Running' })
    cluster.stop('kube-apiserver')
    pass(cluster, 10 * SECOND)
    cluster.stop(KUBELET)
    cluster.restart(KUBELET)
    pass(cluster, 5 * SECOND)
    cluster.restart('kube-apiserver')
    pass(cluster, 60 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Succeeded')
    expect(asked(cluster, 'StartContainer')).toHaveLength(1)
    expect(asked(cluster, 'RunPodSandbox')).toHaveLength(1)
    expect(asked(cluster, 'StopPodSandbox').length).toBeGreaterThan(0)
  })

  it('is not run again at a start of its kubelet where it is static', () => {
    const manifest: JsonObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'once', namespace: 'default' },
      spec: { restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot:1' }] },
    }
    const cluster = aWholeCluster(0, { nodes: [aNode(1, { manifests: { 'once.yaml': manifest } })] })
    pass(cluster, 10 * SECOND)
    cluster.stop(KUBELET)
    cluster.restart(KUBELET)
    pass(cluster, 20 * SECOND)
    expect(asked(cluster, 'StartContainer')).toHaveLength(1)
    expect(podsOf(cluster).map(({ status }) => status.phase)).toEqual(['Succeeded'])
  })

  it('is out of the runtime with its object', () => {
    const cluster = living({ restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot:1' }] }, 10 * SECOND)
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(0)
    erase(cluster, '/api/v1/namespaces/default/pods/web')
    pass(cluster, 5 * SECOND)
    expect(podsOf(cluster)).toEqual([])
    expect(asked(cluster, 'RemovePodSandbox')).toHaveLength(1)
  })
})
