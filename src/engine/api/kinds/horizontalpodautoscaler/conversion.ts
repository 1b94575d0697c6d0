// Between the two versions: v1 has one target, the CPU's utilization, and what it has no field for stands in annotations.
// Upstream: kubernetes pkg/apis/autoscaling/v1/conversion.go

import { isObject, type Json } from '../../../base/json'
import { decodeObject } from '../../serializer/decode'
import { goStructJson } from '../../go/goOrder'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { parseJson } from '../../serializer/parseJson'
import { without } from '../../../base/without'
import { types } from '../types'
import { statusOf } from '../workload'
import {
  SOURCES,
  type Amount,
  type HpaSpec,
  type HpaStatus,
  type Metric,
  type CrossVersionObjectReference,
  type ScalingRules,
  type Source,
  type SourceName,
} from './types'

const PREFIX = 'autoscaling.alpha.kubernetes.io/'
const METRICS = `${PREFIX}metrics`
const CURRENT = `${PREFIX}current-metrics`
const BEHAVIOR = `${PREFIX}behavior`
const CONDITIONS = `${PREFIX}conditions`
const DEFAULT_UTILIZATION = 80

/** What the annotations hold: metrics as v1 would have them, and behavior by the names of the internal type's fields. */
types.add({
  HpaNotes:
    'metrics:[]MetricNote;currentMetrics:[]MetricNote;behavior:BehaviorNote;conditions:[]HorizontalPodAutoscalerCondition@autoscalingv2',
  MetricNote:
    'type*:s;object:ObjectMetricNote;pods:PodsMetricNote;resource:ResourceMetricNote;containerResource:ResourceMetricNote;external:ExternalMetricNote',
  ObjectMetricNote:
    'target*:CrossVersionObjectReference@autoscalingv2+;metricName*:s;targetValue:q;currentValue:q;selector:LabelSelector;averageValue:q',
  PodsMetricNote: 'metricName*:s;targetAverageValue:q;currentAverageValue:q;selector:LabelSelector',
  ResourceMetricNote:
    'name*:s;targetAverageUtilization:i;currentAverageUtilization:i;targetAverageValue:q;currentAverageValue:q;container:s',
  ExternalMetricNote: 'metricName*:s;metricSelector:LabelSelector;targetValue:q;currentValue:q;targetAverageValue:q;currentAverageValue:q',
  BehaviorNote: 'ScaleUp:RulesNote;ScaleDown:RulesNote',
  RulesNote: 'StabilizationWindowSeconds:i;SelectPolicy:s;Policies:[]PolicyNote;Tolerance:q',
  PolicyNote: 'Type*:s;Value*:i;PeriodSeconds*:i',
})
const NOTES: Readonly<Record<string, string>> = {
  [METRICS]: 'metrics',
  [CURRENT]: 'currentMetrics',
  [BEHAVIOR]: 'behavior',
  [CONDITIONS]: 'conditions',
}

export const cpuTarget = (averageUtilization = DEFAULT_UTILIZATION): Metric => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

const isCpu = ({ type, resource }: Metric) => type === 'Resource' && resource?.name === 'cpu'
const isCpuTarget = (metric: Metric) => isCpu(metric) && metric.resource?.target?.averageUtilization !== undefined

export function toV1(object: ApiObject): ApiObject {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = specOf<HpaSpec>(object)
  const { currentMetrics, conditions, ...status } = statusOf(object) as HpaStatus
  const utilization = metrics.find(isCpuTarget)?.resource?.target?.averageUtilization
  const seen = currentMetrics?.filter(isCpu).at(-1)?.resource?.current?.averageUtilization
  const others = metrics.filter((m) => !isCpuTarget(m))
  const notes = {
    ...(others.length > 0
      ? {
          [METRICS]: written(
            METRICS,
            others.map((m) => metricToV1(m, targetToV1)),
          ),
        }
      : {}),
    ...(currentMetrics?.length
      ? {
          [CURRENT]: written(
            CURRENT,
            currentMetrics.map((m) => metricToV1(m, currentToV1)),
          ),
        }
      : {}),
    ...(behavior ? { [BEHAVIOR]: written(BEHAVIOR, { ScaleUp: goRules(behavior.scaleUp), ScaleDown: goRules(behavior.scaleDown) }) } : {}),
    ...(conditions?.length ? { [CONDITIONS]: written(CONDITIONS, conditions) } : {}),
  }
  return {
    ...withAnnotations(object, notes),
    apiVersion: 'autoscaling/v1',
    spec: set({ scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: utilization }),
    status: set({ currentReplicas: 0, desiredReplicas: 0, ...status, currentCPUUtilizationPercentage: seen }),
  }
}

