// Counts what the objects of a namespace take and writes it into the status of its quotas: for a new or changed quota, and when something
// that it counts goes or takes less. What comes is charged by the apiserver's own admission. Any kind is counted by `count/<resource>.<group>`:
// those that are built in, and those that a CustomResourceDefinition of that name establishes. Every 5 minutes all are counted anew: what was
// charged for an object that was not stored yet when the controller wrote its own count is found again only so.
// Upstream: kubernetes pkg/controller/resourcequota/{resource_quota_controller,resource_quota_monitor}.go, pkg/quota/v1/resources.go

import { builtinKinds } from '../api/kinds/builtin'
import type { Pod } from '../api/kinds/pod/types'
import { inScope } from '../api/kinds/resourcequota/scopes'
import { countName, isCharged, isCountedBy, usageOf, type Quota } from '../api/kinds/resourcequota/usage'
import type { ApiObject } from '../api/object'
import { equalJson } from '../base/equal'
import { addQuantity, formatQuantity, parseQuantity, type Quantity } from '../api/scalars/quantity'
import { resourcePath } from '../client/discovery'
import { keyOf, splitKey } from '../client/informer'
import { whenSynced, type SharedInformer } from '../client/sharedInformer'
import { replace } from '../client/requests'
import { demand, syncQueue, type Sync } from '../client/sync'
import type { StartController } from './controller'
import { namespaceOf } from './podsBy'

interface Counted {
  readonly group: string
  readonly resource: string
  readonly version: string
}

/** Kinds with words of their own beside `count/…`. */
const ALWAYS: readonly Counted[] = ['pods', 'services', 'persistentvolumeclaims'].map((resource) => ({
  group: '',
  resource,
  version: 'v1',
}))
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const NAMESPACE = 'namespace'
const WORKERS = 5
/** Milliseconds: --resource-quota-sync-period. */
const RESYNC = 5 * 60_000

