// When a Job's failed Pods end it, and when its successful ones do.
// Upstream: kubernetes pkg/apis/batch/validation/validation.go (validatePodFailurePolicy, validateSuccessPolicy)

import { goQuote } from '../../go/goQuote'
import type { JsonObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import {
  each,
  missing,
  named,
  NONE,
  nonNegative,
  repeated,
  seenBefore,
  tooLong,
  tooMany,
  unsupported,
  wrong,
  wrongAltogether,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import type { FailureRule, JobSpec, SuccessRule } from './types'

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']
const MOST_RULES = 20
const MOST_EXIT_CODES = 255
const MOST_CONDITIONS = 20
const LONGEST_INDEXES = 64 * 1024

const quoted = (values: readonly string[]) => `valid values: [${values.map((v) => `"${v}"`).join(' ')}]`
const oneOfThese = (value: string, values: readonly string[], at: Path): Errors =>
  value === '' ? missing(at, quoted(values)) : values.includes(value) ? NONE : unsupported(at, value, values)

export function validateFailurePolicy(spec: JobSpec, at: Path): Errors {
  const names = new Set([...(spec.template.spec.containers ?? []), ...(spec.template.spec.initContainers ?? [])].map((c) => c.name))
  const rules = spec.podFailurePolicy?.rules ?? []
  const rule: Validate<FailureRule> = (r, place) => [
    ...oneOfThese(r.action ?? '', ACTIONS, place.child('action')),
    ...(r.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
      ? wrong(place.child('action'), r.action, 'requires the backoffLimitPerIndex to be set')
      : NONE),
    ...(r.onExitCodes ? exitCodes(r.onExitCodes, place.child('onExitCodes'), names) : NONE),
    ...((r.onPodConditions?.length ?? 0) > MOST_CONDITIONS
      ? tooMany(place.child('onPodConditions'), r.onPodConditions!.length, MOST_CONDITIONS)
      : NONE),
    ...each(r.onPodConditions, place.child('onPodConditions'), ({ type = '', status = '' }, p) => [
      ...named(type, p.child('type'), labelKeyErrors),
      ...oneOfThese(status, STATUSES, p.child('status')),
    ]),
    ...(r.onExitCodes && r.onPodConditions?.length
      ? wrongAltogether(place, 'specifying both OnExitCodes and OnPodConditions is not supported')
      : NONE),
    ...(!r.onExitCodes && !r.onPodConditions?.length
      ? wrongAltogether(place, 'specifying one of OnExitCodes and OnPodConditions is required')
      : NONE),
  ]
  return [
    ...(rules.length > MOST_RULES ? tooMany(at.child('rules'), rules.length, MOST_RULES) : NONE),
    ...each(rules, at.child('rules'), rule),
  ]
}

function exitCodes(
  { containerName, operator = '', values: given }: NonNullable<FailureRule['onExitCodes']>,
  at: Path,
  names: ReadonlySet<string>,
): Errors {
  const place = at.child('values')
  const values = given ?? []
  const again = seenBefore<number>()
  const ordered = values.every((value, i) => i === 0 || values[i - 1]! <= value)
  return [
    ...oneOfThese(operator, OPERATORS, at.child('operator')),
    ...(containerName !== undefined && !names.has(containerName)
      ? wrong(at.child('containerName'), containerName, 'must be one of the container or initContainer names in the pod template')
      : NONE),
    ...(values.length === 0 ? wrong(place, given ?? null, 'at least one value is required') : NONE),
    ...(values.length > MOST_EXIT_CODES ? tooMany(place, values.length, MOST_EXIT_CODES) : NONE),
    ...values.flatMap((value, i) => [
      ...(operator === 'In' && value === 0 ? wrong(place.index(i), value, 'must not be 0 for the In operator') : NONE),
      ...(again(value) ? repeated(place.index(i), value) : NONE),
    ]),
    ...(ordered ? NONE : wrong(place, values, 'must be ordered')),
  ]
}

/** As upstream's internal type, in which a bad value is shown. */
export function goFailurePolicy(policy: JobSpec['podFailurePolicy']): JsonObject | null {
  if (!policy) return null
  return {
    Rules:
      policy.rules?.map(({ action, onExitCodes: codes, onPodConditions }) => ({
        Action: action ?? '',
        OnExitCodes: codes
          ? { ContainerName: codes.containerName ?? null, Operator: codes.operator ?? '', Values: codes.values ?? null }
          : null,
        OnPodConditions: onPodConditions?.map(({ type, status }) => ({ Type: type ?? '', Status: status ?? '' })) ?? null,
      })) ?? null,
  }
}

export function validateSuccessPolicy(spec: JobSpec, at: Path): Errors {
  const { completions = 0, completionMode, successPolicy } = spec
  const rules = successPolicy?.rules ?? []
  if (completionMode !== 'Indexed') return wrong(at, { Rules: rules.map(internal) }, 'requires indexed completion mode')
  const rule: Validate<SuccessRule> = ({ succeededCount, succeededIndexes }, place) => {
    const parsed = succeededIndexes === undefined ? null : countIndexes(succeededIndexes, completions)
    const total = parsed && 'count' in parsed ? parsed.count : 0
    const count = place.child('succeededCount')
    const most = (limit: number, what: string) =>
      wrong(count, succeededCount, `must be less than or equal to ${limit} (the number of ${what})`)
    return [
      ...(succeededCount === undefined && succeededIndexes === undefined
        ? missing(place, 'at least one of succeededCount or succeededIndexes must be specified')
        : NONE),
      ...((succeededIndexes?.length ?? 0) > LONGEST_INDEXES ? tooLong(place.child('succeededIndexes'), LONGEST_INDEXES) : NONE),
      ...(parsed && 'error' in parsed
        ? wrong(place.child('succeededIndexes'), succeededIndexes, `error parsing succeededIndexes: ${parsed.error}`)
        : NONE),
      ...nonNegative(succeededCount, count),
      ...(succeededCount !== undefined && succeededCount > completions ? most(completions, 'specified completions') : NONE),
      ...(succeededCount !== undefined && parsed && succeededCount > total
        ? most(total, 'indexes in the specified succeededIndexes field')
        : NONE),
    ]
  }
  return [
    ...(rules.length === 0 ? missing(at.child('rules'), 'at least one rules must be specified when the successPolicy is specified') : NONE),
    ...(rules.length > MOST_RULES ? tooMany(at.child('rules'), rules.length, MOST_RULES) : NONE),
    ...each(rules, at.child('rules'), rule),
  ]
}

const internal = ({ succeededIndexes, succeededCount }: SuccessRule) => ({
  SucceededIndexes: succeededIndexes ?? null,
  SucceededCount: succeededCount ?? null,
})

/** How many indexes `1,3-5` names, in rising order and below the number of completions. */
export function countIndexes(text: string, completions: number): { readonly count: number } | { readonly error: string } {
  if (text === '') return { count: 0 }
  let last: number | null = null
  let count = 0
  for (const part of text.split(',')) {
    const limits = part.split('-')
    if (limits.length > 2)
      return {
        error: `the fragment ${goQuote(part)} violates the requirement that an index interval can have at most two parts separated by '-'`,
      }
    const numbers: number[] = []
    for (const limit of limits) {
      if (!/^[+-]?\d+$/.test(limit)) return { error: `cannot convert string to integer for index: ${goQuote(limit)}` }
      numbers.push(Number(limit))
    }
    const [first = 0, end = first] = numbers
    for (const number of numbers) if (number >= completions) return { error: `too large index: ${goQuote(String(number))}` }
    if (last !== null && last >= first) return { error: `non-increasing order, previous: ${last}, current: ${first}` }
    if (numbers.length > 1 && first >= end) return { error: `non-increasing order, previous: ${first}, current: ${end}` }
    count += end - first + 1
    last = end
  }
  return { count }
}
