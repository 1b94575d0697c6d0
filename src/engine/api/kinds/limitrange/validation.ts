// A LimitRange's bounds have to agree with each other.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateLimitRange)

import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities, compareQuantity, formatQuantity, parseQuantity } from '../../scalars/quantity'
import { labelKeyErrors } from '../../validation/labels'
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from '../../validation/resourceNames'
import { missing, named, NONE, notAllowed, Path, repeated, seenBefore, wrong, type Errors } from '../../validation/rules'

type Amounts = Readonly<Record<string, string>>
export interface Limit extends JsonObject {
  readonly type: string
  readonly min?: Amounts
  readonly max?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}

const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])

export function validateLimitRange(object: ApiObject): Errors {
  const { limits } = (object.spec ?? {}) as { limits?: readonly Limit[] | null }
  const at = Path.root('spec').child('limits')
  const again = seenBefore()
  return (limits ?? []).flatMap((limit, i): Errors => {
    const place = at.index(i)
    return [
      ...validateType(limit.type, place.child('type')),
      ...(again(limit.type) ? repeated(place.child('type'), limit.type) : NONE),
      ...names(limit, ['max', 'min'], place),
      ...(limit.type === 'Pod'
        ? (['default', 'defaultRequest'] as const).flatMap((f) =>
            limit[f] ? notAllowed(place.child(f), "may not be specified when `type` is 'Pod'") : NONE,
          )
        : names(limit, ['default', 'defaultRequest'], place)),
      ...(limit.type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined
        ? missing(place.child('limits'), 'either minimum or maximum storage value is required, but neither was provided')
        : NONE),
      ...names(limit, ['maxLimitRequestRatio'], place),
      ...resources(limit).flatMap((name) => validateBounds(limit, name, place)),
    ]
  })
}

function validateType(type: string, at: Path): Errors {
  const bad = named(type, at, labelKeyErrors)
  return bad.length > 0 || TYPES.has(type) || type.includes('/') ? bad : wrong(at, type, 'must be a standard limit type or fully qualified')
}

const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

function names(limit: Limit, lists: readonly (typeof LISTS)[number][], at: Path): Errors {
  const rule = limit.type === 'Pod' || limit.type === 'Container' ? validateContainerResourceName : validateResourceName
  return lists.flatMap((list) =>
    Object.keys(limit[list] ?? {})
      .sort()
      .flatMap((name) => rule(name, at.child(list).key(name))),
  )
}

const resources = (limit: Limit) => [...new Set(LISTS.flatMap((list) => Object.keys(limit[list] ?? {})))].sort()

/** Upstream names the default's field but prints the request it was compared with, so the value is given apart from the words. */
function validateBounds(limit: Limit, name: string, at: Path): Errors {
  const { min, max, default: usual, defaultRequest } = limit
  const [low, high, given, asked] = [min?.[name], max?.[name], usual?.[name], defaultRequest?.[name]]
  return [
    ...above(low, high, at.child('min').key(name), low, 'min', 'max'),
    ...above(low, asked, at.child('defaultRequest').key(name), asked, 'min', 'default request'),
    ...above(asked, high, at.child('defaultRequest').key(name), asked, 'default request', 'max'),
    ...above(asked, given, at.child('defaultRequest').key(name), asked, 'default request', 'default limit'),
    ...above(low, given, at.child('default').key(name), low, 'min', 'default'),
    ...above(given, high, at.child('default').key(name), high, 'default', 'max'),
    ...ratio(limit.maxLimitRequestRatio?.[name], low, high, at.child('maxLimitRequestRatio').key(name)),
    ...(!isOvercommitAllowed(name) && given !== undefined && asked !== undefined && compareQuantities(given, asked) !== 0
      ? wrong(at.child('defaultRequest').key(name), asked, `default value ${given} must equal to defaultRequest value ${asked} in ${name}`)
      : NONE),
  ]
}

function ratio(text: string | undefined, low: string | undefined, high: string | undefined, at: Path): Errors {
  const quantity = text === undefined ? null : parseQuantity(text)
  if (!quantity) return NONE
  const [least, most] = [parseQuantity(low ?? ''), parseQuantity(high ?? '')]
  const limit = least && most ? Number(most.nano) / Number(least.nano) : Infinity
  return [
    ...(compareQuantities(text!, '1') < 0 ? wrong(at, text, `ratio ${text} is less than 1`) : NONE),
    ...(Number(quantity.nano) / 1e9 > limit ? wrong(at, text, `ratio ${text} is greater than max/min = ${limit.toFixed(6)}`) : NONE),
  ]
}

function above(a: string | undefined, b: string | undefined, at: Path, shown: string | undefined, first: string, second: string): Errors {
  const [x, y] = [parseQuantity(a ?? ''), parseQuantity(b ?? '')]
  return x && y && compareQuantity(x, y) > 0
    ? wrong(at, shown, `${first} value ${formatQuantity(x)} is greater than ${second} value ${formatQuantity(y)}`)
    : NONE
}
