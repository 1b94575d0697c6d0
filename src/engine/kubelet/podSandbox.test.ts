import { describe, it, expect } from 'vitest'
import type { Cluster } from '../cluster/types'
import { get } from '../testing/ask'
import { PODS } from '../testing/builders'
import { living, pass, removeWeb, said, SECOND, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }

function losePower(cluster: Cluster, time: number): void {
  const down = { kind: 'nodeDown', node: 'worker-1' } as const
  cluster.inject(down)
  pass(cluster, SECOND)
  cluster.repair(down)
  pass(cluster, time)
}

describe('a Pod whose machine went down', () => {
  it('runs again in another sandbox, its init containers first', () => {
    const cluster = living({ initContainers: [{ name: 'prepare', image: 'oneshot:1' }], containers: [web] }, 5 * SECOND)
    const { podIP } = webOf(cluster).status
    losePower(cluster, 6 * SECOND)
    expect(said(cluster)).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.')
    const { status } = webOf(cluster)
    expect(status.podIP).not.toBe(podIP)
    expect(status.initContainerStatuses![0]).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 0 } } })
    expect(status.containerStatuses![0]).toMatchObject({
      ready: true,
      restartCount: 1,
      lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
    })
    removeWeb(cluster)
    pass(cluster, 4 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })

  it('has failed where nothing of it is started again', () => {
    const cluster = living({ restartPolicy: 'Never', containers: [web] }, 5 * SECOND)
    losePower(cluster, 4 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Failed')
    expect(webOf(cluster).status.containerStatuses![0]!.state?.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown' })
  })
})
