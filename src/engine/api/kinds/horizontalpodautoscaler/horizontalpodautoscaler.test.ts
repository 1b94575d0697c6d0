import { describe, expect, it } from 'vitest'
import { horizontalPodAutoscaler } from '.'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { toV1, toV2 } from './conversion'
import { validateHpa } from './validation'

const hpa = (spec: object, status: object = { desiredReplicas: 0, currentMetrics: null }) =>
  ({ apiVersion: 'autoscaling/v2', metadata: { name: 'web', annotations: { team: 'a' } }, spec, status }) as unknown as ApiObject
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }
const queue = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '30' } } }
const ingress = {
  type: 'Object',
  object: {
    describedObject: { kind: 'Ingress', name: 'web', apiVersion: 'networking.k8s.io/v1' },
    metric: { name: 'rps', selector: { matchLabels: { a: 'b' } } },
    target: { type: 'Value', value: '2k' },
  },
}
const wrongFields = (spec: object) => validateHpa(hpa({ scaleTargetRef, maxReplicas: 3, ...spec })).map((e) => e.field)

describe('the two versions of a HorizontalPodAutoscaler', () => {
  it('that v1 cannot tell stand in annotations, and what cannot be read there counts for nothing', () => {
    const noted = (name: string, text: string) =>
      specOf<JsonObject>(
        toV2({
          ...hpa({ scaleTargetRef, maxReplicas: 3 }),
          apiVersion: 'autoscaling/v1',
          metadata: { annotations: { [`autoscaling.alpha.kubernetes.io/${name}`]: text } },
        }),
      )
    const plain = noted('metrics', '[]')
    for (const text of ['{}', '{', '[1]', '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"x"}}]'])
      expect(noted('metrics', text)).toEqual(plain)
    expect(noted('behavior', '{"ScaleUp":{"Policies":5}}')).toEqual(plain)
    expect(noted('behavior', '{"ScaleUp":{"SelectPolicy":"Max"}}').behavior).toEqual({ scaleUp: { selectPolicy: 'Max' } })
  })
  it('carry the same, whichever way they are read', () => {
    const scaleUp = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] }
    const seen = { type: 'Resource', resource: { name: 'cpu', current: { averageValue: '30m', averageUtilization: 40 } } }
    const object = hpa(
      { scaleTargetRef, minReplicas: 1, maxReplicas: 3, metrics: [queue, ingress, cpu], behavior: { scaleUp } },
      {
        desiredReplicas: 2,
        currentReplicas: 2,
        currentMetrics: [seen],
        conditions: [{ type: 'AbleToScale', status: 'True', lastTransitionTime: null }],
      },
    )
    const first = toV1(object)
    expect(first.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60 })
    expect((first.status as JsonObject).currentCPUUtilizationPercentage).toBe(40)
    expect(toV2(first)).toEqual(object)
  })

  it('aim at 80 % of the CPU where v1 says nothing', () => {
    const metrics = (toV2(hpa({ scaleTargetRef, maxReplicas: 3 })).spec as JsonObject).metrics
    expect(metrics).toEqual([{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }])
  })

  it('fill in the policies of both directions once a behaviour is given', () => {
    const spec = horizontalPodAutoscaler.defaults?.(hpa({ maxReplicas: 3, behavior: { scaleUp: { selectPolicy: 'Min' } } })).spec as {
      behavior: { scaleUp: JsonObject; scaleDown: JsonObject }
    }
    expect(spec.behavior.scaleUp.selectPolicy).toBe('Min')
    expect(spec.behavior.scaleUp.policies).toHaveLength(2)
    expect(spec.behavior.scaleDown.policies).toHaveLength(1)
  })
})

describe('rules of a HorizontalPodAutoscaler', () => {
  it('want the source that the type names, and no other', () => {
    expect(wrongFields({ metrics: [{ ...cpu, type: 'Pods' }] })).toEqual(['spec.metrics[0].pods'])
    expect(wrongFields({ metrics: [{ ...cpu, external: queue.external }] })).toEqual(['spec.metrics[0].external'])
  })

  it('want a group of what is scaled, but for the ReplicationController', () => {
    expect(wrongFields({ scaleTargetRef: { kind: 'ReplicationController', name: 'a' } })).toEqual([])
    expect(wrongFields({ scaleTargetRef: { kind: 'Deployment', name: 'a' } })).toEqual(['spec.scaleTargetRef.apiVersion'])
  })

  it('let it scale to zero only by a metric that needs no Pods', () => {
    expect(wrongFields({ minReplicas: 0, metrics: [cpu] })).toEqual(['spec.metrics'])
    expect(wrongFields({ minReplicas: 0, metrics: [queue] })).toEqual([])
  })
})
