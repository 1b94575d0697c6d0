// What the status of a Job may say: its counts, its conditions, and which of them exclude each other.
// Upstream: kubernetes pkg/apis/batch/validation/validation.go (validateJobStatus, ValidateJobStatusUpdate)

import { specOf, type ApiObject, type JsonObject } from '../../object'
import { missing, NONE, Path, repeated, wrong, wrongAltogether, type Errors } from '../../validation/rules'
import { statusOf, validateCounts } from '../workload'
import { countIndexes } from './policies'
import type { JobSpec } from './types'

export interface JobStatus extends JsonObject {
  readonly active?: number
  readonly ready?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly terminating?: number
  readonly startTime?: string
  readonly completionTime?: string
  readonly completedIndexes?: string
  readonly failedIndexes?: string
  readonly uncountedTerminatedPods?: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] }
  readonly conditions?: readonly { readonly type?: string; readonly status?: string }[]
}

const AT = Path.root('status')
const CONDITIONS = AT.child('conditions')
const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating']
const TERMINAL = ['Failed', 'Complete', 'FailureTarget']

const jobStatus = (object: ApiObject) => statusOf(object) as JobStatus
const reader =
  ({ conditions = [] }: JobStatus) =>
  (type: string) =>
    conditions.some((c) => c.type === type && c.status === 'True')

export function validateJobStatus(object: ApiObject, old: ApiObject): Errors {
  const [status, before] = [jobStatus(object), jobStatus(old)]
  const [has, had] = [reader(status), reader(before)]
  const finished = has('Complete') || has('Failed')
  const cannot = (text: string) => wrongAltogether(CONDITIONS, `cannot ${text}`)
  const when = (condition: unknown, errors: () => Errors): Errors => (condition ? errors() : NONE)
  const suspended = specOf<JobSpec>(object).suspend === true
  return [
    ...validateCounts(object, COUNTS, []),
    ...uncountedErrors(status),
    ...when(has('Complete') && has('Failed'), () => cannot('set Complete=True and Failed=true conditions')),
    ...when(has('Complete') && has('FailureTarget'), () => cannot('set Complete=True and FailureTarget=true conditions')),
    ...when(status.completionTime && !has('Complete'), () =>
      wrong(AT.child('completionTime'), status.completionTime, 'cannot set completionTime when there is no Complete=True condition'),
    ),
    ...when(!status.completionTime && has('Complete'), () =>
      missing(AT.child('completionTime'), 'completionTime is required for Complete jobs'),
    ),
    ...when(status.startTime && status.completionTime && status.completionTime < status.startTime, () =>
      wrong(AT.child('completionTime'), status.completionTime, 'must be equal to or after `startTime`'),
    ),
    ...when(has('Failed') && !has('FailureTarget'), () => cannot('set Failed=True condition without the FailureTarget=true condition')),
    ...when(has('Complete') && !has('SuccessCriteriaMet'), () =>
      cannot('set Complete=True condition without the SuccessCriteriaMet=true condition'),
    ),
    ...when(finished && (status.active ?? 0) > 0, () => wrong(AT.child('active'), status.active, 'active>0 is invalid for finished job')),
    ...when(finished && !status.startTime, () => missing(AT.child('startTime'), 'startTime is required for finished job')),
    ...when(finished && uncounted(status) > 0, () =>
      wrong(AT.child('uncountedTerminatedPods'), internal(status), 'must be empty for finished job'),
    ),
    ...indexes(status, specOf<JobSpec>(object)),
    ...when(finished && (status.terminating ?? 0) > 0, () =>
      wrong(AT.child('terminating'), status.terminating, 'terminating>0 is invalid for finished job'),
    ),
    ...when(status.ready !== undefined && status.ready > (status.active ?? 0), () =>
      wrong(AT.child('ready'), status.ready, 'cannot set more ready pods than active'),
    ),
    ...when(has('SuccessCriteriaMet') && has('Failed'), () => cannot('set SuccessCriteriaMet=True and Failed=true conditions')),
    ...when(has('SuccessCriteriaMet') && has('FailureTarget'), () =>
      cannot('set SuccessCriteriaMet=True and FailureTarget=true conditions'),
    ),
    ...TERMINAL.flatMap((type) => when(had(type) && !has(type), () => cannot(`disable the terminal ${type}=True condition`))),
    ...(['failed', 'succeeded'] as const).flatMap((name) =>
      when((status[name] ?? 0) < (before[name] ?? 0), () =>
        wrong(AT.child(name), status[name] ?? 0, `cannot decrease the ${name} counter`),
      ),
    ),
    ...when(status.completionTime && before.completionTime && status.completionTime !== before.completionTime, () =>
      wrong(AT.child('completionTime'), status.completionTime, 'field is immutable'),
    ),
    ...when(before.startTime && before.startTime !== status.startTime && !suspended, () =>
      wrong(AT.child('startTime'), status.startTime ?? null, 'field is immutable for unsuspended job once set'),
    ),
    ...when(had('SuccessCriteriaMet') && !has('SuccessCriteriaMet'), () => cannot('disable the SuccessCriteriaMet=True condition')),
    ...when(had('Complete') && !had('SuccessCriteriaMet') && has('SuccessCriteriaMet'), () =>
      cannot('set SuccessCriteriaMet=True for Job already has Complete=true conditions'),
    ),
  ]
}

