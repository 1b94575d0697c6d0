// What a Job must be, and what of it may change.
// Upstream: kubernetes pkg/apis/batch/validation/validation.go

import { equalSemantic } from '../../../base/equal'
import { specOf, type ApiObject } from '../../object'
import { labelSelectorOf, matchesLabels } from '../../selectors/labelSelector'
import { isSelector, validateLabelSelector, type SelectorObject } from '../../validation/labelSelector'
import { dnsLabelErrors, domainPathErrors } from '../../validation/names'
import { missing, named, NONE, nonNegative, Path, tooLong, unsupported, wrong, type Errors } from '../../validation/rules'
import { goPodSpec, goTemplate } from '../pod/goTemplate'
import { validatePodTemplate } from '../pod/template'
import type { Container, PodSpec } from '../pod/types'
import { withNodeAffinityOf } from '../pod/update'
import { immutable } from '../workload'
import { goFailurePolicy, validateFailurePolicy, validateSuccessPolicy } from './policies'
import { ownLabels } from './defaults'
import type { JobStatus } from './status'
import type { JobSpec } from './types'

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
] as const
const MODES = ['NonIndexed', 'Indexed']
const LONGEST_MANAGER = 63
const MOST_PARALLEL = 100_000
const MOST_FAILED = 100_000
/** Above so many completions, with a limit of retries for each index, other limits hold. */
const MANY = { completions: 100_000, parallelism: 10_000, failed: 10_000 }

export function validateJob(object: ApiObject): Errors {
  const spec = specOf<JobSpec>(object)
  return [...generated(object), ...validateJobSpec(spec, Path.root('spec')), ...selector(spec), ...validateHostnames(object)]
}

/** Each Pod of an indexed Job is named after its index, of which the last is the longest. */
function validateHostnames(object: ApiObject): Errors {
  const { completionMode, completions = 0 } = specOf<JobSpec>(object)
  const { name = '' } = object.metadata
  if (completionMode !== 'Indexed' || completions <= 0) return NONE
  const last = `${name}-${completions - 1}`
  return dnsLabelErrors(last).length > 0
    ? wrong(Path.root('metadata').child('name'), name, `will not able to create pod with invalid DNS label: ${last}`)
    : NONE
}

/** Labels of its own that an author set by hand must be what the server would have made of them. */
function generated(object: ApiObject): Errors {
  const { manualSelector, selector: given, template } = specOf<JobSpec>(object)
  if (manualSelector || !given) return NONE
  const own = ownLabels(object.metadata)
  const labels = template.metadata?.labels ?? {}
  const at = Path.root('spec').child('template', 'metadata', 'labels')
  const order = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name']
  return [
    ...order.flatMap((key) => (labels[key] === own[key] ? NONE : wrong(at.key(key), labels, `must be '${own[key]}'`))),
    ...(isSelector(given as SelectorObject) && !matchesLabels(labelSelectorOf(given as SelectorObject)!, own)
      ? wrong(Path.root('spec').child('selector'), given, '`selector` not auto-generated')
      : NONE),
  ]
}

function selector(spec: JobSpec): Errors {
  const at = Path.root('spec')
  const given = spec.selector as SelectorObject | undefined
  const { labels } = spec.template.metadata ?? {}
  const unmatched = wrong(at.child('template', 'metadata', 'labels'), labels ?? null, '`selector` does not match template `labels`')
  // None selects no Pod at all.
  if (!given) return [...missing(at.child('selector')), ...unmatched]
  return [
    ...validateLabelSelector(given, at.child('selector')),
    ...(isSelector(given) && !matchesLabels(labelSelectorOf(given)!, labels ?? {}) ? unmatched : NONE),
  ]
}

