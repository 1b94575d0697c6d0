// Job, batch/v1.
// Upstream: kubernetes pkg/registry/batch/job

import { goQuote } from '../../go/goQuote'
import { humanDuration } from '../../scalars/duration'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { parseTime } from '../../scalars/time'
import { Path } from '../../validation/rules'
import { ageColumn, column, nameColumn, wide } from '../columns'
import { templateColumns } from '../pod/template'
import { statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { count, selectorText, statusOf, templateOf, workloadSpecOf } from '../workload'
import { defaultJob, withGeneratedSelector } from './defaults'
import { validateJobStatus } from './status'
import type { JobSpec } from './types'
import { validateJob, validateJobUpdate } from './validation'
import { jobWarnings } from './warnings'

const jobSpec = (object: ApiObject) => specOf<JobSpec>(object)

function statusText(object: ApiObject): string {
  const conditions = (statusOf(object).conditions ?? []) as readonly JsonObject[]
  const has = (type: string) => conditions.some((c) => c.type === type && c.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (object.metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running'
}

function completionsText(object: ApiObject): string {
  const { completions, parallelism = 0 } = jobSpec(object)
  const succeeded = count(object, 'succeeded')
  if (completions !== undefined) return `${succeeded}/${completions}`
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationText(object: ApiObject, now: number): string {
  const { startTime, completionTime } = statusOf(object) as { startTime?: string; completionTime?: string }
  if (!startTime) return ''
  return humanDuration((completionTime ? parseTime(completionTime) : now) - parseTime(startTime))
}

export const job: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  resource: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'jobs',
  schema: types.struct('Job'),
  hasGeneration: true,
  defaults: defaultJob,
  prepareForCreate: (object) => ({ ...withGeneratedSelector(object), status: {} }),
  prepareForUpdate: (object, old) => ({ ...object, status: old.status }),
  validate: validateJob,
  warnings: jobWarnings(jobSpec, Path.root('spec')),
  validateUpdate: validateJobUpdate,
  orphansDependents: {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  fieldSelectors: { 'status.successful': (object) => String(count(object, 'succeeded')) },
  fieldRefusal: (field) => `field label ${goQuote(field)} not supported for Job`,
  subresources: {
    status: { ...statusSubresource, validateUpdate: validateJobStatus },
  },
  columns: [
    nameColumn,
    column('Status', 'Status of the job.', statusText),
    column(
      'Completions',
      'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.',
      completionsText,
    ),
    column('Duration', 'Time required to complete the job.', durationText),
    ageColumn,
    ...templateColumns(templateOf),
    column(
      'Selector',
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      (o) => selectorText(workloadSpecOf(o).selector),
      wide,
    ),
  ],
}
