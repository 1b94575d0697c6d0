import { expect, it } from 'vitest'
import { post } from '../testing/ask'
import { aPod, aWholeCluster, PODS } from '../testing/builders'
import { eventsAbout, pass, podsOf } from '../testing/workloads'

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
