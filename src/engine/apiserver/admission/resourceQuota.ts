// ResourceQuota: what an object takes is charged to the status of every quota that counts it, before the object is stored; asked last, so
// that only what would really be stored is charged. A quota whose status its controller has not filled in yet limits nothing.
// Leaves out: the live look for quotas that the cache has not heard of; limited resources of a configuration file.
// Upstream: apiserver pkg/admission/plugin/resourcequota/controller.go (CheckRequest)

import { inScope } from '../../api/kinds/resourcequota/scopes'
import { isCountedBy, lackingIn, usageOf, type Quota, type Usage } from '../../api/kinds/resourcequota/usage'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { addQuantity, compareQuantity, formatQuantity, parseQuantity, type Quantity } from '../../api/scalars/quantity'
import { keyOf, type ServerState } from '../serverState'
import { refuse, type Attributes, type Denial } from './plugin'

const ZERO = parseQuantity('0')!
/** Of these an update can take more: a Service may become a NodePort, a claim may grow. */
const CHARGED_ON_UPDATE = new Set(['services', 'persistentvolumeclaims'])

/** The quotas as they stand once this request is charged (none where it costs nothing), or why it cannot be. */
export function chargeQuotas(a: Attributes, server: ServerState): readonly Quota[] | { readonly refusal: Denial } {
  if (!a.object || a.namespace === '' || (a.subresource !== '' && !isResize(a)) || !server.caches.has('resourcequotas')) return []
  if (
    a.operation !== 'CREATE' &&
    !(a.operation === 'UPDATE' && a.kind.group === '' && (isResize(a) || CHARGED_ON_UPDATE.has(a.kind.resource)))
  )
    return []
  const charged: Quota[] = []
  const quotas = server
    .cache('resourcequotas')
    .list(keyOf(server.scheme.byResource('', 'v1', 'resourcequotas')!, a.namespace, '')) as Quota[]
  if (quotas.length === 0) return charged
  const wanted = wantedBy(a, a.object, server.io.epochNow)
  for (const quota of quotas) {
    const { hard = {}, used = {} } = quota.status ?? {}
    const counted = Object.keys(hard).filter((name) => isCountedBy(a.kind, name))
    if (counted.length === 0 || !inScope(quota, a.kind, a.object)) continue
    const refusal = refusalOf(quota, counted, wanted, a)
    if (refusal) return { refusal }
    const more = counted.filter((name) => wanted[name])
    if (more.length === 0) continue
    const sums = more.map((name) => [name, formatQuantity(addQuantity(quantityOf(used[name]), wanted[name]!))])
    charged.push({ ...quota, status: { ...quota.status, used: { ...used, ...(Object.fromEntries(sums) as Record<string, string>) } } })
  }
  return charged
}

const isResize = ({ kind, subresource }: Attributes) => kind.group === '' && kind.resource === 'pods' && subresource === 'resize'

/** On an update only what is more than before. */
function wantedBy({ operation, old, kind }: Attributes, object: ApiObject, now: number): Usage {
  const before = operation === 'UPDATE' && old ? usageOf(kind, old, now) : {}
  const out: Record<string, Quantity> = {}
  for (const [name, q] of Object.entries(usageOf(kind, object, now))) {
    const nano = q.nano - (before[name]?.nano ?? 0n)
    if (nano > 0n) out[name] = { ...q, nano }
  }
  return out
}

function refusalOf(quota: Quota, counted: readonly string[], wanted: Usage, a: Attributes): Denial | null {
  const { kind, object } = a
  const { hard = {}, used = {} } = quota.status ?? {}
  const name = quota.metadata.name ?? ''
  const lacking = kind.group === '' && kind.resource === 'pods' ? lackingIn(counted, object as Pod) : ''
  if (lacking !== '') return refuse(a, `failed quota: ${name}: must specify ${lacking}`, { quota: name, missing: lacking })
  const sorted = [...counted].sort()
  if (sorted.some((r) => used[r] === undefined))
    return refuse(a, `status unknown for quota: ${name}, resources: ${sorted.join(',')}`, { quota: name, resource: sorted.join(', ') })
  const over = sorted.filter((r) => wanted[r] && compareQuantity(addQuantity(quantityOf(used[r]), wanted[r]), quantityOf(hard[r])) > 0)
  if (over.length === 0) return null
  const show = (of: (r: string) => string) => over.map((r) => `${r}=${of(r)}`).join(',')
  const requested = (r: string) => formatQuantity(wanted[r]!)
  return refuse(
    a,
    `exceeded quota: ${name}, requested: ${show(requested)}, used: ${show((r) => used[r]!)}, limited: ${show((r) => hard[r]!)}`,
    over.map((resource) => ({ quota: name, resource, requested: requested(resource), used: used[resource]!, hard: hard[resource]! })),
  )
}

const quantityOf = (text: string | undefined): Quantity => (text === undefined ? ZERO : (parseQuantity(text) ?? ZERO))