export const resourceQuotaController: StartController = ({ io, client, informers }) => {
  const quotas = informers.of('/api/v1/resourcequotas').index(NAMESPACE, namespaceOf)
  const definitions = informers.of(DEFINITIONS)
  /** By resource and group: what some quota counts, with who tells of it. */
  const watched = new Map<string, { readonly kind: Counted; readonly informer: SharedInformer }>()

  const add = (quota: ApiObject) => queue.add(keyOf(quota))
  /** Looks again at the quotas that count objects of the kind. */
  const replenish = (kind: Counted, { metadata }: ApiObject) => {
    for (const quota of quotas.by(NAMESPACE, metadata.namespace ?? ''))
      if (Object.keys((quota as Quota).status?.hard ?? {}).some((name) => isCountedBy(kind, name))) add(quota)
  }

  const watch = (kind: Counted) => {
    const name = countName(kind)
    const known = watched.get(name)
    if (known) return known
    const informer = informers.of(resourcePath(kind)).index(NAMESPACE, namespaceOf)
    const entry = { kind, informer }
    watched.set(name, entry)
    informer.whenSynced(() =>
      informer.listen({
        delete: (object) => replenish(kind, object),
        ...(kind.group === '' && kind.resource in TAKES_LESS
          ? { update: (now: ApiObject, before: ApiObject) => TAKES_LESS[kind.resource]!(now, before, io.epochNow) && replenish(kind, now) }
          : {}),
      }),
    )
    return entry
  }

  /** The kind that `count/widgets.example.com` counts; null where nothing of that name is served. */
  const kindOf = (name: string): Counted | null => {
    const [resource = '', ...group] = name.replace(/^count\//, '').split('.')
    const builtin = builtinKinds.find((k) => k.resource === resource && k.group === group.join('.') && isCountable(k))
    return builtin ?? definedBy(definitions.get('', `${resource}.${group.join('.')}`))
  }

  function* sync(key: string): Sync {
    const [namespace, name] = splitKey(key)
    const quota = quotas.get(namespace, name) as Quota | undefined
    if (!quota) return
    const names = Object.keys(quota.spec.hard ?? {})
    const kinds = [...ALWAYS, ...names.flatMap((n) => kindOf(n) ?? [])].filter((kind) => names.some((n) => isCountedBy(kind, n))).map(watch)
    const late = kinds.find(({ informer }) => !informer.synced)
    if (late) {
      late.informer.whenSynced(() => queue.add(key))
      return
    }
    const totals: Record<string, Quantity> = {}
    for (const n of names) if (kinds.some(({ kind }) => isCountedBy(kind, n))) totals[n] = NONE
    for (const { kind, informer } of new Set(kinds))
      for (const object of informer.by(NAMESPACE, namespace))
        if (inScope(quota, kind, object))
          for (const [n, q] of Object.entries(usageOf(kind, object, io.epochNow))) if (totals[n]) totals[n] = addQuantity(totals[n], q)
    // What nothing counts (any more) stays as it was.
    const counted = names.map((n) => [n, totals[n] ? formatQuantity(totals[n]) : quota.status?.used?.[n]] as const)
    const used = Object.fromEntries(counted.filter(([, q]) => q !== undefined))
    const status = { hard: quota.spec.hard ?? {}, used }
    if (equalJson(status, quota.status ?? {})) return
    yield* demand(replace(`/api/v1/namespaces/${namespace}/resourcequotas/${name}/status`, { ...quota, status }))
  }

  const queue = syncQueue(io, client, sync, { workers: WORKERS })
  const always = ALWAYS.map((kind) => watch(kind).informer)
  whenSynced([quotas, definitions, ...always], () => {
    const hardOf = (quota: ApiObject) => (quota as Quota).spec.hard
    quotas.listen({ add, update: (now, before) => !equalJson(hardOf(now), hardOf(before)) && add(now) })
    const recount = ({ metadata }: ApiObject) => {
      for (const quota of quotas.values()) if (Object.hasOwn((quota as Quota).spec.hard ?? {}, `count/${metadata.name ?? ''}`)) add(quota)
    }
    definitions.listen({ add: recount, update: recount, delete: ({ metadata }) => watched.delete(`count/${metadata.name ?? ''}`) })
    const resync = () => {
      for (const quota of quotas.values()) add(quota)
      io.after(RESYNC, resync, { background: true })
    }
    resync()
  })
}

const NONE = parseQuantity('0')!

/** Updates after which an object may take less; of all other kinds only a deletion counts. `at`: milliseconds since 1970. */
const TAKES_LESS: Readonly<Record<string, (now: ApiObject, before: ApiObject, at: number) => boolean>> = {
  pods: (now, before, at) => podTakesLess(now as Pod, before as Pod, at),
  services: (now, before) => countedType(now) !== countedType(before),
  // Upstream compares the addresses of two copies, which are never the same.
  persistentvolumeclaims: () => true,
}

function podTakesLess(now: Pod, before: Pod, at: number): boolean {
  const isBounded = ({ spec }: Pod) => spec.activeDeadlineSeconds !== undefined
  return isBounded(now) !== isBounded(before) || (isCharged(before, at) && !isCharged(now, at)) || isResized(now, before)
}

/** Some container of both has other resources than it had. */
function isResized({ status: now }: Pod, { status: before }: Pod): boolean {
  return (['containerStatuses', 'initContainerStatuses'] as const).some((list) =>
    before[list]?.some(({ name, resources }) => {
      const same = now[list]?.find((c) => c.name === name)
      return same && !equalJson(same.resources, resources)
    }),
  )
}

const countedType = ({ spec }: ApiObject) => {
  const { type } = spec as { type?: string }
  return type === 'NodePort' || type === 'LoadBalancer' ? type : ''
}

const isCountable = ({ namespaced, storage, verbs, resource }: (typeof builtinKinds)[number]) =>
  namespaced &&
  storage !== undefined &&
  resource !== 'events' &&
  ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb as 'list'))

function definedBy(definition: ApiObject | undefined): Counted | null {
  if (!definition) return null
  const { group, names, scope, versions } = definition.spec as unknown as {
    readonly group: string
    readonly names: { readonly plural: string }
    readonly scope: string
    readonly versions: readonly { readonly name: string; readonly served: boolean }[]
  }
  const { conditions } = (definition.status ?? {}) as { conditions?: readonly { type: string; status: string }[] | null }
  const established = (conditions ?? []).some((c) => c.type === 'Established' && c.status === 'True')
  const version = versions.find(({ served }) => served)
  return established && scope === 'Namespaced' && version ? { group, resource: names.plural, version: version.name } : null
}
