// Requests and limits of containers: what they must be, and the quality of service that follows from them.
// Upstream: kubernetes pkg/apis/core/validation (ValidateContainerResourceRequirements), pkg/apis/core/helper/qos

import { compareQuantity, formatQuantity, parseQuantity } from '../../quantity'
import { missing, NONE, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import { labelKeyErrors } from '../../validation/labels'
import type { Container, Pod } from './types'

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage'])
const NATIVE = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/

export const validateResources: Validate<NonNullable<Container['resources']>> = (resources, at) => {
  const { limits = {}, requests = {} } = resources
  return [
    ...Object.entries(limits).flatMap(([name, q]) => validateQuantity(name, q, at.child('limits'))),
    ...Object.entries(requests).flatMap(([name, q]) => [
      ...validateQuantity(name, q, at.child('requests')),
      ...againstLimit(name, q, limits[name], at.child('requests')),
    ]),
    ...Object.keys(requests).flatMap((name) =>
      !STANDARD.has(name) && name.includes('/') && limits[name] === undefined
        ? missing(at.child('limits'), 'Limit must be set for non overcommitable resources')
        : NONE,
    ),
  ]
}

function validateQuantity(name: string, text: string, at: Path): Errors {
  const quantity = parseQuantity(text)
  const bad = !NATIVE.test(name) && (name.includes('/') ? labelKeyErrors(name)[0] : 'must be a standard resource for containers')
  return [
    ...(bad ? wrong(at.key(name), name, name.includes('/') ? bad : 'must be a standard resource type or fully qualified') : NONE),
    ...(bad && !name.includes('/') ? wrong(at.key(name), name, 'must be a standard resource for containers') : NONE),
    ...(quantity && quantity.nano < 0n ? wrong(at.key(name), text, 'must be greater than or equal to 0') : NONE),
    ...(quantity && !STANDARD.has(name) && quantity.nano % 1_000_000_000n !== 0n ? wrong(at.key(name), text, 'must be an integer') : NONE),
  ]
}

function againstLimit(name: string, request: string, limit: string | undefined, at: Path): Errors {
  const [asked, most] = [parseQuantity(request), limit === undefined ? null : parseQuantity(limit)]
  if (!asked || !most) return NONE
  const order = compareQuantity(asked, most)
  if (!STANDARD.has(name) && order !== 0) return wrong(at, request, `must be equal to ${name} limit of ${formatQuantity(most)}`)
  return order > 0 ? wrong(at, request, `must be less than or equal to ${name} limit of ${formatQuantity(most)}`) : NONE
}

export function qosClass({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  let any = false
  let guaranteed = true
  for (const { resources } of containers) {
    for (const name of ['cpu', 'memory']) {
      const request = nonZero(resources?.requests?.[name])
      const limit = nonZero(resources?.limits?.[name])
      if (request || limit) any = true
      if (!limit || (request && compareQuantity(request, limit) !== 0)) guaranteed = false
    }
  }
  return !any ? 'BestEffort' : guaranteed ? 'Guaranteed' : 'Burstable'
}

function nonZero(text: string | undefined) {
  const quantity = text === undefined ? null : parseQuantity(text)
  return quantity && quantity.nano !== 0n ? quantity : null
}
