// LimitRange: default requests and limits for containers, then the bounds, for claims too. What runs already is not looked at again.
// Upstream: kubernetes plugin/pkg/admission/limitranger/admission.go

import { aggregated } from '../../api/errors/aggregated'
import type { Container, Pod } from '../../api/kinds/pod/types'
import { podTotals } from '../../api/kinds/pod/totals'
import type { ApiObject, JsonObject } from '../../api/object'
import { without } from '../../base/without'
import { compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../../api/scalars/quantity'
import { isPod, refuse, type Plugin } from './plugin'

type Resources = Readonly<Record<string, string>>
interface LimitItem extends JsonObject {
  readonly type: string
  readonly max?: Resources
  readonly min?: Resources
  readonly default?: Resources
  readonly defaultRequest?: Resources
  readonly maxLimitRequestRatio?: Resources
}
interface LimitRange extends ApiObject {
  readonly spec: { readonly limits: readonly LimitItem[] | null }
}

const rangesOf = (server: Parameters<NonNullable<Plugin['validate']>>[1], namespace: string) =>
  server.cache('limitranges').list(`/registry/limitranges/${namespace}/`) as LimitRange[]

/** One without limits is stored with null. */
const itemsOf = ({ spec }: LimitRange) => spec.limits ?? []

export const limitRanger: Plugin = {
  name: 'LimitRanger',
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    return rangesOf(server, a.namespace).reduce<Pod>((pod, range) => withDefaults(pod, range), a.object as Pod)
  },
  validate(a, server) {
    const { object, kind, subresource, operation } = a
    if (!object || subresource !== '' || kind.group !== '') return null
    const check = isPod(a) && operation === 'CREATE' ? podViolations : kind.resource === 'persistentvolumeclaims' ? claimViolations : null
    if (!check) return null
    for (const range of rangesOf(server, a.namespace)) {
      const broken = itemsOf(range).flatMap((item) => check(object, item).map((problem) => ({ item, problem })))
      const errors = [...new Set(broken.map((b) => b.problem))]
      if (errors.length === 0) continue
      const limitRange = range.metadata.name ?? ''
      const facts = broken.map(({ item, problem }) => ({
        limitRange,
        limitType: item.type,
        problem,
        limit: JSON.stringify(without(item, 'type')),
      }))
      return refuse(a, aggregated(errors), facts)
    }
    return null
  },
}

function withDefaults(pod: Pod, range: LimitRange): Pod {
  const item = itemsOf(range).filter((l) => l.type === 'Container')
  const limits: Resources = Object.assign({}, ...item.map((l) => l.default ?? {}))
  const requests: Resources = Object.assign({}, ...item.map((l) => l.defaultRequest ?? {}))
  const said: string[] = []
  const fill = (c: Container, what: string): Container => {
    const have = c.resources ?? {}
    const newLimits = Object.keys(limits)
      .filter((r) => have.limits?.[r] === undefined)
      .sort()
    const newRequests = Object.keys(requests)
      .filter((r) => have.requests?.[r] === undefined)
      .sort()
    if (newRequests.length > 0) said.push(`${newRequests.join(', ')} request for ${what} ${c.name}`)
    if (newLimits.length > 0) said.push(`${newLimits.join(', ')} limit for ${what} ${c.name}`)
    if (newLimits.length + newRequests.length === 0) return c
    const pick = (names: readonly string[], from: Resources) => Object.fromEntries(names.map((n) => [n, from[n]!]))
    return {
      ...c,
      resources: {
        ...have,
        ...(have.limits || newLimits.length > 0 ? { limits: { ...have.limits, ...pick(newLimits, limits) } } : {}),
        ...(have.requests || newRequests.length > 0 ? { requests: { ...have.requests, ...pick(newRequests, requests) } } : {}),
      },
    }
  }
  const containers = pod.spec.containers.map((c) => fill(c, 'container'))
  const initContainers = pod.spec.initContainers?.map((c) => fill(c, 'init container'))
  if (said.length === 0) return pod
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: { ...pod.metadata.annotations, 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${said.join('; ')}` },
    },
    spec: { ...pod.spec, containers, ...(initContainers ? { initContainers } : {}) },
  }
}

interface Use {
  readonly limits?: Resources
  readonly requests?: Resources
}

function podViolations(object: ApiObject, item: LimitItem): string[] {
  const { spec } = object as Pod
  if (item.type === 'Container') return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((c) => bounds(c.resources ?? {}, item))
  if (item.type !== 'Pod') return []
  const total = (which: 'limits' | 'requests') => mapped(podTotals(spec, which), formatQuantity)
  return bounds({ limits: total('limits'), requests: total('requests') }, item)
}

function claimViolations({ spec }: ApiObject, { type, min, max = {} }: LimitItem): string[] {
  if (type !== 'PersistentVolumeClaim') return []
  const { requests = {} } = ((spec ?? {}) as { resources?: Use }).resources ?? {}
  const tooMuch = sorted(max).flatMap(([name, bound]) => {
    const head = `maximum ${name} usage per ${type} is ${bound}`
    if (requests[name] === undefined) return [`${head}.  No request is specified`]
    return less(bound, requests[name]) ? [`${head}, but request is ${requests[name]}`] : []
  })
  return [...bounds({ requests }, { type, min }), ...tooMuch]
}

const mapped = (totals: Readonly<Record<string, Quantity>>, text: (q: Quantity) => string): Resources =>
  Object.fromEntries(Object.entries(totals).map(([name, q]) => [name, text(q)]))

const sorted = (bounds: Resources) => Object.entries(bounds).sort(([a], [b]) => (a < b ? -1 : 1))
const less = (a: string, b: string) => compareQuantity(parseQuantity(a)!, parseQuantity(b)!) < 0
const isZero = (text: string | undefined) => text === undefined || parseQuantity(text)!.nano === 0n

function bounds({ limits = {}, requests = {} }: Use, { type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitItem): string[] {
  const out: string[] = []
  for (const [name, bound] of sorted(min)) {
    const head = `minimum ${name} usage per ${type} is ${bound}`
    if (requests[name] === undefined) out.push(`${head}.  No request is specified`)
    else if (less(requests[name], bound)) out.push(`${head}, but request is ${requests[name]}`)
    else if (limits[name] !== undefined && less(limits[name], bound)) out.push(`${head}, but limit is ${limits[name]}`)
  }
  for (const [name, bound] of sorted(max)) {
    const head = `maximum ${name} usage per ${type} is ${bound}`
    if (limits[name] === undefined) out.push(`${head}.  No limit is specified`)
    else if (less(bound, limits[name])) out.push(`${head}, but limit is ${limits[name]}`)
    else if (requests[name] !== undefined && less(bound, requests[name])) out.push(`${head}, but request is ${requests[name]}`)
  }
  for (const [name, bound] of sorted(maxLimitRequestRatio)) {
    const [l, r] = [limits[name], requests[name]]
    const head = `${name} max limit to request ratio per ${type} is ${bound}`
    if (isZero(r)) out.push(`${head}, but no request is specified or request is 0`)
    else if (isZero(l)) out.push(`${head}, but no limit is specified or limit is 0`)
    else {
      const ratio = Number(parseQuantity(l!)!.nano) / Number(parseQuantity(r!)!.nano)
      if (ratio > Number(parseQuantity(bound)!.nano) / 1e9) out.push(`${head}, but provided ratio is ${ratio.toFixed(6)}`)
    }
  }
  return out
}
