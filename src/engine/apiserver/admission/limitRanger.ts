// LimitRange: default requests and limits for containers, then the bounds.
// Leaves out: PersistentVolumeClaims.
// Upstream: kubernetes plugin/pkg/admission/limitranger/admission.go

import type { Container, Pod } from '../../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../../api/object'
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../../api/quantity'
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
  readonly spec: { readonly limits: readonly LimitItem[] }
}

const rangesOf = (server: Parameters<NonNullable<Plugin['validate']>>[1], namespace: string) =>
  server.cache('limitranges').list(`/registry/limitranges/${namespace}/`) as LimitRange[]

export const limitRanger: Plugin = {
  name: 'LimitRanger',
  admit(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE') return a.object
    return rangesOf(server, a.namespace).reduce<Pod>((pod, range) => withDefaults(pod, range), a.object as Pod)
  },
  validate(a, server) {
    if (!isPod(a) || a.operation === 'DELETE' || !a.object) return null
    const errors = rangesOf(server, a.namespace).flatMap((range) => range.spec.limits.flatMap((item) => violations(a.object as Pod, item)))
    if (errors.length === 0) return null
    return refuse(a, errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)
  },
}

function withDefaults(pod: Pod, range: LimitRange): Pod {
  const item = range.spec.limits.filter((l) => l.type === 'Container')
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

function violations({ spec }: Pod, item: LimitItem): string[] {
  if (item.type === 'Container') return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((c) => bounds(c.resources ?? {}, item))
  if (item.type !== 'Pod') return []
  const total = (which: 'limits' | 'requests'): Resources => {
    const out: Record<string, Quantity> = {}
    for (const c of spec.containers)
      for (const [name, text] of Object.entries(c.resources?.[which] ?? {})) {
        const q = parseQuantity(text)
        if (q) out[name] = out[name] ? addQuantity(out[name], q) : q
      }
    return Object.fromEntries(Object.entries(out).map(([name, q]) => [name, formatQuantity(q)]))
  }
  return bounds({ limits: total('limits'), requests: total('requests') }, item)
}

function bounds({ limits = {}, requests = {} }: Use, { type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitItem): string[] {
  const less = (a: string, b: string) => compareQuantity(parseQuantity(a)!, parseQuantity(b)!) < 0
  const out: string[] = []
  for (const [name, bound] of Object.entries(min)) {
    const head = `minimum ${name} usage per ${type} is ${bound}`
    if (requests[name] === undefined) out.push(`${head}.  No request is specified`)
    else if (less(requests[name], bound)) out.push(`${head}, but request is ${requests[name]}`)
    else if (limits[name] !== undefined && less(limits[name], bound)) out.push(`${head}, but limit is ${limits[name]}`)
  }
  for (const [name, bound] of Object.entries(max)) {
    const head = `maximum ${name} usage per ${type} is ${bound}`
    if (limits[name] === undefined) out.push(`${head}.  No limit is specified`)
    else if (less(bound, limits[name])) out.push(`${head}, but limit is ${limits[name]}`)
    else if (requests[name] !== undefined && less(bound, requests[name])) out.push(`${head}, but request is ${requests[name]}`)
  }
  for (const [name, bound] of Object.entries(maxLimitRequestRatio)) {
    const [l, r] = [limits[name], requests[name]]
    const head = `${name} max limit to request ratio per ${type} is ${bound}`
    if (l === undefined || r === undefined)
      out.push(`${head}, but no ${l === undefined ? 'limit' : 'request'} is specified or ${l === undefined ? 'limit' : 'request'} is 0`)
    else {
      const ratio = Number(parseQuantity(l)!.nano) / Number(parseQuantity(r)!.nano)
      if (ratio > Number(parseQuantity(bound)!.nano) / 1e9) out.push(`${head}, but provided ratio is ${ratio.toFixed(6)}`)
    }
  }
  return out
}
