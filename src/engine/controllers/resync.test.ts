import { describe, expect, it } from 'vitest'
import { post } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'
import { aTemplate, pass } from '../testing/workloads'

const HOUR = 3600_000
const DEFAULT = '/api/v1/namespaces/default'
const APPS = '/apis/apps/v1/namespaces/default'

describe('a cluster at rest', () => {
  it('hears of all that is there once or twice in a day, and writes nothing', () => {
    const cluster = aWholeCluster(2)
    const selector = { matchLabels: { app: 'web' } }
    const template = aTemplate({ app: 'web' })
    const workload = (kind: string, spec = {}) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: { selector, template, ...spec },
    })
    post(cluster, `${APPS}/deployments`, workload('Deployment', { replicas: 2 }))
    post(cluster, `${APPS}/daemonsets`, workload('DaemonSet'))
    post(cluster, `${APPS}/statefulsets`, workload('StatefulSet', { serviceName: 'web', replicas: 2 }))
    post(cluster, `${DEFAULT}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    })
    post(cluster, `${DEFAULT}/resourcequotas`, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'few' },
      spec: { hard: { pods: '20' } },
    })
    post(cluster, `${DEFAULT}/persistentvolumeclaims`, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
    })
    pass(cluster, 5 * 60_000)
    const { trace } = cluster
    const from = trace.length
    pass(cluster, 25 * HOUR)
    const written = new Set<string>()
    for (let index = from; index < trace.length; index++) {
      const hop = trace.kept(index)
      if (hop.kind === 'commit') for (const { kv } of hop.events) written.add(kv.key)
    }
    expect([...written].filter((key) => !key.startsWith('/registry/events/'))).toEqual(['compact_rev_key'])
  })
})
