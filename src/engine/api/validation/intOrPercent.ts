// Numbers that may be given as a percentage: `maxUnavailable: 25%`.
// Upstream: apimachinery pkg/util/intstr, kubernetes pkg/apis/apps/validation/validation.go

import { nonNegative, NONE, wrong, type Errors, type Path } from './rules'

export type IntOrPercent = number | string

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

export function validateIntOrPercent(value: IntOrPercent | undefined, at: Path): Errors {
  if (typeof value === 'string') return /^[0-9]+%$/.test(value) ? NONE : wrong(at, value, PERCENT)
  return nonNegative(value, at)
}

export function notOver100Percent(value: IntOrPercent | undefined, at: Path): Errors {
  return percentOf(value) > 100 ? wrong(at, value, 'must not be greater than 100%') : NONE
}

/** The number before the `%`, or the number; 0 for what is neither. */
export function amountOf(value: IntOrPercent | undefined): number {
  return typeof value === 'string' ? percentOf(value) : (value ?? 0)
}

function percentOf(value: IntOrPercent | undefined): number {
  return typeof value === 'string' && /^[0-9]+%$/.test(value) ? parseInt(value, 10) : 0
}
