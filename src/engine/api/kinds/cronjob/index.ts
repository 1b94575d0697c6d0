// CronJob, batch/v1.
// Upstream: kubernetes pkg/registry/batch/cronjob, pkg/apis/batch/validation (validateCronJobSpec)

import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { missing, NONE, nonNegative, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { age, ageColumn, boolean, column, integer, nameColumn, wide } from '../columns'
import type { JobSpec } from '../job/types'
import { validateJobSpec } from '../job/validation'
import { jobWarnings } from '../job/warnings'
import { defaultPodTemplate, templateColumns } from '../pod/template'
import { keepsStatus, statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { selectorText, statusOf } from '../workload'
import { parseSchedule } from './schedule'
import { timeZoneOf } from './timeZone'

export interface CronJobSpec extends JsonObject {
  readonly schedule?: string
  readonly timeZone?: string
  readonly startingDeadlineSeconds?: number | bigint
  readonly concurrencyPolicy?: string
  readonly suspend?: boolean
  readonly jobTemplate: { readonly metadata?: JsonObject; readonly spec: JobSpec }
  readonly successfulJobsHistoryLimit?: number
  readonly failedJobsHistoryLimit?: number
}

const POLICIES = ['Allow', 'Forbid', 'Replace']
/** A Job's name is the CronJob's, a dash and ten digits. */
const LONGEST_NAME = 52
const cronSpec = (object: ApiObject) => specOf<CronJobSpec>(object)
const jobTemplateOf = (object: ApiObject) => cronSpec(object).jobTemplate?.spec?.template ?? { spec: {} }

function withDefaults(object: ApiObject): ApiObject {
  const spec = cronSpec(object)
  const template = spec.jobTemplate
  return {
    ...object,
    spec: {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      ...spec,
      jobTemplate: { ...template, spec: { ...template?.spec, template: defaultPodTemplate(template?.spec?.template) } },
    },
  }
}

function validate(object: ApiObject): Errors {
  const at = Path.root('spec')
  const spec = cronSpec(object)
  const { schedule = '', concurrencyPolicy: policy = '' } = spec
  return [
    ...(schedule === '' ? NONE : validateSchedule(schedule, at.child('schedule'))),
    ...nonNegative(spec.startingDeadlineSeconds, at.child('startingDeadlineSeconds')),
    ...validateTimeZone(spec.timeZone, at.child('timeZone')),
    ...(policy === ''
      ? missing(at.child('concurrencyPolicy'))
      : POLICIES.includes(policy)
        ? NONE
        : unsupported(at.child('concurrencyPolicy'), policy, POLICIES)),
    ...validateJobSpec(spec.jobTemplate.spec, at.child('jobTemplate', 'spec')),
    ...(spec.jobTemplate.spec.selector
      ? wrong(at.child('jobTemplate', 'spec', 'selector'), spec.jobTemplate.spec.selector, '`selector` will be auto-generated')
      : NONE),
    ...(spec.jobTemplate.spec.manualSelector
      ? unsupported(at.child('jobTemplate', 'spec', 'manualSelector'), true, ['nil', 'false'])
      : NONE),
    ...nonNegative(spec.successfulJobsHistoryLimit, at.child('successfulJobsHistoryLimit')),
    ...nonNegative(spec.failedJobsHistoryLimit, at.child('failedJobsHistoryLimit')),
    // Upstream's declared rules are asked last.
    ...(schedule === '' ? missing(at.child('schedule')) : NONE),
  ]
}

function validateSchedule(schedule: string, at: Path): Errors {
  if (/TZ=/.test(schedule)) return wrong(at, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  const parsed = parseSchedule(schedule)
  return 'error' in parsed ? wrong(at, schedule, parsed.error) : NONE
}

const ZONE_PART = /^[A-Za-z._\-0-9+]{1,14}$/

function validateTimeZone(zone: string | undefined, at: Path): Errors {
  if (zone === undefined) return NONE
  if (zone === '') return wrong(at, zone, 'timeZone must be nil or non-empty string')
  const odd = zone.split('/').some((part) => part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part))
  if (odd) return wrong(at, zone, `unknown time zone ${zone}`)
  const local = /^local$/i.test(zone)
    ? wrong(at, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
    : NONE
  return zone === 'Local' || timeZoneOf(zone) ? local : [...local, ...wrong(at, zone, `unknown time zone ${zone}`)]
}

const nameLength = ({ metadata: { name = '' } }: ApiObject): Errors =>
  name.length > LONGEST_NAME ? wrong(Path.root('metadata').child('name'), name, `must be no more than ${LONGEST_NAME} characters`) : NONE

export const cronJob: Kind = {
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  resource: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'cronjobs',
  schema: types.struct('CronJob'),
  hasGeneration: true,
  defaults: withDefaults,
  ...keepsStatus,
  validate: (object) => [...validate(object), ...nameLength(object)],
  warnings: jobWarnings((o) => cronSpec(o).jobTemplate?.spec, Path.root('spec').child('jobTemplate', 'spec')),
  validateUpdate: validate,
  subresources: { status: statusSubresource },
  columns: [
    nameColumn,
    column('Schedule', 'The schedule in Cron format, see https://en.wikipedia.org/wiki/Cron.', (o) => cronSpec(o).schedule ?? ''),
    column(
      'Timezone',
      'The time zone name for the given schedule, see https://en.wikipedia.org/wiki/List_of_tz_database_time_zones. If not specified, this will default to the time zone of the kube-controller-manager process. The set of valid time zone names and the time zone offset is loaded from the system-wide time zone database by the API server during CronJob validation and the controller manager during execution. If no system-wide time zone database can be found a bundled version of the database is used instead. If the time zone name becomes invalid during the lifetime of a CronJob or due to a change in host configuration, the controller will stop creating new new Jobs and will create a system event with the reason UnknownTimeZone. More information can be found in https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#time-zones',
      (o) => cronSpec(o).timeZone ?? '<none>',
    ),
    column(
      'Suspend',
      'This flag tells the controller to suspend subsequent executions, it does not apply to already started executions.  Defaults to false.',
      (o) => (cronSpec(o).suspend ? 'True' : 'False'),
      boolean,
    ),
    column(
      'Active',
      'A list of pointers to currently running jobs.',
      (o) => ((statusOf(o).active as readonly JsonObject[] | undefined) ?? []).length,
      integer,
    ),
    column('Last Schedule', 'Information when was the last time the job was successfully scheduled.', (o, now) => {
      const { lastScheduleTime } = statusOf(o) as { lastScheduleTime?: string }
      return lastScheduleTime ? age(lastScheduleTime, now) : '<none>'
    }),
    ageColumn,
    ...templateColumns((o) => jobTemplateOf(o) as JobSpec['template']),
    column(
      'Selector',
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      (o) => selectorText(cronSpec(o).jobTemplate?.spec?.selector),
      wide,
    ),
  ],
}
