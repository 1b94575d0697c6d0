import { describe, it, expect } from 'vitest'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import type { Pod } from '../api/kinds/pod/types'
import { admin, aConfigMap, aPod, aWholeCluster, CONFIG_MAPS, PODS } from '../testing/builders'
import { ask, get, post, watch } from '../testing/ask'

const web = { name: 'web', image: 'nginx:1.27' }
const SECOND = 1000

function living(spec: JsonObject, time: number): Cluster {
  const cluster = aWholeCluster(1)
  post(cluster, PODS, aPod('web', spec))
  pass(cluster, time)
  return cluster
}

const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })
const pod = (cluster: Cluster) => {
  const response = get(cluster, `${PODS}/web`)
  return 'body' in response ? (response.body as unknown as Pod) : null!
}
const first = (cluster: Cluster) => pod(cluster).status.containerStatuses![0]!
const remove = (cluster: Cluster) => ask(cluster, admin, { method: 'DELETE', path: `${PODS}/web` })

/** Reason and text of what the kubelet said, in the order of the first time. */
function said(cluster: Cluster): string[] {
  const response = get(cluster, '/api/v1/namespaces/default/events')
  const { items } = ('body' in response ? response.body : {}) as {
    items: { reason: string; message: string; source?: { component?: string }; involvedObject: { kind: string } }[]
  }
  return items.filter((e) => e.source?.component === 'kubelet' && e.involvedObject.kind === 'Pod').map((e) => `${e.reason}: ${e.message}`)
}

/** Seconds that the runtime was told to give containers before it kills them. */
function timeouts({ trace }: Cluster): unknown[] {
  return Array.from({ length: trace.length }, (_, i) => trace.hop(i)).flatMap((hop) =>
    hop.kind === 'send' && hop.message.type === 'cri.call' && hop.message.method === 'StopContainer' ? [hop.message.params.timeout] : [],
  )
}

