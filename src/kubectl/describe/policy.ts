// kubectl describe of PodDisruptionBudget, HorizontalPodAutoscaler and PriorityClass.
// Leaves out: an autoscaler's external and object metrics, its behavior.
// Upstream: kubectl pkg/describe/describe.go

import type { JsonObject } from '../../engine/index'
import { labelText } from '../printers/tableText'
import type { Describer } from './describer'
import { conditionLines, date, marked, named, selectorText, type LabelSelector } from './parts'

export const describeDisruptionBudget: Describer = function* (budget, asking) {
  const { minAvailable, maxUnavailable, selector } = (budget.spec ?? {}) as {
    minAvailable?: string | number
    maxUnavailable?: string | number
    selector?: LabelSelector
  }
  const counted = (field: string) => String(budget.status?.[field] ?? 0)
  return [
    ...named(budget),
    ...(minAvailable !== undefined
      ? [`Min available:\t${minAvailable}`]
      : maxUnavailable !== undefined
        ? [`Max unavailable:\t${maxUnavailable}`]
        : []),
    `Selector:\t${selector ? selectorText(selector) : '<unset>'}`,
    'Status:',
    `    Allowed disruptions:\t${counted('disruptionsAllowed')}`,
    `    Current:\t${counted('currentHealthy')}`,
    `    Desired:\t${counted('desiredHealthy')}`,
    `    Total:\t${counted('expectedPods')}`,
    ...(yield* asking.events(budget)),
  ]
}

interface Metric {
  readonly type: string
  readonly resource?: {
    readonly name: string
    readonly target: { readonly averageUtilization?: number; readonly averageValue?: string }
    readonly current?: { readonly averageUtilization?: number; readonly averageValue?: string }
  }
}

export const describeAutoscaler: Describer = function* (autoscaler, asking) {
  const spec = autoscaler.spec ?? {}
  const status = autoscaler.status ?? {}
  const target = spec.scaleTargetRef as { readonly kind: string; readonly name: string }
  const current = (status.currentMetrics ?? []) as readonly unknown[] as readonly Metric[]
  return [
    ...named(autoscaler),
    ...marked(autoscaler),
    `CreationTimestamp:\t${date(autoscaler.metadata.creationTimestamp)}`,
    `Reference:\t${target.kind}/${target.name}`,
    'Metrics:\t( current / target )',
    ...((spec.metrics ?? []) as readonly unknown[] as readonly Metric[]).map((metric, i) => `  ${metricText(metric, current[i])}`),
    `Min replicas:\t${String(spec.minReplicas ?? '<unset>')}`,
    `Max replicas:\t${String(spec.maxReplicas)}`,
    `${target.kind} pods:\t${String(status.currentReplicas ?? 0)} current / ${String(status.desiredReplicas ?? 0)} desired`,
    ...conditionLines(status.conditions as readonly JsonObject[] | undefined, ['Type', 'Status', 'Reason', 'Message'], (c) =>
      [c.type, c.status, c.reason, c.message].map((cell) => String(cell ?? '')),
    ),
    ...(yield* asking.events(autoscaler)),
  ]
}

function metricText({ type, resource }: Metric, now: Metric | undefined): string {
  if (!resource) return `<${type}>`
  const { averageUtilization, averageValue } = resource.target
  const current = now?.resource?.current
  if (averageValue !== undefined) return `resource ${resource.name} on pods:\t${current?.averageValue ?? '<unknown>'} / ${averageValue}`
  const used = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}% (${current.averageValue ?? ''})`
  const wished = averageUtilization === undefined ? '<auto>' : `${averageUtilization}%`
  return `resource ${resource.name} on pods  (as a percentage of request):\t${used} / ${wished}`
}

export const describePriorityClass: Describer = function* (priorityClass, asking) {
  const { metadata, value, globalDefault, preemptionPolicy, description } = priorityClass
  return [
    `Name:\t${metadata.name}`,
    `Value:\t${String(value)}`,
    `GlobalDefault:\t${String(globalDefault ?? false)}`,
    `PreemptionPolicy:\t${String(preemptionPolicy ?? '')}`,
    `Description:\t${String(description ?? '')}`,
    `Annotations:\t${labelText(metadata.annotations)}`,
    ...(yield* asking.events(priorityClass)),
  ]
}
