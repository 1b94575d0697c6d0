import { describe, it, expect } from 'vitest'
import { asked, changeWeb, living, pass, removeWeb, said, SECOND, webOf } from '../testing/livingPod'

const web = { name: 'web', image: 'nginx:1.27' }
const dead = { tcpSocket: { port: 81 }, periodSeconds: 5, failureThreshold: 1 }
const ports = [{ containerPort: 80 }]
const side = { name: 'side', image: 'envoy:1', restartPolicy: 'Always' }

describe('what a sync does to containers', () => {
  it('a container whose liveness probe goes on failing is held back in the end', () => {
    const cluster = living({ containers: [{ ...web, ports, livenessProbe: dead }] }, 60 * SECOND)
    expect(said(cluster)).toContain('Killing: Container web failed liveness probe, will be restarted')
    expect(said(cluster).some((text) => text.startsWith('BackOff: Back-off restarting failed container web in pod web_default('))).toBe(
      true,
    )
    pass(cluster, 200 * SECOND)
    expect(webOf(cluster).status.containerStatuses![0]!.restartCount).toBeLessThan(12)
  })

  it('one that is held back is started at once with another image', () => {
    const cluster = living({ containers: [{ ...web, image: 'crash:1' }] }, 50 * SECOND)
    const { restartCount } = webOf(cluster).status.containerStatuses![0]!
    expect(restartCount).toBe(3)
    changeWeb(cluster, { spec: { containers: [web] } })
    pass(cluster, 2 * SECOND)
    expect(webOf(cluster).status.containerStatuses![0]).toMatchObject({ restartCount: 4, ready: true })
  })

  it('one that is held back is looked at again when that is over, or after a minute', () => {
    const cluster = living({ containers: [{ ...web, image: 'crash:1' }] }, 160 * SECOND)
    const { state, restartCount } = webOf(cluster).status.containerStatuses![0]!
    expect([state?.terminated?.exitCode, restartCount]).toEqual([1, 4])
    pass(cluster, 17 * SECOND)
    expect(webOf(cluster).status.containerStatuses![0]!.state?.waiting?.message).toMatch(/^back-off 1m20s restarting failed container=web/)
  })

  it('a Pod of which nothing would be left is stopped as a whole', () => {
    const cluster = living(
      { restartPolicy: 'Never', initContainers: [side], containers: [{ ...web, ports, livenessProbe: dead }] },
      20 * SECOND,
    )
    expect(said(cluster)).toEqual(expect.arrayContaining(['Killing: Stopping container web', 'Killing: Stopping container side']))
    expect(said(cluster)).not.toContain('Killing: Container web failed liveness probe')
    expect(webOf(cluster).status.phase).toBe('Succeeded')
  })

  it('a sidecar that fails its probe is an init container in what is said', () => {
    const cluster = living({ initContainers: [{ ...side, ports, livenessProbe: dead }], containers: [web] }, 9 * SECOND)
    expect(said(cluster)).toContain('Killing: Init container side failed liveness probe')
    expect(webOf(cluster).status.initContainerStatuses![0]!.restartCount).toBe(1)
  })

  it('an init container that is to end runs on when its image is changed, a sidecar does not', () => {
    const cluster = living({ initContainers: [side, { ...web, name: 'prepare' }], containers: [web] }, 4 * SECOND)
    changeWeb(cluster, {
      spec: {
        initContainers: [
          { name: 'side', image: 'envoy:2' },
          { name: 'prepare', image: 'nginx:1.28' },
        ],
      },
    })
    pass(cluster, 4 * SECOND)
    const [first, second] = webOf(cluster).status.initContainerStatuses!
    expect([first!.image, first!.restartCount]).toEqual(['docker.io/library/envoy:2', 1])
    expect([second!.image, second!.restartCount]).toEqual(['docker.io/library/nginx:1.27', 0])
    expect(said(cluster)).toContain('Killing: Init container side definition changed')
  })

  it('its own containers do not wait for a sidecar that is held back after the init container that follows it has ended', () => {
    const cluster = living(
      {
        initContainers: [
          { ...side, image: 'crash:1' },
          { name: 'prepare', image: 'oneshot:1' },
        ],
        containers: [web],
      },
      12 * SECOND,
    )
    expect(webOf(cluster).status.containerStatuses![0]!.ready).toBe(true)
  })

  it('a sidecar that ended well is shown so while it is held back', () => {
    const cluster = living({ initContainers: [{ ...side, image: 'oneshot:1' }], containers: [web] }, 30 * SECOND)
    pass(cluster, 160 * SECOND)
    expect(said(cluster).some((text) => text.startsWith('BackOff'))).toBe(true)
    expect(webOf(cluster).status.initContainerStatuses![0]!.state?.waiting).toBeUndefined()
  })

  it('all are told to stop at once; a sidecar stops when those that it serves have', () => {
    const lifecycle = { preStop: { sleep: { seconds: 4 } } }
    const cluster = living(
      {
        initContainers: [
          { ...side, lifecycle },
          { ...side, name: 'last' },
        ],
        containers: [{ ...web, lifecycle }],
      },
      5 * SECOND,
    )
    removeWeb(cluster)
    pass(cluster, SECOND)
    const texts = ['web', 'side', 'last'].map((name) => `Killing: Stopping container ${name}`)
    expect(said(cluster).slice(-3)).toEqual(texts)
    pass(cluster, 20 * SECOND)
    const stops = asked(cluster, 'StopContainer')
    expect(stops.map(({ params }) => String(params.container).split('_').at(-2))).toEqual(['web', 'last', 'side'])
    expect(stops.map(({ params }) => params.timeout)).toEqual([26, 26, 26])
    expect(stops[2]!.at - stops[0]!.at).toBeLessThan(SECOND)
  })

  it('a sidecar waits for its turn no longer than its Pod has time', () => {
    const cluster = living(
      {
        terminationGracePeriodSeconds: 3,
        initContainers: [side],
        containers: [{ ...web, lifecycle: { preStop: { sleep: { seconds: 3 } } } }],
      },
      5 * SECOND,
    )
    removeWeb(cluster)
    pass(cluster, 10 * SECOND)
    expect(asked(cluster, 'StopContainer').map(({ params }) => params.timeout)).toEqual([2, 2])
  })
})