export function toV2(object: ApiObject): ApiObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = specOf<HpaSpec & { targetCPUUtilizationPercentage?: number }>(object)
  const {
    currentCPUUtilizationPercentage: seen,
    currentReplicas,
    ...status
  } = statusOf(object) as HpaStatus & { currentCPUUtilizationPercentage?: number }
  const own = target === undefined ? [] : [cpuTarget(target)]
  const others = (noted(object, METRICS) as readonly JsonObject[] | undefined)?.map((m) => metricToV2(m, targetToV2)) ?? []
  const behavior = noted(object, BEHAVIOR)
  const current =
    (noted(object, CURRENT) as readonly JsonObject[] | undefined)?.map((m) => metricToV2(m, currentToV2)) ??
    (seen === undefined ? null : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: seen } } }])
  const metrics = [...others, ...own]
  return {
    ...withAnnotations(object, {}),
    apiVersion: 'autoscaling/v2',
    spec: set({
      ...spec,
      metrics: metrics.length > 0 ? metrics : [cpuTarget()],
      behavior: isObject(behavior) ? set({ scaleUp: fromGo(behavior.ScaleUp), scaleDown: fromGo(behavior.ScaleDown) }) : undefined,
    }),
    status: set({
      ...status,
      desiredReplicas: status.desiredReplicas ?? 0,
      currentReplicas: currentReplicas || undefined,
      currentMetrics: current,
      conditions: noted(object, CONDITIONS),
    }),
  }
}

/** Without the fields that are undefined. */
function set(object: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject
}

/** Its own annotations, those of the conversion replaced by these. */
function withAnnotations(object: ApiObject, notes: Readonly<Record<string, string>>): ApiObject {
  const { annotations = {} } = object.metadata
  const own = Object.fromEntries(Object.entries(annotations).filter(([key]) => !Object.hasOwn(NOTES, key)))
  if (Object.keys(notes).length === 0 && Object.keys(own).length === Object.keys(annotations).length) return object
  const all = { ...own, ...notes }
  const metadata = Object.keys(all).length > 0 ? { ...object.metadata, annotations: all } : without(object.metadata, 'annotations')
  return { ...object, metadata }
}

/** What cannot be read counts for nothing. */
function noted(object: ApiObject, key: string): Json | undefined {
  const text = object.metadata.annotations?.[key]
  if (text === undefined) return undefined
  const parsed = parseJson(text)
  if ('error' in parsed) return undefined
  const field = NOTES[key]!
  const decoded = decodeObject(types.struct('HpaNotes'), { [field]: parsed.value })
  return 'error' in decoded ? undefined : decoded.object[field]
}

const written = (key: string, value: Json) => goStructJson(value, types.struct('HpaNotes').field(NOTES[key]!))

const metricToV1 = (metric: Metric, convert: (name: SourceName, source: Source) => JsonObject): JsonObject => ({
  type: metric.type ?? '',
  ...Object.fromEntries(SOURCES.flatMap((name) => (metric[name] ? [[name, convert(name, metric[name])]] : []))),
})
const metricToV2 = (metric: JsonObject, convert: (name: SourceName, source: JsonObject) => JsonObject): Metric =>
  metricToV1(metric as Metric, convert as (name: SourceName, source: Source) => JsonObject)

const ordered = ({ kind = '', name = '', apiVersion }: CrossVersionObjectReference = {}) => set({ kind, name, apiVersion })

