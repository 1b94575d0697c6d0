// What an object takes of its namespace's quotas, and which quotas it counts for. Admission charges by it, the controller counts by it.
// Leaves out: resource claims.
// Upstream: kubernetes pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims}.go, apiserver pkg/quota/v1/generic/evaluator.go

import type { ApiObject, JsonObject } from '../../object'
import { compareQuantities, parseQuantity, wholeValue, type Quantity } from '../../scalars/quantity'
import { parseTime } from '../../scalars/time'
import { classOf, type PersistentVolumeClaim } from '../persistentvolume/persistentVolumes'
import { countedSpec } from '../pod/countedSpec'
import { isPodPhaseTerminal } from '../pod/phase'
import { podTotals } from '../pod/totals'
import type { Pod } from '../pod/types'
import type { Scoped } from './scopes'

export type Usage = Readonly<Record<string, Quantity>>
interface Resource {
  readonly group: string
  readonly resource: string
}
export interface Quota extends ApiObject {
  readonly spec: Scoped['spec'] & { readonly hard?: Readonly<Record<string, string>> }
  readonly status?: { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> }
}

const one = (): Quantity => parseQuantity('1')!
/** Kinds that are also counted under their bare name. */
const BARE = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas', 'services', 'persistentvolumeclaims'])

/** `now`: milliseconds since 1970. */
export function usageOf({ group, resource }: Resource, object: ApiObject, now: number): Usage {
  const own = group === '' ? OWN[resource]?.(object, now) : undefined
  return {
    [countName({ group, resource })]: one(),
    ...(group === '' && BARE.has(resource) ? { [resource]: one() } : {}),
    ...own,
  }
}

/** `count/deployments.apps`. */
export const countName = ({ group, resource }: Resource): string => `count/${resource}${group ? `.${group}` : ''}`

/** Whether a quota's resource is one that objects of this kind can take at all. */
export function isCountedBy(kind: Resource, name: string): boolean {
  const { group, resource } = kind
  if (name === countName(kind)) return true
  if (group !== '') return false
  return (BARE.has(resource) && name === resource) || (WORDS[resource]?.test(name) ?? false)
}

const WORDS: Readonly<Record<string, RegExp>> = {
  pods: /^(pods|((requests|limits)\.)?(cpu|memory|ephemeral-storage)|(requests\.)?hugepages-.+|requests\..+\/.+)$/,
  services: /^services\.(nodeports|loadbalancers)$/,
  persistentvolumeclaims: /^(requests\.storage|.+\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims))$/,
}

/** What more than its own existence counts, by resource of the core group. */
const OWN: Readonly<Record<string, (object: ApiObject, now: number) => Usage>> = {
  pods: (object, now) => podUsage(object as Pod, now),
  services: serviceUsage,
  persistentvolumeclaims: claimUsage,
}

/** A Pod that has ended, or should be gone by now (its node is lost), takes nothing but its place in etcd. */
export const isCharged = (pod: Pod, now: number): boolean => !isPodPhaseTerminal(pod.status?.phase) && !isOverdue(pod, now)

function podUsage(pod: Pod, now: number): Usage {
  if (!isCharged(pod, now)) return {}
  const out: Record<string, Quantity> = { pods: one() }
  const spec = countedSpec(pod)
  for (const which of ['requests', 'limits'] as const)
    for (const [name, q] of Object.entries(podTotals(spec, which))) {
      const native = NATIVE.test(name)
      if (which === 'requests' && (native || name.startsWith('hugepages-'))) out[name] = q
      if (native || which === 'requests') out[`${which}.${name}`] = q
    }
  return out
}

/** As long again as it was given to end. */
function isOverdue({ metadata: { deletionTimestamp, deletionGracePeriodSeconds } }: Pod, now: number): boolean {
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false
  return now > parseTime(deletionTimestamp) + Number(deletionGracePeriodSeconds) * 1000
}

const NATIVE = /^(cpu|memory|ephemeral-storage)$/

function serviceUsage({ spec }: ApiObject): Usage {
  const {
    type,
    ports = [],
    allocateLoadBalancerNodePorts,
  } = (spec ?? {}) as {
    type?: string
    ports?: readonly { nodePort?: number }[]
    allocateLoadBalancerNodePorts?: boolean
  }
  if (type !== 'NodePort' && type !== 'LoadBalancer') return {}
  const count = type === 'LoadBalancer' && allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort).length : ports.length
  return {
    'services.nodeports': parseQuantity(String(count))!,
    ...(type === 'LoadBalancer' ? { 'services.loadbalancers': one() } : {}),
  }
}

function claimUsage(object: ApiObject): Usage {
  const claim = object as PersistentVolumeClaim
  const storageClass = classOf(claim)
  const storage = storageOf(claim)
  const asked: Usage = storage ? { 'requests.storage': storage } : {}
  if (storageClass === '') return asked
  const ofClass = `${storageClass}.storageclass.storage.k8s.io/`
  const perClass: Usage = storage ? { [`${ofClass}requests.storage`]: storage } : {}
  return { ...asked, [`${ofClass}persistentvolumeclaims`]: one(), ...perClass }
}

/** What is asked for, or is set aside already where that is more; in whole bytes. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | null {
  const asked = spec.resources?.requests?.storage
  if (asked === undefined) return null
  const set = (status?.allocatedResources as { readonly storage?: string } | undefined)?.storage
  const text = set !== undefined && compareQuantities(set, asked) > 0 ? set : asked
  const quantity = parseQuantity(text)
  return quantity && { ...quantity, nano: wholeValue(quantity) * 1_000_000_000n }
}

/** Compute resources that each container must then name. */
const DEMANDED = /^(requests\.|limits\.)?(cpu|memory)$/

/** `cpu for: web; memory for: web`: what a quota makes this Pod name, and it does not; '' for nothing. */
export function lackingIn(hard: readonly string[], { spec }: Pod): string {
  return hard
    .filter((name) => DEMANDED.test(name))
    .sort()
    .map((name) => ({ name, lacking: containersWithout(spec, name) }))
    .filter(({ lacking }) => lacking.length > 0)
    .map(({ name, lacking }) => `${name} for: ${lacking.join(',')}`)
    .join('; ')
}

function containersWithout(spec: Pod['spec'], resource: string): string[] {
  const which = resource.startsWith('limits.') ? 'limits' : 'requests'
  const name = resource.replace(/^(requests|limits)\./, '')
  if ((spec.resources as { requests?: JsonObject; limits?: JsonObject } | undefined)?.[which]?.[name] !== undefined) return []
  return [...spec.containers, ...(spec.initContainers ?? [])]
    .filter((c) => c.resources?.[which]?.[name] === undefined)
    .map((c) => c.name)
    .sort()
}
