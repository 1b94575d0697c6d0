// What the conditions of a status must be, where the kind has the common type of them.
// Upstream: apimachinery pkg/apis/meta/v1/validation/validation.go (ValidateConditions)

import type { JsonObject } from '../object'
import { labelKeyErrors } from './labels'
import { regexError } from './names'
import { missing, named, NONE, oneOf, repeated, required, seenBefore, tooLong, wrong, type Errors, type Path } from './rules'

export interface Condition extends JsonObject {
  readonly type?: string
  readonly status?: string
  readonly observedGeneration?: number | bigint
  readonly lastTransitionTime?: string | null
  readonly reason?: string
  readonly message?: string
}

const STATUSES = ['False', 'True', 'Unknown']
const LONGEST_REASON = 1024
const LONGEST_MESSAGE = 32 * 1024
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const REASON_TEXT =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
const reasonPattern = new RegExp(`^${REASON}$`)

export function validateConditions(conditions: readonly Condition[] = [], at: Path): Errors {
  const again = seenBefore<string | undefined>()
  return conditions.flatMap((condition, i) => [
    ...(again(condition.type) ? repeated(at.index(i), condition.type ?? '') : NONE),
    ...validateCondition(condition, at.index(i)),
  ])
}

function validateCondition(
  { type, status, observedGeneration = 0, lastTransitionTime, reason, message = '' }: Condition,
  at: Path,
): Errors {
  return [
    ...(type ? named(type, at.child('type'), labelKeyErrors) : missing(at.child('type'), 'is required')),
    ...(status ? oneOf(status, STATUSES, at.child('status')) : missing(at.child('status'))),
    ...(observedGeneration < 0 ? wrong(at.child('observedGeneration'), observedGeneration, 'must be greater than or equal to zero') : NONE),
    ...required(lastTransitionTime, at.child('lastTransitionTime')),
    ...(reason ? validateReason(reason, at.child('reason')) : missing(at.child('reason'))),
    ...(message.length > LONGEST_MESSAGE ? tooLong(at.child('message'), LONGEST_MESSAGE) : NONE),
  ]
}

function validateReason(reason: string, at: Path): Errors {
  const examples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB']
  return [
    ...(reasonPattern.test(reason) ? NONE : wrong(at, reason, regexError(REASON_TEXT, REASON, examples))),
    ...(reason.length > LONGEST_REASON ? tooLong(at, LONGEST_REASON) : NONE),
  ]
}
