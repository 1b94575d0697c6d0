// Requests and limits of containers: what they must be, and the quality of service that follows from them.
// Upstream: kubernetes pkg/apis/core/validation (ValidateContainerResourceRequirements), pkg/apis/core/helper/qos

import { compareQuantity, formatQuantity, parseQuantity } from '../../scalars/quantity'
import { missing, NONE, notAllowed, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import { HUGE_PAGES, isHugePage, isOvercommitAllowed, validateContainerResourceName } from '../../validation/resourceNames'
import type { Pod, Resources } from './types'

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage'])

/** `validateName`: which resources there are for whom. */
export function validateResources(resources: Resources, at: Path, validateName = validateContainerResourceName): Errors {
  const { limits = {}, requests = {} } = resources
  const all = new Set([...Object.keys(limits), ...Object.keys(requests)])
  const huge = [...all].some(isHugePage)
  return [
    ...Object.entries(limits).flatMap(([name, q]) => validateQuantity(name, q, at.child('limits'), validateName)),
    ...Object.entries(requests).flatMap(([name, q]) => [
      ...validateQuantity(name, q, at.child('requests'), validateName),
      ...(limits[name] === undefined && !isOvercommitAllowed(name)
        ? missing(at.child('limits'), 'Limit must be set for non overcommitable resources')
        : againstLimit(name, q, limits[name], at.child('requests'))),
    ]),
    ...(huge && !all.has('cpu') && !all.has('memory') ? notAllowed(at, 'HugePages require cpu or memory') : NONE),
  ]
}

function validateQuantity(name: string, text: string, at: Path, validateName: Validate<string>): Errors {
  const quantity = parseQuantity(text)
  const place = at.key(name)
  return [
    ...validateName(name, place),
    ...(quantity && quantity.nano < 0n ? wrong(place, text, 'must be greater than or equal to 0') : NONE),
    ...(quantity && !STANDARD.has(name) && quantity.nano % 1_000_000_000n !== 0n ? wrong(place, text, 'must be an integer') : NONE),
    ...(quantity && isPartOfPage(name, quantity.nano) ? wrong(place, text, `${text} is not positive integer multiple of ${name}`) : NONE),
  ]
}

function isPartOfPage(name: string, nano: bigint): boolean {
  if (!isHugePage(name)) return false
  const page = parseQuantity(name.slice(HUGE_PAGES.length))
  return page === null || page.nano <= 0n || nano < 0n || nano % page.nano !== 0n
}

function againstLimit(name: string, request: string, limit: string | undefined, at: Path): Errors {
  const [asked, most] = [parseQuantity(request), limit === undefined ? null : parseQuantity(limit)]
  if (!asked || !most) return NONE
  const order = compareQuantity(asked, most)
  if (!isOvercommitAllowed(name) && order !== 0) return wrong(at, request, `must be equal to ${name} limit of ${formatQuantity(most)}`)
  return order > 0 ? wrong(at, request, `must be less than or equal to ${name} limit of ${formatQuantity(most)}`) : NONE
}

export function qosClass({ spec }: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const { resources: whole } = spec
  const containers =
    whole?.requests || whole?.limits ? [{ resources: whole }] : [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
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