/** Fields in the order of v1's types, as Go writes them. */
function targetToV1(name: SourceName, { metric, target = {}, describedObject, ...rest }: Source): JsonObject {
  const { value, averageValue, averageUtilization } = target
  switch (name) {
    case 'object':
      return set({
        target: ordered(describedObject),
        metricName: metric?.name,
        targetValue: value ?? '0',
        selector: metric?.selector,
        averageValue,
      })
    case 'pods':
      return set({ metricName: metric?.name, targetAverageValue: averageValue ?? '0', selector: metric?.selector })
    case 'external':
      return set({ metricName: metric?.name, metricSelector: metric?.selector, targetValue: value, targetAverageValue: averageValue })
    default:
      return set({
        name: rest.name,
        targetAverageUtilization: averageUtilization,
        targetAverageValue: averageValue,
        container: rest.container,
      })
  }
}

function currentToV1(name: SourceName, { metric, current = {}, describedObject, ...rest }: Source): JsonObject {
  const { value = '0', averageValue, averageUtilization } = current
  switch (name) {
    case 'object':
      return set({
        target: ordered(describedObject),
        metricName: metric?.name,
        currentValue: value,
        selector: metric?.selector,
        averageValue,
      })
    case 'pods':
      return set({ metricName: metric?.name, currentAverageValue: averageValue ?? '0', selector: metric?.selector })
    case 'external':
      return set({ metricName: metric?.name, metricSelector: metric?.selector, currentValue: value, currentAverageValue: averageValue })
    default:
      return set({
        name: rest.name,
        currentAverageUtilization: averageUtilization,
        currentAverageValue: averageValue ?? '0',
        container: rest.container,
      })
  }
}

const identifier = (source: JsonObject) => set({ name: source.metricName ?? '', selector: source.selector ?? source.metricSelector })

function targetToV2(name: SourceName, source: JsonObject): JsonObject {
  const { targetValue: value, targetAverageValue, targetAverageUtilization: averageUtilization } = source
  const averageValue = source.averageValue ?? targetAverageValue
  const aim = (type: string, amount: Readonly<Record<string, unknown>>) => ({ target: set({ type, ...amount }) as Amount })
  switch (name) {
    case 'object':
      return {
        describedObject: source.target,
        metric: identifier(source),
        // v1 writes a value, zero if there is none.
        ...(averageValue === undefined
          ? aim('Value', { value })
          : aim('AverageValue', { value: value === '0' ? undefined : value, averageValue })),
      }
    case 'pods':
      return { metric: identifier(source), ...aim('AverageValue', { averageValue }) }
    case 'external':
      return { metric: identifier(source), ...aim(value === undefined ? 'AverageValue' : 'Value', { value, averageValue }) }
    default:
      return {
        ...set({ name: source.name, container: source.container }),
        ...aim(averageUtilization === undefined ? 'AverageValue' : 'Utilization', { averageValue, averageUtilization }),
      }
  }
}

function currentToV2(name: SourceName, source: JsonObject): JsonObject {
  const { currentValue: value, currentAverageValue, currentAverageUtilization: averageUtilization } = source
  const current = set({ value, averageValue: source.averageValue ?? currentAverageValue, averageUtilization })
  if (name === 'object') return { describedObject: source.target, metric: identifier(source), current }
  if (name === 'pods' || name === 'external') return { metric: identifier(source), current }
  return { ...set({ name: source.name, container: source.container }), current }
}

/** The internal type has no JSON names of its own: Go writes those of its fields. */
function goRules(rules: ScalingRules | undefined): JsonObject | null {
  if (!rules) return null
  return {
    StabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    SelectPolicy: rules.selectPolicy ?? null,
    Policies: rules.policies?.map((p) => ({ Type: p.type ?? '', Value: p.value ?? 0, PeriodSeconds: p.periodSeconds ?? 0 })) ?? null,
    Tolerance: rules.tolerance ?? null,
  }
}

function fromGo(rules: Json | undefined): JsonObject | undefined {
  if (!isObject(rules)) return undefined
  const policies = rules.Policies as readonly JsonObject[] | null | undefined
  return set({
    stabilizationWindowSeconds: rules.StabilizationWindowSeconds ?? undefined,
    selectPolicy: rules.SelectPolicy ?? undefined,
    policies: policies?.map((p) => ({ type: p.Type, value: p.Value, periodSeconds: p.PeriodSeconds })),
    tolerance: rules.Tolerance ?? undefined,
  })
}