/** Also of a CronJob's template, which has no selector. */
export function validateJobSpec(spec: JobSpec, at: Path): Errors {
  const { completionMode, backoffLimitPerIndex, maxFailedIndexes, managedBy } = spec
  return [
    ...COUNTS.flatMap((field) => nonNegative(spec[field], at.child(field))),
    ...nonNegative(maxFailedIndexes, at.child('maxFailedIndexes')),
    ...(maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined
      ? missing(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified')
      : NONE),
    ...(managedBy === undefined
      ? NONE
      : [
          ...named(managedBy, at.child('managedBy'), domainPathErrors),
          ...(managedBy.length > LONGEST_MANAGER ? tooLong(at.child('managedBy'), LONGEST_MANAGER) : NONE),
        ]),
    ...(completionMode !== undefined && !MODES.includes(completionMode)
      ? unsupported(at.child('completionMode'), completionMode, MODES)
      : NONE),
    ...(completionMode === 'Indexed' ? indexed(spec, at) : notIndexed(spec, at)),
    ...(spec.podFailurePolicy ? validateFailurePolicy(spec, at.child('podFailurePolicy')) : NONE),
    ...(spec.successPolicy ? validateSuccessPolicy(spec, at.child('successPolicy')) : NONE),
    ...replacement(spec, at.child('podReplacementPolicy')),
    ...validatePodTemplate(spec.template, at.child('template')),
    ...restart(spec, at.child('template', 'spec', 'restartPolicy')),
  ]
}

function indexed({ completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex: perIndex }: JobSpec, at: Path): Errors {
  const over = (field: string, value: number, most: number, when = '') =>
    value > most ? wrong(at.child(field), value, `must be less than or equal to ${most}${when}`) : NONE
  const many = perIndex !== undefined && (completions ?? 0) > MANY.completions
  const whenMany = ` when completions are above ${MANY.completions} and used with backoff limit per index`
  return [
    ...(completions === undefined ? missing(at.child('completions'), 'when completion mode is Indexed') : NONE),
    ...over('parallelism', parallelism, MOST_PARALLEL, ' when completion mode is Indexed'),
    ...(failed !== undefined && completions !== undefined && failed > completions
      ? wrong(at.child('maxFailedIndexes'), failed, 'must be less than or equal to completions')
      : NONE),
    ...over('maxFailedIndexes', failed ?? 0, MOST_FAILED),
    ...(many
      ? [
          ...(failed === undefined
            ? missing(at.child('maxFailedIndexes'), `must be specified when completions is above ${MANY.completions}`)
            : NONE),
          ...over('parallelism', parallelism, MANY.parallelism, whenMany),
          ...over('maxFailedIndexes', failed ?? 0, MANY.failed, whenMany),
        ]
      : NONE),
  ]
}

function notIndexed(spec: JobSpec, at: Path): Errors {
  if (spec.completionMode !== undefined && spec.completionMode !== 'NonIndexed') return NONE
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((field) =>
    spec[field] === undefined ? NONE : wrong(at.child(field), spec[field], 'requires indexed completion mode'),
  )
}

function restart({ template, podFailurePolicy }: JobSpec, at: Path): Errors {
  const { restartPolicy } = template.spec
  if (restartPolicy === 'Always' || !restartPolicy) return missing(at, 'valid values: "OnFailure", "Never"')
  if (restartPolicy !== 'OnFailure' && restartPolicy !== 'Never') return unsupported(at, restartPolicy, ['OnFailure', 'Never'])
  return podFailurePolicy && restartPolicy !== 'Never'
    ? wrong(at, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified')
    : NONE
}

function replacement({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, at: Path): Errors {
  if (policy === undefined) return NONE
  const allowed = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return allowed.includes(policy) ? NONE : unsupported(at, policy, allowed)
}

const FIXED = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const

export function validateJobUpdate(object: ApiObject, old: ApiObject): Errors {
  const at = Path.root('spec')
  const [spec, former] = [specOf<JobSpec>(object), specOf<JobSpec>(old)]
  return [
    ...validateJobSpec(spec, at),
    ...selector(spec),
    ...completionsUpdate(spec, former, at.child('completions')),
    ...immutable('selector', object, old),
    ...templateUpdate(spec, old),
    ...FIXED.flatMap((field) =>
      immutable(field, object, old, (value) => (field === 'podFailurePolicy' ? goFailurePolicy(spec.podFailurePolicy) : (value ?? null))),
    ),
    ...validateHostnames(object),
  ]
}

function completionsUpdate(spec: JobSpec, former: JobSpec, at: Path): Errors {
  if (spec.completions === former.completions) return NONE
  if (spec.completionMode !== 'Indexed') return wrong(at, spec.completions ?? null, 'field is immutable')
  return spec.completions === undefined || spec.completions === spec.parallelism
    ? NONE
    : wrong(at, spec.completions, 'can only be modified in tandem with spec.parallelism')
}

/** While a Job is suspended and has no Pods, they may get another place to run, and other resources; else nothing changes. */
function templateUpdate({ template }: JobSpec, old: ApiObject): Errors {
  const at = Path.root('spec').child('template')
  const { suspend, template: former } = specOf<JobSpec>(old)
  if (suspend === true && hasNoPods(old)) {
    const wanted = withResourcesOf(movedTo(former.spec, template.spec), template.spec)
    return equalSemantic(template.spec, wanted) ? NONE : wrong(at.child('spec'), goPodSpec(template.spec), 'field is immutable')
  }
  return equalSemantic(template, former) ? NONE : wrong(at, goTemplate(template), 'field is immutable')
}

function hasNoPods({ status }: ApiObject): boolean {
  const { startTime, active = 0, conditions = [] } = (status ?? {}) as JobStatus
  return active === 0 && (!startTime || conditions.some((c) => c.type === 'Suspended' && c.status === 'True'))
}

const movedTo = (spec: PodSpec, { nodeSelector, tolerations, schedulingGates, affinity }: PodSpec): PodSpec =>
  ({ ...spec, nodeSelector, tolerations, schedulingGates, affinity: withNodeAffinityOf(spec.affinity, affinity) }) as PodSpec

function withResourcesOf(spec: PodSpec, other: PodSpec): PodSpec {
  const resized = (list: readonly Container[] | undefined, others: readonly Container[] = []) =>
    list?.length === others.length ? list.map((c, i) => (c.name === others[i]!.name ? { ...c, resources: others[i]!.resources } : c)) : list
  return {
    ...spec,
    containers: resized(spec.containers, other.containers),
    initContainers: resized(spec.initContainers, other.initContainers),
  } as PodSpec
}
