// kubectl describe of Jobs and CronJobs.
// Upstream: kubectl pkg/describe/describe.go (describeJob, describeCronJob)

import type { JsonObject } from '../../engine/index'
import type { Describer } from './describer'
import { controlledBy, date, duration, marked, named, selectorText, type LabelSelector, type Lines } from './parts'
import { podTemplateLines, type PodTemplate } from './podTemplate'

interface JobSpec extends JsonObject {
  readonly template: JsonObject & PodTemplate
}

const told = (title: string, value: unknown, unit = ''): Lines => (value === undefined ? [] : [`${title}:\t${String(value)}${unit}`])
const orUnset = (title: string, value: unknown, unit = ''): Lines => [
  `${title}:\t${value === undefined ? '<unset>' : `${String(value)}${unit}`}`,
]

export const describeJob: Describer = function* (job, asking) {
  const spec = job.spec as JobSpec
  const status = job.status ?? {}
  const { startTime, completionTime } = status as { startTime?: string; completionTime?: string }
  const ready = status.ready === undefined ? '' : ` (${String(status.ready)} Ready)`
  return [
    ...named(job),
    `Selector:\t${selectorText(spec.selector as LabelSelector | undefined)}`,
    ...marked(job),
    ...controlledBy(job),
    ...told('Parallelism', spec.parallelism),
    ...orUnset('Completions', spec.completions),
    ...told('Completion Mode', spec.completionMode),
    ...told('Suspend', spec.suspend),
    ...told('Backoff Limit', spec.backoffLimit),
    ...told('TTL Seconds After Finished', spec.ttlSecondsAfterFinished),
    ...(startTime ? [`Start Time:\t${date(startTime)}`] : []),
    ...(completionTime ? [`Completed At:\t${date(completionTime)}`] : []),
    ...(startTime && completionTime ? [`Duration:\t${duration(Date.parse(completionTime) - Date.parse(startTime))}`] : []),
    ...told('Active Deadline Seconds', spec.activeDeadlineSeconds, 's'),
    `Pods Statuses:\t${String(status.active ?? 0)} Active${ready} / ${String(status.succeeded ?? 0)} Succeeded / ${String(status.failed ?? 0)} Failed`,
    ...(spec.completionMode === 'Indexed' ? [`Completed Indexes:\t${indexes(String(status.completedIndexes ?? ''))}`] : []),
    ...podTemplateLines(spec.template),
    ...(yield* asking.events(job)),
  ]
}

/** Cut behind the first comma after so many characters. */
function indexes(text: string, limit = 50): string {
  if (text === '') return '<none>'
  const cut = text.indexOf(',', limit)
  return cut < 0 ? text : `${text.slice(0, cut + 1)}...`
}

export const describeCronJob: Describer = function* (cronJob, asking) {
  const spec = cronJob.spec as JsonObject & { readonly jobTemplate: { readonly spec: JobSpec } }
  const job = spec.jobTemplate.spec
  const { lastScheduleTime, active = [] } = (cronJob.status ?? {}) as { lastScheduleTime?: string; active?: { name: string }[] }
  return [
    ...named(cronJob),
    ...marked(cronJob),
    `Schedule:\t${String(spec.schedule)}`,
    `Concurrency Policy:\t${String(spec.concurrencyPolicy)}`,
    `Suspend:\t${spec.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'}`,
    ...orUnset('Time Zone', spec.timeZone),
    ...orUnset('Successful Job History Limit', spec.successfulJobsHistoryLimit),
    ...orUnset('Failed Job History Limit', spec.failedJobsHistoryLimit),
    ...orUnset('Starting Deadline Seconds', spec.startingDeadlineSeconds, 's'),
    `Selector:\t${job.selector ? selectorText(job.selector as LabelSelector) : '<unset>'}`,
    ...orUnset('Parallelism', job.parallelism),
    ...orUnset('Completions', job.completions),
    ...told('Active Deadline Seconds', job.activeDeadlineSeconds, 's'),
    ...podTemplateLines(job.template),
    `Last Schedule Time:\t${lastScheduleTime ? date(lastScheduleTime) : '<unset>'}`,
    `Active Jobs:\t${active.length === 0 ? '<none>' : active.map((a) => a.name).join(', ')}`,
    ...(yield* asking.events(cronJob)),
  ]
}
