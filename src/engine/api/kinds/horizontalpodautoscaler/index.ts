// HorizontalPodAutoscaler, autoscaling/v2 and autoscaling/v1: two versions of one stored object.
// Upstream: kubernetes pkg/registry/autoscaling/horizontalpodautoscaler, pkg/apis/autoscaling/v2/defaults.go

import type { Column, Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { ageColumn, column, nameColumn } from '../columns'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { count, statusOf, validateCounts } from '../workload'
import { cpuTarget, toV1, toV2 } from './conversion'
import type { Amount, HpaSpec, HpaStatus, Metric, ScalingRules } from './types'
import { validateHpa } from './validation'

const PERIOD = 15
const SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: PERIOD },
    { type: 'Percent', value: 100, periodSeconds: PERIOD },
  ],
}
/** How long it waits before it scales down is the controller manager's to say. */
const SCALE_DOWN: ScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: PERIOD }] }

function withDefaults(object: ApiObject): ApiObject {
  const spec = specOf<HpaSpec>(object)
  const { behavior, metrics } = spec
  return {
    ...object,
    spec: {
      minReplicas: 1,
      ...spec,
      metrics: metrics?.length ? metrics : [cpuTarget()],
      ...(behavior
        ? { behavior: { scaleUp: { ...SCALE_UP, ...behavior.scaleUp }, scaleDown: { ...SCALE_DOWN, ...behavior.scaleDown } } }
        : {}),
    },
  }
}

const inV2 = (object: ApiObject) => (object.apiVersion === 'autoscaling/v1' ? toV2(object) : object)
const emptyStatus = { desiredReplicas: 0, currentMetrics: null }
const MOST_SHOWN = 2

function targetsText(object: ApiObject): string {
  const { metrics = [] } = specOf<HpaSpec>(object)
  const { currentMetrics } = statusOf(object) as HpaStatus
  if (metrics.length === 0) return '<none>'
  const texts = metrics.map((metric, i) => metricText(metric, currentMetrics?.[i]))
  const shown = texts.slice(0, MOST_SHOWN).join(', ')
  return texts.length > MOST_SHOWN ? `${shown} + ${texts.length - MOST_SHOWN} more...` : shown
}

function metricText(metric: Metric, seen: Metric | undefined): string {
  const source = metric.pods ?? metric.object ?? metric.external
  const target: Amount = source?.target ?? {}
  const now = (name: 'pods' | 'object' | 'external' | 'resource' | 'containerResource'): Amount => seen?.[name]?.current ?? {}
  switch (metric.type) {
    case 'Pods':
      return `${now('pods').averageValue ?? '<unknown>'}/${target.averageValue}`
    case 'Object':
    case 'External': {
      const current = now(metric.type === 'Object' ? 'object' : 'external')
      return target.averageValue === undefined
        ? `${current.value ?? '<unknown>'}/${target.value}`
        : `${current.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`
    }
    case 'Resource':
      return resourceText(metric.resource?.name, metric.resource?.target ?? {}, now('resource'))
    case 'ContainerResource':
      return resourceText(metric.containerResource?.name, metric.containerResource?.target ?? {}, now('containerResource'))
    default:
      return '<unknown type>'
  }
}

function resourceText(name: string | undefined, target: Amount, current: Amount): string {
  const percent = (value: number | undefined, otherwise: string) => (value === undefined ? otherwise : `${value}%`)
  return target.averageValue === undefined
    ? `${name}: ${percent(current.averageUtilization, '<unknown>')}/${percent(target.averageUtilization, '<auto>')}`
    : `${name}: ${current.averageValue ?? '<unknown>'}/${target.averageValue}`
}

const hpaColumn = (name: string, description: string, cell: (object: ApiObject) => string | number): Column =>
  column(name, description, (object) => cell(inV2(object)))

const shared = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'horizontalpodautoscalers',
  hasGeneration: true,
  defaults: withDefaults,
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: validateHpa,
  validateUpdate: validateHpa,
  columns: [
    nameColumn,
    hpaColumn(
      'Reference',
      'scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.',
      (o) => {
        const { kind = '', name = '' } = specOf<HpaSpec>(o).scaleTargetRef ?? {}
        return `${kind}/${name}`
      },
    ),
    hpaColumn(
      'Targets',
      'metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization.',
      targetsText,
    ),
    hpaColumn(
      'MinPods',
      'minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.',
      (o) => String(specOf<HpaSpec>(o).minReplicas ?? '<unset>'),
    ),
    hpaColumn(
      'MaxPods',
      'maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.',
      (o) => specOf<HpaSpec>(o).maxReplicas ?? 0,
    ),
    hpaColumn(
      'Replicas',
      'currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.',
      (o) => count(o, 'currentReplicas'),
    ),
    ageColumn,
  ],
} satisfies Partial<Kind>

const validateStatus = (object: ApiObject) => validateCounts(object, ['currentReplicas', 'desiredReplicas'], [])

export const horizontalPodAutoscaler: Kind = {
  ...shared,
  version: 'v2',
  schema: types.struct('HorizontalPodAutoscaler@autoscalingv2'),
  prepareForCreate: (object) => ({ ...object, status: emptyStatus }),
  subresources: {
    status: {
      ...statusSubresource,
      prepareForUpdate: (object, old) => ({ ...object, spec: old.spec, status: { ...emptyStatus, ...(object.status as JsonObject) } }),
      validateUpdate: validateStatus,
    },
  },
}

export const firstHorizontalPodAutoscaler: Kind = {
  ...shared,
  version: 'v1',
  schema: types.struct('HorizontalPodAutoscaler'),
  internalMetadata: (object) => toV2(object).metadata,
  prepareForCreate: (object) => ({ ...object, status: { currentReplicas: 0, desiredReplicas: 0 } }),
  subresources: { status: { ...statusSubresource, validateUpdate: validateStatus } },
  storedAs: { group: 'autoscaling', version: 'v2', toStored: toV2, fromStored: toV1 },
}
