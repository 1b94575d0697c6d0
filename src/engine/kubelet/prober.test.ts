import { describe, it, expect } from 'vitest'
import { asked, living, pass, said, SECOND, webOf } from '../testing/livingPod'
import { watch } from '../testing/ask'
import { admin, PODS } from '../testing/builders'
import type { Pod } from '../api/kinds/pod/types'

const web = { name: 'web', image: 'nginx:1.27' }
const ports = [{ containerPort: 80 }]
const exec = { command: ['true'] }

describe('the probes of a container', () => {
  it('know no port by the name that another container gave it, and then know nothing', () => {
    const other = { ...web, name: 'other', ports: [{ name: 'http', containerPort: 80 }] }
    const livenessProbe = { httpGet: { port: 'http' }, periodSeconds: 1, failureThreshold: 1 }
    const cluster = living({ containers: [{ ...web, livenessProbe }, other] }, 8 * SECOND)
    expect(said(cluster)).toContain(
      'Unhealthy: Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax',
    )
    expect(webOf(cluster).status.containerStatuses!.map((s) => s.restartCount)).toEqual([0, 0])
  })

  it('wait for a connection by gRPC as long as they may take', () => {
    const readinessProbe = { grpc: { port: 81 }, timeoutSeconds: 3, periodSeconds: 60 }
    const cluster = living({ containers: [{ ...web, ports, readinessProbe }] }, 3 * SECOND)
    expect(said(cluster).some((text) => text.startsWith('Unhealthy'))).toBe(false)
    pass(cluster, 3 * SECOND)
    expect(said(cluster)).toContain(
      'Unhealthy: Readiness probe failed: timeout: failed to connect service "10.244.1.2:81" within 3s: context deadline exceeded',
    )
  })

  it('count their initial delay from the start of the container, not from when it is seen to have started', () => {
    const startupProbe = { exec, periodSeconds: 8 }
    const livenessProbe = { tcpSocket: { port: 81 }, initialDelaySeconds: 10, periodSeconds: 4, failureThreshold: 1 }
    const cluster = living({ containers: [{ ...web, ports, startupProbe, livenessProbe }] }, 14 * SECOND)
    expect(said(cluster)).toContain('Killing: Container web failed liveness probe, will be restarted')
  })

  it('leave a container ready that was so for the kubelet before', () => {
    const readinessProbe = { exec, periodSeconds: 30 }
    const cluster = living({ containers: [{ ...web, readinessProbe }] }, 20 * SECOND)
    expect(asked(cluster, 'ExecSync')).toHaveLength(1)
    const seen = watch(cluster, admin, `${PODS}?watch=true`)
    cluster.stop('worker-1')
    cluster.restart('worker-1')
    pass(cluster, 10 * SECOND)
    const ready = (seen as unknown as { object: Pod }[]).map(({ object }) => object.status.containerStatuses![0]!.ready)
    expect(ready.every(Boolean)).toBe(true)
    expect(asked(cluster, 'ExecSync')).toHaveLength(2)
  })
})
