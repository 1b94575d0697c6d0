// What a ResourceClaim asks for, by itself or in a template: what it gets that its author left out, and what it must be.
// Leaves out: attributes that are derived, capacity.
// Upstream: kubernetes pkg/apis/resource/v1/defaults.go, pkg/apis/resource/validation/validation.go

import type { JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import {
  each,
  missing,
  named,
  NONE,
  unsupported,
  wrong,
  wrongAltogether,
  type Errors,
  type Path,
  type Validate,
} from '../../validation/rules'
import { validateConfigurations, validateConstraints, type Configuration, type Constraint } from './constraints'
import { setOf } from './lists'
import { validateSelectors, type Selector } from './selectors'

interface Asked extends JsonObject {
  readonly name?: string
  readonly deviceClassName?: string
  readonly allocationMode?: string
  readonly count?: number
  readonly selectors?: readonly Selector[]
  readonly tolerations?: readonly Toleration[]
}
interface Toleration extends JsonObject {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}
interface DeviceRequest extends JsonObject {
  readonly name?: string
  readonly exactly?: Asked
  readonly firstAvailable?: readonly Asked[]
}
export interface ClaimSpec extends JsonObject {
  readonly devices?: {
    readonly requests?: readonly DeviceRequest[] | null
    readonly constraints?: readonly Constraint[]
    readonly config?: readonly Configuration[]
  } & JsonObject
}

const EXACT = 'ExactCount'
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required'

const defaultAsked = (asked: Asked): Asked => {
  const { allocationMode = EXACT, tolerations } = asked
  return {
    ...asked,
    allocationMode,
    ...(allocationMode === EXACT ? { count: asked.count || 1 } : {}),
    ...(tolerations ? { tolerations: tolerations.map((t) => (t.operator ? t : { ...t, operator: 'Equal' })) } : {}),
  }
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

export const validateClaimSpec: Validate<ClaimSpec> = ({ devices = {} }, at) => {
  const place = at.child('devices')
  const requests = devices.requests ?? []
  const names = new Set(
    requests.flatMap(({ name = '', firstAvailable = [] }) => [name, ...firstAvailable.map((asked) => `${name}/${asked.name ?? ''}`)]),
  )
  return [
    ...setOf(MOST_REQUESTS, requests, place.child('requests'), validateRequest, nameOf),
    ...validateConstraints(devices.constraints, place.child('constraints'), names),
    ...validateConfigurations(devices.config, place.child('config'), names),
  ]
}

const MOST_REQUESTS = 32
const MOST_ALTERNATIVES = 8
const nameOf = ({ name = '' }: { readonly name?: string }) => name

const validateRequest: Validate<DeviceRequest> = ({ name = '', exactly, firstAvailable = [] }, at) => [
  ...requestName(name, at.child('name')),
  ...(exactly && firstAvailable.length > 0
    ? wrongAltogether(at, `${ONE_OF}, but multiple fields are set`)
    : exactly
      ? validateAsked(exactly, at.child('exactly'))
      : firstAvailable.length > 0
        ? setOf(
            MOST_ALTERNATIVES,
            firstAvailable,
            at.child('firstAvailable'),
            (asked, place) => [...requestName(asked.name ?? '', place.child('name')), ...validateAsked(asked, place)],
            nameOf,
          )
        : missing(at, ONE_OF)),
]

const requestName = (name: string, at: Path): Errors => (name === '' ? missing(at) : named(name, at, dnsLabelErrors))

function validateAsked({ deviceClassName = '', allocationMode = '', count = 0, selectors, tolerations }: Asked, at: Path): Errors {
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
    ...each(tolerations, at.child('tolerations'), validateToleration),
  ]
}

const EFFECTS = ['NoExecute', 'NoSchedule', 'None']

const validateToleration: Validate<Toleration> = ({ key = '', operator = '', value = '', effect = '' }, at) => [
  ...(key === '' ? NONE : named(key, at.child('key'), labelKeyErrors)),
  ...(operator === 'Exists'
    ? value === ''
      ? NONE
      : wrong(at.child('value'), value, 'must be empty for operator `Exists`')
    : operator === 'Equal'
      ? named(value, at.child('value'), labelValueErrors)
      : unsupported(at.child('operator'), operator, ['Equal', 'Exists'])),
  ...(effect === '' || EFFECTS.includes(effect) ? NONE : unsupported(at.child('effect'), effect, EFFECTS)),
]
