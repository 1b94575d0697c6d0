import { expect, it } from 'vitest'
import type { Cluster } from '../../cluster/types'
import { begin, post } from '../ask'
import { admin, aWholeCluster } from '../builders'
import { aTemplate, pass, podsOf } from '../workloads'
import { overrunQuotas } from './overrunQuotas'

const GONE_AT_ONCE = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 }

/** Three Pods are wanted where two may be. */
function withFullQuota(): Cluster {
  const cluster = aWholeCluster(2, { etcdMembers: 3 })
  const labels = { app: 'web' }
  post(cluster, '/api/v1/namespaces/default/resourcequotas', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'two' },
    spec: { hard: { pods: '2' } },
  })
  pass(cluster, 5000)
  post(cluster, '/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: labels }, template: aTemplate(labels) },
  })
  pass(cluster, 30_000)
  return cluster
}

it('a quota is overrun only where its controller was seen to count too few', () => {
  const cluster = withFullQuota()
  const names = podsOf(cluster).map(({ metadata }) => metadata.name!)
  expect(names).toHaveLength(2)
  expect([...overrunQuotas(cluster)]).toEqual([])
  // The second one's end has the quota counted just when the Pod in place of the first is charged for and not stored yet.
  for (const name of names) {
    begin(cluster, admin, { method: 'DELETE', path: `/api/v1/namespaces/default/pods/${name}`, body: GONE_AT_ONCE })
    pass(cluster, 3)
  }
  // The quota controller counts anew every five minutes.
  pass(cluster, 600_000)
  expect(podsOf(cluster)).toHaveLength(3)
  expect([...overrunQuotas(cluster)]).toEqual(['default'])
})