/** Each Pod has a uid, and ended once. */
function uncountedErrors({ uncountedTerminatedPods: pods }: JobStatus): Errors {
  const seen = new Set<string>()
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (pods?.[list] ?? []).flatMap((uid, i) => {
      const at = AT.child('uncountedTerminatedPods', list).index(i)
      if (uid === '') return wrong(at, uid, 'must not be empty')
      if (seen.has(uid)) return repeated(at, uid)
      seen.add(uid)
      return NONE
    }),
  )
}

const uncounted = ({ uncountedTerminatedPods: pods }: JobStatus) => (pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0)
const internal = ({ uncountedTerminatedPods: pods }: JobStatus) => ({ Succeeded: pods?.succeeded ?? null, Failed: pods?.failed ?? null })

function indexes({ completedIndexes = '', failedIndexes }: JobStatus, spec: JobSpec): Errors {
  const { completions, completionMode, backoffLimitPerIndex } = spec
  const bad = (name: string, text: string): Errors => {
    const parsed = completions === undefined ? null : countIndexes(text, completions)
    return parsed && 'error' in parsed ? wrong(AT.child(name), text, `error parsing ${name}: ${parsed.error}`) : NONE
  }
  return [
    ...bad('completedIndexes', completedIndexes),
    ...(failedIndexes !== undefined && backoffLimitPerIndex !== undefined ? bad('failedIndexes', failedIndexes) : NONE),
    ...(completedIndexes !== '' && completionMode !== 'Indexed'
      ? wrong(AT.child('completedIndexes'), completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode')
      : NONE),
    ...(failedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? wrong(AT.child('failedIndexes'), failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')
      : NONE),
    ...(failedIndexes === undefined || completions === undefined ? NONE : overlapping(completedIndexes, failedIndexes, completions)),
  ]
}

/** An index that failed did not complete; the first that is said to have done both is told of. */
function overlapping(completed: string, failed: string, completions: number): Errors {
  for (const [first, last] of intervals(completed, completions))
    for (const [from, to] of intervals(failed, completions))
      if (first <= to && from <= last)
        return wrong(AT.child('failedIndexes'), failed, `failedIndexes and completedIndexes overlap at index: ${Math.max(first, from)}`)
  return NONE
}

/** Those of `0-2,5` that can be read. */
const intervals = (text: string, completions: number) =>
  text
    .split(',')
    .filter((part) => part !== '' && 'count' in countIndexes(part, completions))
    .map((part) => {
      const [first = 0, last = first] = part.split('-').map(Number)
      return [first, last] as const
    })
