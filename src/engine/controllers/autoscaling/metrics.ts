// What an autoscaler hears when it asks for the metrics that its spec names: nothing serves them in this cluster, and that is what it says.
// Leaves out: answers with metrics, and all that would be computed from them.
// Upstream: kubernetes pkg/controller/podautoscaler/{horizontal,replica_calculator}.go, metrics/client.go

import { labelSelectorText } from '../../api/go/labelSelectorText'
import type { JsonObject } from '../../api/object'
import { read } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'

export interface MetricSpec extends JsonObject {
  readonly type: string
  readonly resource?: { readonly name: string; readonly target: Target }
  readonly containerResource?: { readonly name: string; readonly container: string; readonly target: Target }
  readonly pods?: { readonly metric: { readonly name: string } }
  readonly object?: {
    readonly metric: { readonly name: string }
    readonly target: Target
    readonly describedObject: { readonly kind: string; readonly name: string }
  }
  readonly external?: { readonly metric: { readonly name: string; readonly selector?: JsonObject }; readonly target: Target }
}

interface Target extends JsonObject {
  readonly averageUtilization?: number
  readonly averageValue?: string
  readonly value?: string
}

export interface MetricProblem {
  /** Of the event, and of the condition ScalingActive. */
  readonly reason: string
  readonly message: string
  /** As it is told of the whole computation. */
  readonly summary: string
}

/** Asks for one metric; `selector` is that of the target's scale. */
export function* problemOf(spec: MetricSpec, namespace: string, selector: string): Sync<MetricProblem> {
  const { resource, containerResource, pods, object, external } = spec
  if (resource) {
    const message = yield* resourceProblem(resource.name, resource.target, namespace, selector)
    return { reason: 'FailedGetResourceMetric', message, summary: `failed to get ${resource.name} resource metric value: ${message}` }
  }
  if (containerResource) {
    const { name, target, container } = containerResource
    const message = yield* resourceProblem(name, target, namespace, selector)
    return {
      reason: 'FailedGetContainerResourceMetric',
      message,
      summary: `failed to get ${container} container metric value: ${message}`,
    }
  }
  if (pods) {
    const message = `unable to get metric ${pods.metric.name}: ${NO_CUSTOM}`
    return { reason: 'FailedGetPodsMetric', message, summary: `failed to get pods metric value: ${message}` }
  }
  if (object) {
    const { metric, target, describedObject: about } = object
    const message = `unable to get metric ${metric.name} on ${about.kind} ${namespace}/${about.name}: ${NO_CUSTOM}`
    const told = target.value === undefined ? `failed to get ${metric.name} object metric: ${message}` : message
    return { reason: 'FailedGetObjectMetric', message, summary: `failed to get object metric value: ${told}` }
  }
  const name = external?.metric.name ?? ''
  const why = `unable to fetch metrics from external metrics API: ${yield* missing(`/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${name}`, `${name}.external.metrics.k8s.io`)}`
  const message = `unable to get external metric ${namespace}/${name}/${labelSelectorText(external?.metric.selector)}: ${why}`
  const told =
    external?.target.averageValue === undefined
      ? `failed to get external metric ${name}: ${message}`
      : `failed to get ${name} external metric: ${message}`
  return { reason: 'FailedGetExternalMetric', message, summary: `failed to get ${name} external metric value: ${told}` }
}

const NO_CUSTOM = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'

function* resourceProblem(name: string, target: Target, namespace: string, selector: string): Sync<string> {
  const what = target.averageValue === undefined ? 'utilization' : 'usage'
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`
  const why = yield* missing(path, 'pods.metrics.k8s.io')
  return `failed to get ${name} ${what}: unable to get metrics for resource ${name}: unable to fetch metrics from resource metrics API: ${why}`
}

/** What client-go makes of the answer. */
function* missing(path: string, what: string): Sync<string> {
  const answer = yield* ask(read(path))
  return answer.status === 403
    ? `${what} is forbidden`
    : answer.status === 0 && 'error' in answer
      ? answer.error
      : `the server could not find the requested resource (get ${what})`
}
