import { describe, it, expect } from 'vitest'
import { get } from '../testing/ask'
import { PODS } from '../testing/builders'
import { asked, living, pass, removeWeb, said, SECOND, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }
const RUNTIME = 'worker-1/runtime'

describe('a node whose runtime is down', () => {
  it('keeps a deleted Pod until its containers are stopped', () => {
    const cluster = living({ terminationGracePeriodSeconds: 1, containers: [web] }, 5 * SECOND)
    cluster.stop(RUNTIME)
    removeWeb(cluster)
    pass(cluster, 60 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(200)
    expect(webOf(cluster).status.containerStatuses![0]!.state).toHaveProperty('running')
    const { uid } = webOf(cluster).metadata
    const refused =
      '"rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused\\""'
    expect(said(cluster).at(-1)).toBe(
      `FailedKillPod: error killing pod: [failed to "KillContainer" for "web" with KillContainerError: ${refused}, failed to "KillPodSandbox" for "${uid}" with KillPodSandboxError: ${refused}]`,
    )
    const before = asked(cluster, 'StopContainer').length
    expect(before).toBe(1)
    cluster.restart(RUNTIME)
    pass(cluster, 20 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(before + 1)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })

  it('stops a Pod that was forced away once the runtime is there', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    cluster.stop(RUNTIME)
    removeWeb(cluster, 0)
    pass(cluster, 20 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
    const tried = asked(cluster, 'StopContainer').length
    cluster.restart(RUNTIME)
    pass(cluster, 20 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(tried + 1)
  })

  it('has no kubelet that is started meanwhile: what runs is not taken for never started', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    const { status } = webOf(cluster)
    cluster.stop(RUNTIME)
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    pass(cluster, 60 * SECOND)
    expect(webOf(cluster).status).toEqual(status)
    cluster.restart(RUNTIME)
    pass(cluster, 20 * SECOND)
    expect(asked(cluster, 'RunPodSandbox')).toHaveLength(1)
    expect(webOf(cluster).status.containerStatuses).toEqual(status.containerStatuses)
    expect(webOf(cluster).status.phase).toBe('Running')
  })

  it('stops afterwards what it could not stop, as its liveness probe had failed', () => {
    const livenessProbe = { httpGet: { path: '/', port: 9 }, periodSeconds: 1, failureThreshold: 1 }
    const container = { ...web, ports: [{ containerPort: 80 }], livenessProbe, lifecycle: { preStop: { sleep: { seconds: 10 } } } }
    const cluster = living({ restartPolicy: 'Never', containers: [container] }, 5 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(0)
    cluster.stop(RUNTIME)
    pass(cluster, 15 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    cluster.restart(RUNTIME)
    pass(cluster, 60 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Succeeded')
  })

  it('waits with the next try for the runtime', () => {
    const cluster = living({ containers: [web] }, 0)
    cluster.stop(RUNTIME)
    pass(cluster, 60 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Pending')
    expect(asked(cluster, 'RunPodSandbox')).toHaveLength(1)
    cluster.restart(RUNTIME)
    pass(cluster, 5 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Running')
  })

  it('does not take over what runs before the runtime has said so', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    // It is up, and asks while the runtime ends.
    cluster.run({ for: SECOND, throughIdle: true, until: () => asked(cluster, 'ListContainers').length > 0 })
    cluster.stop(RUNTIME)
    removeWeb(cluster)
    pass(cluster, 5 * SECOND)
    expect(asked(cluster, 'StopPodSandbox')).toHaveLength(0)
    cluster.restart(RUNTIME)
    pass(cluster, 40 * SECOND)
    expect(asked(cluster, 'StopContainer')).toHaveLength(1)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })
})

describe('a kubelet that could not be heard by the server', () => {
  it('has a next one that goes on with what it began', () => {
    const cluster = living({ containers: [web], automountServiceAccountToken: false }, 0)
    const cut = { kind: 'cut', from: 'worker-1', to: 'kube-apiserver', oneWay: true } as const
    cluster.inject(cut)
    pass(cluster, 5 * SECOND)
    expect(asked(cluster, 'StartContainer')).toHaveLength(1)
    expect(webOf(cluster).status.startTime).toBeUndefined()
    cluster.stop('worker-1')
    cluster.repair(cut)
    cluster.restart('worker-1')
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'StartContainer')).toHaveLength(1)
    expect(webOf(cluster).status.phase).toBe('Running')
  })
})

describe('a kubelet that is cut off from its runtime', () => {
  const cut = { kind: 'cut', from: 'worker-1', to: RUNTIME } as const

  it('sees afterwards what ended meanwhile, though nobody could tell it', () => {
    const cluster = living({ restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot:1' }] }, 0)
    cluster.run({ for: 5 * SECOND, throughIdle: true, until: () => asked(cluster, 'StartContainer').length > 0 })
    pass(cluster, 700)
    cluster.inject(cut)
    pass(cluster, 60 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Running')
    cluster.repair(cut)
    pass(cluster, 20 * SECOND)
    expect(webOf(cluster).status.phase).toBe('Succeeded')
    expect(asked(cluster, 'StartContainer')).toHaveLength(1)
  })

  it('goes on with what runs as before', () => {
    const cluster = living({ containers: [web] }, 5 * SECOND)
    const { status } = webOf(cluster)
    cluster.inject(cut)
    pass(cluster, 20 * SECOND)
    cluster.repair(cut)
    pass(cluster, 20 * SECOND)
    expect(webOf(cluster).status).toEqual(status)
    expect(asked(cluster, 'ListContainers')).toHaveLength(1)
    expect(asked(cluster, 'StopPodSandbox')).toHaveLength(0)
  })
})
