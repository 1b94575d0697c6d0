import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { get, post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { allowOnly, askedBy, merge } from '../../testing/workloads'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const AUTOSCALERS = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers'
const NO_METRICS =
  'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)'

const status = (cluster: Cluster) =>
  (get(cluster, `${AUTOSCALERS}/h`).body as { status: JsonObject & { conditions?: JsonObject[] } }).status
const told = (cluster: Cluster) =>
  (get(cluster, '/api/v1/namespaces/default/events').body as { items: JsonObject[] }).items
    .filter((e) => e.reportingComponent === 'horizontal-pod-autoscaler')
    .map((e) => `${String(e.reason)}: ${String(e.message)}`)

function scaled(replicas: number, target = 'web'): Cluster {
  const cluster = aWholeCluster(1)
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } }
  post(cluster, DEPLOYMENTS, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  })
  post(cluster, AUTOSCALERS, {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      minReplicas: 2,
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  })
  cluster.run({ for: 4000, throughIdle: true })
  return cluster
}

describe('a HorizontalPodAutoscaler', () => {
  it('has no metrics, and says so', () => {
    const cluster = scaled(2)
    expect(status(cluster).conditions).toMatchObject([
      { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
      {
        type: 'ScalingActive',
        status: 'False',
        reason: 'FailedGetResourceMetric',
        message: `the HPA was unable to compute the replica count: ${NO_METRICS}`,
      },
    ])
    expect(told(cluster)).toEqual([
      `FailedGetResourceMetric: ${NO_METRICS}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${NO_METRICS}`,
    ])
  })

  it('keeps its target between the bounds without them', () => {
    const cluster = scaled(5)
    expect(told(cluster)).toEqual(['SuccessfulRescale: New size: 3; reason: Current number of replicas above Spec.MaxReplicas'])
    expect((get(cluster, `${DEPLOYMENTS}/web`).body as { spec: JsonObject }).spec.replicas).toBe(3)
    expect(status(cluster)).toMatchObject({ currentReplicas: 5, desiredReplicas: 3, observedGeneration: 1 })
    expect(status(cluster).conditions).toMatchObject([
      { type: 'AbleToScale', status: 'True', reason: 'SucceededRescale' },
      { type: 'ScaledToZero', status: 'False', reason: 'NotScaledToZero' },
    ])
  })

  it('is looked at at once when it has another spec, and every 15 s', () => {
    const cluster = scaled(2)
    const looks = () => askedBy(cluster, 'horizontal-pod-autoscaler').filter((line) => line === `GET ${DEPLOYMENTS}/web/scale`).length
    expect(looks()).toBe(1)
    merge(cluster, `${AUTOSCALERS}/h`, { spec: { maxReplicas: 9 } })
    cluster.run({ for: 1000, throughIdle: true })
    expect([looks(), status(cluster).observedGeneration]).toEqual([2, 2])
    cluster.run({ for: 9000, throughIdle: true })
    expect(looks()).toBe(2)
    cluster.run({ for: 2000, throughIdle: true })
    expect(looks()).toBe(3)
  })

  it('waits for its own status to be seen before it is looked at again', () => {
    const cluster = scaled(2)
    cluster.inject({ kind: 'watch', client: 'kube-controller-manager', of: '/apis/autoscaling/v2/horizontalpodautoscalers' })
    merge(cluster, `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } })
    cluster.run({ for: 61_000, throughIdle: true })
    expect(told(cluster).filter((line) => line.startsWith('SuccessfulRescale'))).toHaveLength(1)
    const looks = askedBy(cluster, 'horizontal-pod-autoscaler').filter((line) => line === `GET ${DEPLOYMENTS}/web/scale`)
    expect(looks).toHaveLength(2)
  })

  it('leaves a target without replicas alone, unless an autoscaler scaled it to zero', () => {
    const cluster = scaled(0)
    expect(status(cluster).conditions![1]).toMatchObject({ type: 'ScalingActive', reason: 'ScalingDisabled' })
    const conditions = [{ type: 'ScaledToZero', status: 'True', reason: 'ScaledToZero', lastTransitionTime: '2026-01-15T10:00:00Z' }]
    merge(cluster, `${AUTOSCALERS}/h/status`, { status: { conditions } })
    cluster.run({ for: 16_000, throughIdle: true })
    expect(status(cluster).conditions!.find((c) => c.type === 'ScalingActive')).toMatchObject({ reason: 'FailedGetResourceMetric' })
  })

  it('names what the metric is of that it cannot get, and one other that scales the same Pods', () => {
    const cluster = scaled(2)
    const metric = { metric: { name: 'requests' }, describedObject: { kind: 'Service', name: 's' }, target: { type: 'Value', value: '5' } }
    merge(cluster, `${AUTOSCALERS}/h`, { spec: { metrics: [{ type: 'Object', object: metric }] } })
    cluster.run({ for: 2000, throughIdle: true })
    expect(told(cluster).at(-1)).toContain(
      'unable to get metric requests on Service default/s: unable to fetch metrics from custom metrics API',
    )
    const { spec } = get(cluster, `${AUTOSCALERS}/h`).body as { spec: JsonObject }
    post(cluster, AUTOSCALERS, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'i' }, spec })
    cluster.run({ for: 31_000, throughIdle: true })
    expect(status(cluster).conditions![1]).toMatchObject({
      reason: 'AmbiguousSelector',
      message: 'pods by selector app=web are controlled by more than one HPA (e.g. [default/h default/i])',
    })
  })

  it('looks at the scale again that it could not change, and says why', () => {
    const cluster = scaled(2)
    allowOnly(cluster, { apiGroups: ['apps'], operations: ['UPDATE'], resources: ['deployments/scale'] }, 'object.spec.replicas > 3')
    merge(cluster, `${DEPLOYMENTS}/web/scale`, { spec: { replicas: 5 } })
    const before = askedBy(cluster, 'horizontal-pod-autoscaler').length
    cluster.run({ for: 16_000, throughIdle: true })
    const scale = `${DEPLOYMENTS}/web/scale`
    const asked = askedBy(cluster, 'horizontal-pod-autoscaler').slice(before)
    expect(asked.filter((line) => line.endsWith('/scale'))).toEqual([`GET ${scale}`, `PUT ${scale}`, `GET ${scale}`])
    expect(status(cluster).conditions![0]).toMatchObject({ type: 'AbleToScale', status: 'False', reason: 'FailedUpdateScale' })
    expect(told(cluster).at(-1)).toContain('FailedRescale: New size: 3; reason: Current number of replicas above Spec.MaxReplicas; error: ')
  })

  it('names the series that it asks an external metric for', () => {
    const cluster = scaled(2)
    const metric = { name: 'queue', selector: { matchLabels: { of: 'web' } } }
    const metrics = [{ type: 'External', external: { metric, target: { type: 'Value', value: '5' } } }]
    merge(cluster, `${AUTOSCALERS}/h`, { spec: { metrics } })
    cluster.run({ for: 31_000, throughIdle: true })
    expect(told(cluster).at(-1)).toContain(
      'unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{of: web,},MatchExpressions:[]LabelSelectorRequirement{},}: ',
    )
  })

  it('says that its target is not there', () => {
    const cluster = scaled(2, 'nobody')
    expect(status(cluster).conditions).toMatchObject([{ type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' }])
    expect(told(cluster)).toEqual(['FailedGetScale: deployments.apps "nobody" not found'])
  })
})
