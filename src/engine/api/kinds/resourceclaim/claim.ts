// What a ResourceClaim asks for, by itself or in a template: what it gets that its author left out, and what it must be.
// Leaves out: what a selector says in CEL, constraints, configuration.
// Upstream: kubernetes pkg/apis/resource/v1/defaults.go, pkg/apis/resource/validation/validation.go

import type { JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  required,
  unsupported,
  wrong,
  wrongAltogether,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'

interface Asked extends JsonObject {
  readonly name?: string
  readonly deviceClassName?: string
  readonly allocationMode?: string
  readonly count?: number
  readonly selectors?: readonly Selector[]
}
interface Selector extends JsonObject {
  readonly cel?: { readonly expression?: string }
}
interface DeviceRequest extends JsonObject {
  readonly name?: string
  readonly exactly?: Asked
  readonly firstAvailable?: readonly Asked[]
}
export interface ClaimSpec extends JsonObject {
  readonly devices?: { readonly requests?: readonly DeviceRequest[] | null } & JsonObject
}

const EXACT = 'ExactCount'
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required'

const defaultAsked = (asked: Asked): Asked => {
  const allocationMode = asked.allocationMode || EXACT
  return { ...asked, allocationMode, ...(allocationMode === EXACT ? { count: asked.count || 1 } : {}) }
}

export function defaultClaimSpec(spec: ClaimSpec): ClaimSpec {
  const { requests } = spec.devices ?? {}
  if (!requests?.length) return spec
  return {
    ...spec,
    devices: {
      ...spec.devices,
      requests: requests.map(({ exactly, firstAvailable, ...request }) => ({
        ...request,
        ...(exactly ? { exactly: defaultAsked(exactly) } : {}),
        ...(firstAvailable ? { firstAvailable: firstAvailable.map(defaultAsked) } : {}),
      })),
    },
  }
}

export const validateClaimSpec: Validate<ClaimSpec> = ({ devices }, at) =>
  each(devices?.requests ?? [], at.child('devices', 'requests'), validateRequest)

const validateRequest: Validate<DeviceRequest> = ({ name = '', exactly, firstAvailable = [] }, at) => [
  ...requestName(name, at.child('name')),
  ...(exactly && firstAvailable.length > 0
    ? wrongAltogether(at, `${ONE_OF}, but multiple fields are set`)
    : exactly
      ? validateAsked(exactly, at.child('exactly'))
      : firstAvailable.length > 0
        ? each(firstAvailable, at.child('firstAvailable'), (asked, place) => [
            ...requestName(asked.name ?? '', place.child('name')),
            ...validateAsked(asked, place),
          ])
        : missing(at, ONE_OF)),
]

const requestName = (name: string, at: Path): Errors => (name === '' ? missing(at) : named(name, at, dnsLabelErrors))

/** Each is an expression. */
export const validateSelectors = (selectors: readonly Selector[] | undefined, at: Path): Errors =>
  each(selectors, at, ({ cel }, place) => (cel ? required(cel.expression, place.child('cel', 'expression')) : missing(place.child('cel'))))

function validateAsked({ deviceClassName = '', allocationMode = '', count = 0, selectors }: Asked, at: Path): Errors {
  const [deviceClass, counted] = [at.child('deviceClassName'), at.child('count')]
  return [
    ...(deviceClassName === '' ? missing(deviceClass) : named(deviceClassName, deviceClass, dnsSubdomainErrors)),
    ...validateSelectors(selectors, at.child('selectors')),
    ...(allocationMode === 'All'
      ? count === 0
        ? NONE
        : wrong(counted, count, "must not be specified when allocationMode is 'All'")
      : allocationMode === EXACT
        ? count > 0
          ? NONE
          : wrong(counted, count, 'must be greater than zero')
        : unsupported(at.child('allocationMode'), allocationMode, ['All', EXACT])),
  ]
}
