import { describe, it, expect } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { get, post } from '../testing/ask'
import { aPod, aWholeCluster } from '../testing/builders'
import { victimsFor } from './preemption'

const SYSTEM = '/api/v1/namespaces/kube-system/pods'
const asking = (requests: JsonObject, limits?: JsonObject): JsonObject => ({
  containers: [{ name: 'c', image: 'nginx', resources: { requests, ...(limits ? { limits } : {}) } }],
})
const one = (name: string, spec: JsonObject): Pod => ({ ...aPod(name, spec), status: {} }) as unknown as Pod
const critical = (spec: JsonObject) => one('vital', { ...spec, priority: 2_000_001_000 })
const namesOf = ({ victims }: ReturnType<typeof victimsFor>) => victims.map((p) => p.metadata.name)

describe('the Pods that go for a critical one', () => {
  const cpu = (name: string, amount: string) => one(name, asking({ cpu: amount }))

  it('are those nearest to what is lacking, as few as will do', () => {
    const pods = [cpu('small', '200m'), cpu('middle', '500m'), cpu('large', '2')]
    const lacking = [{ name: 'cpu', amount: 400 }]
    expect(namesOf(victimsFor(critical(asking({ cpu: '1' })), pods, lacking))).toEqual(['middle'])
    expect(namesOf(victimsFor(critical(asking({ cpu: '1' })), pods, [{ name: 'cpu', amount: 2100 }]))).toEqual(['large', 'small'])
  })

  it('are guaranteed ones only where the others are not enough, and never critical ones', () => {
    const guaranteed = one('guaranteed', asking({ cpu: '2', memory: '1Gi' }, { cpu: '2', memory: '1Gi' }))
    const pods = [guaranteed, cpu('burstable', '2')]
    const vital = critical(asking({ cpu: '1' }))
    expect(namesOf(victimsFor(vital, pods, [{ name: 'cpu', amount: 1000 }]))).toEqual(['burstable'])
    expect(namesOf(victimsFor(vital, pods, [{ name: 'cpu', amount: 3000 }]))).toEqual(['burstable', 'guaranteed'])
    const lacking = [{ name: 'cpu', amount: 1000 }]
    expect(victimsFor(vital, [critical(asking({ cpu: '4' }))], lacking)).toEqual({ victims: [], unmet: lacking })
  })
})

describe('a critical Pod that comes to a full node', () => {
  const status = (cluster: Cluster, path: string) => (get(cluster, path).body as { status: JsonObject }).status
  const vital = { nodeName: 'worker-1', priorityClassName: 'system-node-critical' }

  it('runs when others have gone for it', () => {
    const cluster = aWholeCluster(1)
    post(cluster, SYSTEM, { ...aPod('a', { nodeName: 'worker-1', ...asking({ cpu: '3' }) }), metadata: { name: 'a' } })
    cluster.run({ for: 5000, throughIdle: true })
    post(cluster, SYSTEM, { ...aPod('vital', { ...vital, ...asking({ cpu: '2' }) }), metadata: { name: 'vital' } })
    cluster.run({ for: 45_000, throughIdle: true })
    const gone = status(cluster, `${SYSTEM}/a`)
    expect(gone).toMatchObject({ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' })
    expect(gone.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        reason: 'TerminationByKubelet',
        message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
      }),
    )
    expect(status(cluster, `${SYSTEM}/vital`).phase).toBe('Running')
  })

  it('is refused where that would not be enough', () => {
    const cluster = aWholeCluster(1)
    cluster.run()
    post(cluster, SYSTEM, { ...aPod('little', { nodeName: 'worker-1', ...asking({ cpu: '500m' }) }), metadata: { name: 'little' } })
    cluster.run({ for: 5000, throughIdle: true })
    post(cluster, SYSTEM, { ...aPod('vital', { ...vital, ...asking({ cpu: '5' }) }), metadata: { name: 'vital' } })
    cluster.run({ for: 5000, throughIdle: true })
    expect(status(cluster, `${SYSTEM}/little`).phase).toBe('Running')
    // Of the 1500 that are lacking the little one would give back 500.
    expect(status(cluster, `${SYSTEM}/vital`)).toMatchObject({
      phase: 'Failed',
      reason: 'UnexpectedAdmissionError',
      message: expect.stringMatching(/no set of running pods found to reclaim resources: \[\(res: cpu, q: 1000\), \]$/) as string,
    })
  })

  it('is refused for what no room would help against', () => {
    const cluster = aWholeCluster(1)
    cluster.run()
    const elsewhere = { ...vital, nodeSelector: { disk: 'ssd' }, ...asking({ cpu: '5' }) }
    post(cluster, SYSTEM, { ...aPod('vital', elsewhere), metadata: { name: 'vital' } })
    cluster.run({ for: 5000, throughIdle: true })
    expect(status(cluster, `${SYSTEM}/vital`)).toMatchObject({ phase: 'Failed', reason: 'NodeAffinity' })
  })
})