describe('a Pod on its node', () => {
  it('pulls without the Secrets that are not there, and says which only where the pull fails', () => {
    const imagePullSecrets = [{ name: 'a' }, { name: 'b' }]
    const runs = living({ imagePullSecrets, containers: [web] }, 3 * SECOND)
    expect(first(runs).ready).toBe(true)
    expect(said(runs).filter((text) => text.startsWith('FailedToRetrieve'))).toEqual([])
    const fails = living({ imagePullSecrets, containers: [{ ...web, image: 'nope:1' }] }, 3 * SECOND)
    expect(said(fails)).toContain(
      'FailedToRetrieveImagePullSecret: Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.',
    )
  })

  it('waits for a ConfigMap of its environment, says so, and runs once it is there', () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'k' } } }]
    const cluster = living({ containers: [{ ...web, env }] }, 3 * SECOND)
    expect(first(cluster).state).toEqual({ waiting: { reason: 'CreateContainerConfigError', message: 'configmap "cfg" not found' } })
    expect(said(cluster)).toContain('Failed: Error: configmap "cfg" not found')
    post(cluster, CONFIG_MAPS, aConfigMap('cfg', { other: 'v' }))
    pass(cluster, 16 * SECOND)
    expect(said(cluster)).toContain(`Failed: Error: couldn't find key k in ConfigMap default/cfg`)
    ask(cluster, admin, {
      method: 'PATCH',
      path: `${CONFIG_MAPS}/cfg`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ data: { k: 'v' } }),
    })
    pass(cluster, 16 * SECOND)
    expect(first(cluster).ready).toBe(true)
  })

  it('stops and starts again a container whose hook after the start fails', () => {
    const postStart = { httpGet: { path: '/warm', port: 9 } }
    const cluster = living({ containers: [{ ...web, ports: [{ containerPort: 80 }], lifecycle: { postStart } }] }, 4 * SECOND)
    expect(said(cluster)).toEqual(expect.arrayContaining(['FailedPostStartHook: PostStartHook failed', 'Killing: FailedPostStartHook']))
    pass(cluster, 20 * SECOND)
    const { state, lastState, restartCount } = first(cluster)
    expect(restartCount).toBeGreaterThan(0)
    expect([state?.waiting?.reason, lastState?.terminated?.reason]).toEqual(['PostStartHookError', 'Completed'])
    expect(state?.waiting?.message).toMatch(
      /^HTTP lifecycle hook \(\/warm\) for Container "web" in Pod "web_default\(.*\)" failed - error: Get /,
    )
  })

  it('knows no hook that asks a port by TCP', () => {
    const postStart = { tcpSocket: { port: 80 } }
    const cluster = living({ containers: [{ ...web, lifecycle: { postStart } }] }, 4 * SECOND)
    pass(cluster, 20 * SECOND)
    expect(first(cluster).state?.waiting).toEqual({
      reason: 'PostStartHookError',
      message:
        'Cannot run handler: invalid handler: &LifecycleHandler{Exec:nil,HTTPGet:nil,TCPSocket:&TCPSocketAction{Port:{0 80 },Host:,},Sleep:nil,}',
    })
  })

  it('does not run as root where it must not', () => {
    const securityContext = { runAsNonRoot: true }
    const cluster = living(
      { securityContext, containers: [web, { ...web, name: 'user', securityContext: { runAsUser: 1000 } }] },
      4 * SECOND,
    )
    const [user, root] = pod(cluster).status.containerStatuses!
    expect(root!.state?.waiting?.reason).toBe('CreateContainerConfigError')
    expect(root!.state?.waiting?.message).toMatch(
      /^container has runAsNonRoot and image will run as root \(pod: "web_default\(.*\)", container: web\)$/,
    )
    expect(user!.state?.running).toBeDefined()
  })

  it('stays initialized when a sidecar of it is down', () => {
    const initContainers = [{ name: 'side', image: 'crash:1', restartPolicy: 'Always' }]
    const cluster = living({ containers: [web], initContainers }, 9 * SECOND)
    const { initContainerStatuses, conditions, phase } = pod(cluster).status
    expect([initContainerStatuses![0]!.ready, phase]).toEqual([false, 'Running'])
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }))
  })

  it('is deleted without having run: its last conditions are those of before', () => {
    const cluster = living({ containers: [{ ...web, image: 'nope:1' }] }, 20 * SECOND)
    remove(cluster)
    cluster.run({ for: 10 * SECOND, throughIdle: true, until: () => pod(cluster).status.phase === 'Failed' })
    const { conditions, containerStatuses } = pod(cluster).status
    expect(containerStatuses![0]!.state?.terminated).toMatchObject({ exitCode: 137, reason: 'ContainerStatusUnknown' })
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }))
  })

  it('has no sandbox before the Secret of its volume is there', () => {
    const cluster = living({ volumes: [{ name: 's', secret: { secretName: 'sec' } }], containers: [web] }, 3 * SECOND)
    expect(said(cluster)).toEqual(['FailedMount: MountVolume.SetUp failed for volume "s" : secret "sec" not found'])
    expect(pod(cluster).status.conditions).toContainEqual(expect.objectContaining({ type: 'PodReadyToStartContainers', status: 'False' }))
    remove(cluster)
    pass(cluster, 2 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })

  it('restarts a crashing container at once, then after 10 s, and shows why it waits', () => {
    const cluster = living({ containers: [{ name: 'web', image: 'crash:1' }] }, 8 * SECOND)
    expect(first(cluster)).toMatchObject({ restartCount: 1, state: { terminated: { exitCode: 1 } } })
    pass(cluster, 20 * SECOND)
    expect(first(cluster)).toMatchObject({ restartCount: 2, state: { terminated: { exitCode: 1 } } })
    pass(cluster, 147 * SECOND)
    expect(first(cluster).state?.waiting).toMatchObject({ reason: 'CrashLoopBackOff' })
    expect(first(cluster).state?.waiting?.message).toMatch(/^back-off 1m20s restarting failed container=web pod=web_default\(/)
  })

  it('is ready when its probes say so; a failing liveness probe restarts its container', () => {
    const probed = {
      ...web,
      ports: [{ containerPort: 80, name: 'http' }],
      startupProbe: { exec: { command: ['true'] }, periodSeconds: 5 },
      readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 },
      livenessProbe: { tcpSocket: { port: 81 }, periodSeconds: 2, failureThreshold: 2 },
    }
    const cluster = living({ containers: [probed] }, 3 * SECOND)
    expect(first(cluster)).toMatchObject({ started: false, ready: false })
    pass(cluster, 3 * SECOND)
    expect(first(cluster)).toMatchObject({ started: true, ready: true, restartCount: 0 })
    pass(cluster, 5 * SECOND)
    expect(first(cluster).restartCount).toBe(1)
    expect(said(cluster)).toEqual(
      expect.arrayContaining([
        'Unhealthy: Liveness probe failed: dial tcp 10.244.1.2:81: connect: connection refused',
        'Killing: Container web failed liveness probe, will be restarted',
      ]),
    )
  })

  it('stops its sidecar when its own containers have finished', () => {
    const side = { name: 'side', image: 'envoy:1', restartPolicy: 'Always' }
    const cluster = living(
      { restartPolicy: 'Never', initContainers: [side], containers: [{ name: 'web', image: 'oneshot:1' }] },
      8 * SECOND,
    )
    expect(pod(cluster).status.phase).toBe('Succeeded')
    expect(pod(cluster).status.initContainerStatuses![0]!.state?.terminated?.exitCode).toBe(0)
    expect(said(cluster)).toContain('Killing: Stopping container side')
  })

  it('fails when its deadline has passed', () => {
    const cluster = living({ activeDeadlineSeconds: 3, containers: [web] }, 6 * SECOND)
    expect(pod(cluster).status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    })
  })

  it('never came to its containers where it is deleted while one before them runs', () => {
    const cluster = living(
      { initContainers: [{ ...web, name: 'prepare' }], containers: [web], terminationGracePeriodSeconds: 1 },
      3 * SECOND,
    )
    const seen = watch(cluster, admin, `${PODS}?watch=true`)
    remove(cluster)
    pass(cluster, 3 * SECOND)
    const { type, object } = seen[seen.length - 1] as { type: string; object: Pod }
    expect(type).toBe('DELETED')
    expect(object.status).toMatchObject({ phase: 'Failed', initContainerStatuses: [{ state: { terminated: { reason: 'Completed' } } }] })
    expect(object.status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } })
  })

  it('runs the hook before the stop to its end', () => {
    const cluster = living({ containers: [{ ...web, lifecycle: { preStop: { sleep: { seconds: 5 } } } }] }, 3 * SECOND)
    remove(cluster)
    pass(cluster, 4 * SECOND)
    expect(first(cluster).state?.running).toBeDefined()
    pass(cluster, 3 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })

  it('is given the grace period of the probe that failed, but for what its hook took of it', () => {
    const livenessProbe = { tcpSocket: { port: 81 }, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 9 }
    const lifecycle = { preStop: { sleep: { seconds: 3 } } }
    const cluster = living({ containers: [{ ...web, ports: [{ containerPort: 80 }], livenessProbe, lifecycle }] }, 8 * SECOND)
    expect(timeouts(cluster)[0]).toBe(6)
    remove(cluster)
    pass(cluster, 40 * SECOND)
    expect(timeouts(cluster).at(-1)).toBe(27)
  })

  it('takes up an image that was changed while its kubelet was down', () => {
    const cluster = living({ terminationGracePeriodSeconds: 1, containers: [web] }, 5 * SECOND)
    cluster.stop('worker-1')
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    const body = { spec: { containers: [{ ...web, image: 'nginx:1.28' }] } }
    ask(cluster, admin, { method: 'PATCH', path: `${PODS}/web`, headers, body })
    cluster.restart('worker-1')
    pass(cluster, 10 * SECOND)
    expect(first(cluster)).toMatchObject({ image: 'docker.io/library/nginx:1.28', restartCount: 1, ready: true })
    expect(said(cluster)).toContain('Killing: Container web definition changed, will be restarted')
  })

  it('keeps its containers while the kubelet is away, and is told to stop by the next one', () => {
    const cluster = living({ containers: [web] }, 3 * SECOND)
    const before = first(cluster)
    cluster.stop('worker-1')
    pass(cluster, 2 * SECOND)
    cluster.restart('worker-1')
    pass(cluster, 5 * SECOND)
    expect(first(cluster)).toEqual(before)
    remove(cluster)
    pass(cluster, 3 * SECOND)
    expect(get(cluster, `${PODS}/web`).status).toBe(404)
  })

  it('tells its status when the server is back', () => {
    const cluster = aWholeCluster(1)
    post(cluster, PODS, aPod('web', { containers: [web], nodeName: 'worker-1' }))
    pass(cluster, 300)
    cluster.stop('kube-apiserver')
    pass(cluster, 5 * SECOND)
    cluster.restart('kube-apiserver')
    pass(cluster, 30 * SECOND)
    expect(pod(cluster).status.phase).toBe('Running')
  })

  it('is stopped when another has taken its name while the watch was away', () => {
    const cluster = living({ containers: [web] }, 3 * SECOND)
    const old = pod(cluster).metadata.uid!
    const silent = { kind: 'watch', client: 'worker-1', of: '/api/v1/pods' } as const
    cluster.inject(silent)
    ask(cluster, admin, { method: 'DELETE', path: `${PODS}/web?gracePeriodSeconds=0` })
    post(cluster, PODS, aPod('web', { containers: [web] }))
    // A server that has begun anew knows only how things are, not what happened.
    cluster.stop('kube-apiserver')
    cluster.restart('kube-apiserver')
    cluster.repair(silent)
    pass(cluster, 60 * SECOND)
    expect([pod(cluster).metadata.uid === old, first(cluster).ready]).toEqual([false, true])
    const stopped = Array.from({ length: cluster.trace.length }, (_, i) => cluster.trace.hop(i)).flatMap((hop) =>
      hop.kind === 'send' && hop.message.type === 'cri.call' && hop.message.method === 'StopPodSandbox'
        ? String(hop.message.params.sandbox)
        : [],
    )
    expect(stopped).toEqual([expect.stringContaining(old)])
  })
})
