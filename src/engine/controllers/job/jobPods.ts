// The Pods of a Job: what each counts as, and what a new one looks like.
// Upstream: kubernetes pkg/controller/job/{job_controller,indexed_job_utils}.go

import type { Container, Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { podFrom } from '../podControl'
import type { PodTemplate } from '../workloads'
import { judgeFailure } from './policies'
import { isIndexed, replacesOnlyFailed, type Job } from './types'

/** Keeps a Pod until the Job has counted it. */
export const TRACKING = 'batch.kubernetes.io/job-tracking'
const INDEX = 'batch.kubernetes.io/job-completion-index'
const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'
const LONGEST_PREFIX = 58

export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(TRACKING) ?? false

/** Undefined where it has none, or one that is no index of the Job. */
export function indexOf({ metadata }: Pod, { spec }: Job): number | undefined {
  const text = metadata.annotations?.[INDEX]
  const index = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
  return index !== undefined && index < (spec.completions ?? Infinity) ? index : undefined
}

export function hasFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Succeeded'
}

/** Times that the Pod's index failed before it. */
export const indexFailures = (pod: Pod): number => numberIn(pod, FAILURES)
/** With those that the failure policy lets pass. */
export const allIndexFailures = (pod: Pod): number => numberIn(pod, FAILURES) + numberIn(pod, IGNORED_FAILURES)

export function isIndexFailed(pod: Pod, job: Job): boolean {
  if (!hasFailed(pod, job)) return false
  const { action, counts } = judgeFailure(job.spec.podFailurePolicy, pod)
  return action === 'FailIndex' || (counts && indexFailures(pod) >= (job.spec.backoffLimitPerIndex ?? 0))
}

export function jobPod(job: Job): JsonObject {
  return podFrom(tracked(job.spec.template), job)
}

/** `replaced`: the Pod of the same index that failed last, where failures count for each index. */
export function indexedPod(job: Job, index: number, replaced: Pod | undefined): JsonObject {
  const { metadata, spec } = tracked(job.spec.template)
  const text = String(index)
  const env = (container: Container): Container => withIndexVariable(container)
  const name = job.metadata.name!
  const pod = podFrom(
    {
      metadata: {
        ...metadata,
        labels: { ...metadata?.labels, [INDEX]: text },
        annotations: { ...metadata?.annotations, [INDEX]: text, ...failureCounts(job, replaced) },
      },
      spec: {
        ...spec,
        ...(spec.initContainers ? { initContainers: spec.initContainers.map(env) } : {}),
        containers: spec.containers.map(env),
        hostname: `${name}-${text}`,
      },
    },
    job,
  )
  const end = `-${text}-`
  return { ...pod, metadata: { ...(pod.metadata as JsonObject), generateName: `${name.slice(0, LONGEST_PREFIX - end.length)}${end}` } }
}

function tracked(template: PodTemplate): PodTemplate {
  const finalizers = template.metadata?.finalizers ?? []
  return finalizers.includes(TRACKING)
    ? template
    : { ...template, metadata: { ...template.metadata, finalizers: [...finalizers, TRACKING] } }
}

function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX')) return container
  const valueFrom = { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } }
  return { ...container, env: [...(container.env ?? []), { name: 'JOB_COMPLETION_INDEX', valueFrom }] }
}

function failureCounts(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (!isIndexed(job) || job.spec.backoffLimitPerIndex === undefined) return {}
  const counts = replaced !== undefined && judgeFailure(job.spec.podFailurePolicy, replaced).counts
  const failures = replaced ? indexFailures(replaced) + Number(counts) : 0
  const ignored = replaced ? numberIn(replaced, IGNORED_FAILURES) + Number(!counts) : 0
  return { [FAILURES]: String(failures), ...(ignored > 0 ? { [IGNORED_FAILURES]: String(ignored) } : {}) }
}

function numberIn({ metadata }: Pod, name: string): number {
  const text = metadata.annotations?.[name] ?? ''
  return /^\d+$/.test(text) ? Number(text) : 0
}
