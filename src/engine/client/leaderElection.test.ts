import { expect, it } from 'vitest'
import type { ApiObject, JsonObject } from '../api/object'
import { get, post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { erase, eventsAbout, merge, pass, podsOf } from '../testing/workloads'

it('lets a new process lead only once the former holder has been silent for 15 seconds', () => {
  const cluster = aWholeCluster(1)
  expect(eventsAbout(cluster, 'Lease')).toHaveLength(2)
  cluster.stop('kube-scheduler')
  pass(cluster, 1000)
  cluster.restart('kube-scheduler')
  post(cluster, PODS, aPod('web'))
  pass(cluster, 14_000)
  expect(podsOf(cluster)[0]!.spec.nodeName).toBeUndefined()
  pass(cluster, 7000)
  expect(podsOf(cluster)[0]!.spec.nodeName).toBe('worker-1')
  const told = eventsAbout(cluster, 'Lease')
  expect(told).toHaveLength(3)
  expect(new Set(told).size).toBe(3)
  expect(told[2]).toMatch(/^LeaderElection: vm_[0-9a-f-]{36} became leader$/)
})

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler'

it('renews its Lease every two seconds, also what somebody wrote over, and makes it anew where it was deleted', () => {
  const cluster = aWholeCluster(1, { heartbeats: true })
  const lease = () => get(cluster, LEASE).body as unknown as ApiObject & { readonly spec: JsonObject }
  const { spec, metadata } = lease()
  pass(cluster, 2100)
  expect(lease().spec).toMatchObject({ ...spec, renewTime: expect.not.stringMatching(String(spec.renewTime)) as string })
  merge(cluster, LEASE, { metadata: { labels: { mine: 'yes' } }, spec: { acquireTime: null } })
  const { renewTime } = lease().spec
  pass(cluster, 4100)
  expect(lease()).toMatchObject({ metadata: { uid: metadata.uid, labels: { mine: 'yes' } }, spec: { holderIdentity: spec.holderIdentity } })
  expect(lease().spec.renewTime).not.toBe(renewTime)
  erase(cluster, LEASE)
  pass(cluster, 2100)
  expect(lease().metadata.uid).not.toBe(metadata.uid)
  expect(lease().spec).toMatchObject({ holderIdentity: spec.holderIdentity, leaseTransitions: 0 })
})
