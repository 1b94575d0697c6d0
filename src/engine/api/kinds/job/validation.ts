// Upstream: kubernetes pkg/apis/batch/validation/validation.go. Leaves out: success policies, limits of indexed Jobs' sizes.

import { equalJson } from '../../equal'
import type { ApiObject, JsonObject } from '../../object'
import { each, missing, NONE, nonNegative, Path, unsupported, wrong, type Errors, type Validate } from '../../validation/rules'
import { goTemplate } from '../pod/goTemplate'
import { validatePodTemplate, type PodTemplate } from '../pod/template'
import { immutable, specOf } from '../workload'

export interface JobSpec extends JsonObject {
  readonly parallelism?: number
  readonly completions?: number
  readonly activeDeadlineSeconds?: number
  readonly backoffLimit?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly ttlSecondsAfterFinished?: number
  readonly completionMode?: string
  readonly manualSelector?: boolean
  readonly suspend?: boolean
  readonly selector?: JsonObject
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] }
  readonly template: PodTemplate
}
export interface FailureRule extends JsonObject {
  readonly action?: string
  readonly onExitCodes?: { readonly containerName?: string; readonly operator?: string; readonly values?: readonly number[] }
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[]
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const
const MODES = ['Indexed', 'NonIndexed']
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']

/** Also of a CronJob's template. */
export function validateJobSpec(spec: JobSpec, at: Path): Errors {
  const { completionMode, completions, backoffLimitPerIndex, maxFailedIndexes, podFailurePolicy } = spec
  const indexed = completionMode === 'Indexed'
  const { restartPolicy } = spec.template.spec
  const template = at.child('template')
  return [
    ...COUNTS.flatMap((field) => nonNegative(spec[field], at.child(field))),
    ...(maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? missing(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified')
      : NONE),
    ...(completionMode !== undefined && !MODES.includes(completionMode)
      ? unsupported(at.child('completionMode'), completionMode, MODES)
      : NONE),
    ...(indexed && completions === undefined ? missing(at.child('completions'), 'when completion mode is Indexed') : NONE),
    ...(!indexed && backoffLimitPerIndex !== undefined
      ? wrong(at.child('backoffLimitPerIndex'), backoffLimitPerIndex, 'requires indexed completion mode')
      : NONE),
    ...(maxFailedIndexes !== undefined && completions !== undefined && maxFailedIndexes > completions
      ? wrong(at.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions')
      : NONE),
    ...(podFailurePolicy ? validateFailurePolicy(spec, at) : NONE),
    ...replacement(spec, at.child('podReplacementPolicy')),
    ...validatePodTemplate(spec.template, template),
    ...(restartPolicy === 'OnFailure' || restartPolicy === 'Never'
      ? NONE
      : missing(template.child('spec', 'restartPolicy'), 'valid values: "OnFailure", "Never"')),
    ...(podFailurePolicy && restartPolicy !== 'Never'
      ? wrong(template.child('spec', 'restartPolicy'), restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')
      : NONE),
  ]
}

function validateFailurePolicy(spec: JobSpec, at: Path): Errors {
  const names = new Set([...(spec.template.spec.containers ?? []), ...(spec.template.spec.initContainers ?? [])].map((c) => c.name))
  const rule: Validate<FailureRule> = (r, place) => [
    ...(!r.action
      ? missing(place.child('action'), `valid values: ${ACTIONS.map((a) => `"${a}"`).join(', ')}`)
      : ACTIONS.includes(r.action)
        ? NONE
        : unsupported(place.child('action'), r.action, ACTIONS)),
    ...(r.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
      ? wrong(place.child('action'), r.action, 'requires the backoffLimitPerIndex to be set')
      : NONE),
    ...(r.onExitCodes ? exitCodes(r.onExitCodes, place.child('onExitCodes'), names) : NONE),
    ...each(r.onPodConditions, place.child('onPodConditions'), ({ type = '', status = '' }, p) => [
      ...(type === '' ? missing(p.child('type')) : NONE),
      ...(['False', 'True', 'Unknown'].includes(status) ? NONE : unsupported(p.child('status'), status, ['False', 'True', 'Unknown'])),
    ]),
    ...(r.onExitCodes && r.onPodConditions?.length
      ? wrong(place, rulePrinted(r), 'specifying both OnExitCodes and OnPodConditions is not supported')
      : NONE),
    ...(!r.onExitCodes && !r.onPodConditions?.length
      ? wrong(place, rulePrinted(r), 'specifying one of OnExitCodes and OnPodConditions is required')
      : NONE),
  ]
  return each(spec.podFailurePolicy?.rules, at.child('podFailurePolicy', 'rules'), rule)
}

const rulePrinted = ({ action, onExitCodes, onPodConditions }: FailureRule) => ({
  Action: action ?? '',
  OnExitCodes: onExitCodes
    ? { ContainerName: onExitCodes.containerName ?? null, Operator: onExitCodes.operator ?? '', Values: onExitCodes.values ?? null }
    : null,
  OnPodConditions: onPodConditions?.map((c) => ({ Type: c.type ?? '', Status: c.status ?? '' })) ?? null,
})

function exitCodes(
  { containerName, operator = '', values = [] }: NonNullable<FailureRule['onExitCodes']>,
  at: Path,
  names: ReadonlySet<string>,
): Errors {
  return [
    ...(operator === ''
      ? missing(at.child('operator'), 'valid values: "In", "NotIn"')
      : ['In', 'NotIn'].includes(operator)
        ? NONE
        : unsupported(at.child('operator'), operator, ['In', 'NotIn'])),
    ...(containerName !== undefined && !names.has(containerName)
      ? wrong(at.child('containerName'), containerName, 'must be one of the container or initContainer names in the pod template')
      : NONE),
    ...(values.length === 0 ? wrong(at.child('values'), values, 'at least one value is required') : NONE),
    ...values.flatMap((value, i) => [
      ...(operator === 'In' && value === 0 ? wrong(at.child('values').index(i), value, 'must not be 0 for the In operator') : NONE),
    ]),
  ]
}

function replacement({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, at: Path): Errors {
  if (policy === undefined) return NONE
  const allowed = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return allowed.includes(policy) ? NONE : unsupported(at, policy, allowed)
}

export function validateJobUpdate(object: ApiObject, old: ApiObject): Errors {
  const at = Path.root('spec')
  const [spec, former] = [specOf<JobSpec>(object), specOf<JobSpec>(old)]
  return [
    ...validateJobSpec(spec, at),
    ...completionsUpdate(spec, former, at.child('completions')),
    ...['selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'].flatMap(
      (field) =>
        // A Job that is suspended and never began may get another place to run: its template's scheduling fields.
        field === 'template'
          ? templateUpdate(spec, former, former.suspend === true && !(old.status as JsonObject | undefined)?.startTime)
          : immutable(field, object, old),
    ),
  ]
}

function completionsUpdate(spec: JobSpec, former: JobSpec, at: Path): Errors {
  if (spec.completions === former.completions) return NONE
  if (spec.completionMode !== 'Indexed') return wrong(at, spec.completions ?? null, 'field is immutable')
  const tandem = spec.completions !== undefined && spec.completions === spec.parallelism && former.completions !== undefined
  return tandem ? NONE : wrong(at, spec.completions ?? null, 'can only be modified in tandem with spec.parallelism')
}

const MOVABLE = ['nodeSelector', 'tolerations', 'affinity', 'schedulingGates'] as const

function templateUpdate(spec: JobSpec, former: JobSpec, movable: boolean): Errors {
  const fixed = ({ template }: JobSpec): JsonObject => {
    const { metadata, ...rest } = template
    const inner = { ...template.spec } as Record<string, unknown>
    for (const field of movable ? MOVABLE : []) delete inner[field]
    // The annotations and labels of its Pods may be given with their place.
    return { ...rest, ...(movable ? {} : { metadata }), spec: inner as JsonObject }
  }
  return equalJson(fixed(spec), fixed(former))
    ? NONE
    : wrong(Path.root('spec').child('template'), goTemplate(spec.template), 'field is immutable')
}
