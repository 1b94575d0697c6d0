// What a Pod asks for as a whole, beside its containers: what it gets that its author left out, and what it must be.
// Upstream: kubernetes pkg/api/pod/util.go (DefaultPodLevelResources), pkg/apis/core/validation (validatePodResources)

import { compareQuantity, formatQuantity, parseQuantity } from '../../scalars/quantity'
import { isHugePage, isOvercommitAllowed, validateResourceName } from '../../validation/resourceNames'
import { NONE, notAllowed, unsupported, wrong, type Errors, type Path, type Validate } from '../../validation/rules'
import { validateClaimReferences } from './claims'
import { validateResources } from './resources'
import { podTotals, type Totals } from './totals'
import type { Pod, PodSpec } from './types'

type Texts = Readonly<Record<string, string>>

const isOfPods = (name: string) => name === 'cpu' || name === 'memory' || isHugePage(name)

const texts = (totals: Totals, wanted: (name: string) => boolean): Texts =>
  Object.fromEntries(Object.entries(totals).flatMap(([name, q]) => (wanted(name) ? [[name, formatQuantity(q)]] : [])))

const ofContainers = (spec: PodSpec, which: 'requests' | 'limits') =>
  podTotals({ ...spec, resources: undefined, overhead: undefined }, which)

/** Once it asks for something as a whole, it asks for what its containers do, and is limited where all of them are. */
export function withPodResources(pod: Pod): Pod {
  const { spec } = pod
  const { requests: asked = {}, limits: limited = {} } = spec.resources ?? {}
  if (Object.keys(asked).length + Object.keys(limited).length === 0) return pod
  const most = ofContainers(spec, 'limits')
  const limits: Record<string, string> = { ...texts(most, (name) => isHugePage(name) && asked[name] === undefined), ...limited }
  const requests: Texts = {
    ...Object.fromEntries(Object.entries(limits).filter(([name]) => isOfPods(name))),
    ...texts(ofContainers(spec, 'requests'), (name) => isOfPods(name) && isOvercommitAllowed(name)),
    ...asked,
  }
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  for (const [name, text] of Object.entries(requests)) {
    if (!isOfPods(name) || limits[name] !== undefined || containers.some((c) => c.resources?.limits?.[name] === undefined)) continue
    const [request, limit] = [parseQuantity(text), most[name]]
    if (request && limit) limits[name] = compareQuantity(request, limit) > 0 ? text : formatQuantity(limit)
  }
  const resources = {
    ...spec.resources,
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
  }
  return { ...pod, spec: { ...spec, resources } }
}

export function validatePodResources(spec: PodSpec, at: Path): Errors {
  const { resources } = spec
  if (!resources) return NONE
  if (spec.os?.name === 'windows') return notAllowed(at, 'may not be set for a windows pod')
  const { claims, requests = {}, limits = {} } = resources
  return [
    ...(claims ? notAllowed(at.child('claims'), 'claims may not be set for Resources at pod-level') : NONE),
    ...validateResources(resources, at, validateNameOfPods),
    ...validateClaimReferences(claims, spec, at.child('claims')),
    ...overrun(ofContainers(spec, 'requests'), requests, at.child('requests'), 'requests'),
    ...overrun(
      Object.fromEntries(Object.entries(ofContainers(spec, 'limits')).filter(([name]) => isHugePage(name))),
      limits,
      at.child('limits'),
      'limits',
    ),
    ...spec.containers.flatMap((c, i) =>
      Object.entries(c.resources?.limits ?? {}).flatMap(([name, text]) => {
        const [own, whole] = [parseQuantity(text), limits[name] === undefined ? null : parseQuantity(limits[name])]
        return own && whole && compareQuantity(own, whole) > 0
          ? wrong(
              at.child('containers').index(i).key(name).child('limits'),
              formatQuantity(own),
              `must be less than or equal to pod limits of ${formatQuantity(whole)}`,
            )
          : NONE
      }),
    ),
  ]
}

const validateNameOfPods: Validate<string> = (name, at) => {
  const errors = validateResourceName(name, at)
  return errors.length > 0 || isOfPods(name) ? errors : unsupported(at, name, ['cpu', 'hugepages-', 'memory'])
}

/** The whole must hold what the containers sum up to. */
function overrun(sum: Totals, whole: Texts, at: Path, what: 'requests' | 'limits'): Errors {
  return Object.entries(whole).flatMap(([name, text]) => {
    const quantity = parseQuantity(text)
    return quantity && sum[name] && compareQuantity(sum[name], quantity) > 0
      ? wrong(
          at.key(name),
          formatQuantity(quantity),
          `must be greater than or equal to aggregate container ${what} of ${formatQuantity(sum[name])}`,
        )
      : NONE
  })
}
