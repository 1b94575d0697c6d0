// ResourceQuota counts what a namespace may hold; asked last, so that only what would really be stored is counted.
// Leaves out: storage, scopes, and the status that upstream's own client writes (the count here is read from the cache).
// Upstream: apiserver pkg/admission/plugin/resourcequota

import type { Container, Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../../api/quantity'
import type { ServerState } from '../serverState'
import { keyOf } from '../serverState'
import { isPod, refuse, type Attributes, type Plugin } from './plugin'

interface Quota extends ApiObject {
  readonly spec: { readonly hard?: Readonly<Record<string, string>>; readonly scopes?: readonly string[] }
}
type Usage = Readonly<Record<string, Quantity>>

const ONE = parseQuantity('1')!
const COMPUTE = /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/

export const resourceQuota: Plugin = {
  name: 'ResourceQuota',
  validate(a, server) {
    if (a.operation !== 'CREATE' || a.namespace === '' || a.subresource !== '' || !a.object || !server.caches.has('resourcequotas'))
      return null
    for (const quota of server.cache('resourcequotas').list(`/registry/resourcequotas/${a.namespace}/`) as Quota[]) {
      const refusal = check(quota, a, a.object, server)
      if (refusal) return refuse(a, refusal)
    }
    return null
  },
}

function check(quota: Quota, a: Attributes, object: ApiObject, server: ServerState): string | null {
  const hard = quota.spec.hard ?? {}
  const wanted = usageOf(a, object)
  const named = Object.keys(hard).filter((r) => wanted[r] !== undefined)
  if (isPod(a)) {
    const unset = Object.keys(hard)
      .filter((r) => COMPUTE.test(r))
      .sort()
    const lacking = unset.map((r) => [r, lacks(object as Pod, r)] as const).filter(([, names]) => names.length > 0)
    if (lacking.length > 0)
      return `failed quota: ${quota.metadata.name}: must specify ${lacking.map(([r, names]) => `${r} for: ${names.join(',')}`).join('; ')}`
  }
  if (named.length === 0) return null
  const used = usedIn(a, server)
  const over = named.filter((r) => compareQuantity(addQuantity(used[r] ?? ZERO, wanted[r]!), parseQuantity(hard[r]!)!) > 0).sort()
  if (over.length === 0) return null
  const show = (of: (r: string) => string) => over.map((r) => `${r}=${of(r)}`).join(',')
  return `exceeded quota: ${quota.metadata.name}, requested: ${show((r) => formatQuantity(wanted[r]!))}, used: ${show((r) => formatQuantity(used[r] ?? ZERO))}, limited: ${show((r) => hard[r]!)}`
}

const ZERO = parseQuantity('0')!

function usedIn(a: Attributes, server: ServerState): Usage {
  const out: Record<string, Quantity> = {}
  for (const object of server.cacheOf(a.kind).list(keyOf(a.kind, a.namespace, ''))) {
    if (isPod(a) && /^(Succeeded|Failed)$/.test((object as Pod).status.phase ?? '')) continue
    for (const [name, q] of Object.entries(usageOf(a, object))) out[name] = out[name] ? addQuantity(out[name], q) : q
  }
  return out
}

function usageOf(a: Attributes, object: ApiObject): Usage {
  const { kind } = a
  const out: Record<string, Quantity> = { [`count/${kind.resource}${kind.group ? `.${kind.group}` : ''}`]: ONE }
  if (kind.group === '') out[kind.resource] = ONE
  if (isPod(a))
    for (const which of ['requests', 'limits'] as const)
      for (const [name, q] of Object.entries(totals(object as Pod, which))) {
        out[`${which}.${name}`] = q
        if (which === 'requests') out[name] = q
      }
  return out
}

/** The sum over containers, or the greatest init container where that is more. */
function totals({ spec }: Pod, which: 'requests' | 'limits'): Record<string, Quantity> {
  const out: Record<string, Quantity> = {}
  const each = (c: Container, join: (have: Quantity | undefined, q: Quantity) => Quantity) => {
    for (const [name, text] of Object.entries(c.resources?.[which] ?? {})) out[name] = join(out[name], parseQuantity(text)!)
  }
  for (const c of spec.containers) each(c, (have, q) => (have ? addQuantity(have, q) : q))
  for (const c of spec.initContainers ?? []) each(c, (have, q) => (have && compareQuantity(have, q) > 0 ? have : q))
  return out
}

function lacks({ spec }: Pod, resource: string): string[] {
  const [which, name] = resource.startsWith('limits.')
    ? (['limits', resource.slice(7)] as const)
    : (['requests', resource.replace('requests.', '')] as const)
  return [...spec.containers, ...(spec.initContainers ?? [])]
    .filter((c) => c.resources?.[which]?.[name] === undefined)
    .map((c) => c.name)
    .sort()
}
