// A LimitRange's bounds have to agree with each other. Leaves out: ratios, resource names.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateLimitRange)

import type { ApiObject, JsonObject } from '../../object'
import { compareQuantity, formatQuantity, parseQuantity } from '../../quantity'
import { NONE, notAllowed, Path, repeated, wrong, type Errors } from '../../validation/rules'

type Amounts = Readonly<Record<string, string>>
export interface Limit extends JsonObject {
  readonly type: string
  readonly min?: Amounts
  readonly max?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
}

const TYPES = new Set(['Pod', 'Container', 'PersistentVolumeClaim'])

export function validateLimitRange(object: ApiObject): Errors {
  const { limits = [] } = (object.spec ?? {}) as { limits?: readonly Limit[] }
  const at = Path.root('spec').child('limits')
  const seen = new Set<string>()
  return limits.flatMap((limit, i): Errors => {
    const place = at.index(i)
    const again = seen.has(limit.type)
    seen.add(limit.type)
    return [
      ...(TYPES.has(limit.type) || limit.type.includes('/')
        ? NONE
        : wrong(place.child('type'), limit.type, 'must be a standard limit type or fully qualified')),
      ...(again ? repeated(place.child('type'), limit.type) : NONE),
      ...(limit.type === 'Pod'
        ? (['default', 'defaultRequest'] as const).flatMap((f) =>
            limit[f] ? notAllowed(place.child(f), "may not be specified when `type` is 'Pod'") : NONE,
          )
        : NONE),
      ...resources(limit).flatMap((name) => validateBounds(limit, name, place)),
    ]
  })
}

const resources = ({ min, max, default: usual, defaultRequest }: Limit) =>
  [...new Set([min, max, usual, defaultRequest].flatMap((list) => Object.keys(list ?? {})))].sort()

/** Upstream names the default's field but prints the request it was compared with, so the value is given apart from the words. */
function validateBounds(limit: Limit, name: string, at: Path): Errors {
  const { min, max, default: usual, defaultRequest } = limit
  const [low, high, given, asked] = [min?.[name], max?.[name], usual?.[name], defaultRequest?.[name]]
  return [
    ...above(low, high, at.child('min').key(name), low, 'min', 'max'),
    ...above(low, asked, at.child('defaultRequest').key(name), asked, 'min', 'default request'),
    ...above(low, given, at.child('default').key(name), low, 'min', 'default'),
    ...above(asked, high, at.child('defaultRequest').key(name), asked, 'default request', 'max'),
    ...above(asked, given, at.child('defaultRequest').key(name), asked, 'default request', 'default limit'),
    ...above(given, high, at.child('default').key(name), high, 'default', 'max'),
  ]
}

function above(a: string | undefined, b: string | undefined, at: Path, shown: string | undefined, first: string, second: string): Errors {
  const [x, y] = [parseQuantity(a ?? ''), parseQuantity(b ?? '')]
  return x && y && compareQuantity(x, y) > 0
    ? wrong(at, shown, `${first} value ${formatQuantity(x)} is greater than ${second} value ${formatQuantity(y)}`)
    : NONE
}
