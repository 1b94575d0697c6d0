// Counts what the objects of a namespace take and writes it into the status of its quotas: for a new or changed quota, and when a Pod, a
// Service or a claim goes or a Pod ends. What comes is charged by the apiserver's own admission.
// Leaves out: the resync of every 5 minutes; objects of kinds that no quota names.
// Upstream: kubernetes pkg/controller/resourcequota/resource_quota_controller.go

import { inScope, usageOf, type Quota } from '../api/kinds/resourcequota/usage'
import type { ApiObject } from '../api/object'
import { equalJson } from '../api/equal'
import { addQuantity, formatQuantity, parseQuantity, type Quantity } from '../api/quantity'
import { whenSynced } from '../client/sharedInformer'
import { replace, syncQueue } from '../client/sync'
import type { StartController } from './controller'

/** Kinds whose objects are counted: group, resource, path. */
const COUNTED: readonly (readonly [string, string, string])[] = [
  ['', 'pods', '/api/v1/pods'],
  ['', 'services', '/api/v1/services'],
  ['', 'persistentvolumeclaims', '/api/v1/persistentvolumeclaims'],
  ['', 'configmaps', '/api/v1/configmaps'],
  ['', 'secrets', '/api/v1/secrets'],
  ['', 'replicationcontrollers', '/api/v1/replicationcontrollers'],
  ['', 'resourcequotas', '/api/v1/resourcequotas'],
  ['apps', 'deployments', '/apis/apps/v1/deployments'],
  ['apps', 'replicasets', '/apis/apps/v1/replicasets'],
  ['batch', 'jobs', '/apis/batch/v1/jobs'],
]

const NAMESPACE = 'namespace'
const inNamespace = ({ metadata }: ApiObject) => metadata.namespace

export const resourceQuotaController: StartController = (io, client, _shared, _options, informers) => {
  const quotas = informers.of('/api/v1/resourcequotas').index(NAMESPACE, inNamespace)
  const counted = COUNTED.map(([group, resource, path]) => ({
    kind: { group, resource },
    informer: informers.of(path).index(NAMESPACE, inNamespace),
  }))
  const used = (quota: Quota): Record<string, string> => {
    const totals: Record<string, Quantity> = {}
    for (const name of Object.keys(quota.spec.hard ?? {})) totals[name] = parseQuantity('0')!
    for (const { kind, informer } of counted)
      for (const object of informer.by(NAMESPACE, quota.metadata.namespace!))
        if (inScope(quota, kind, object))
          for (const [name, q] of Object.entries(usageOf(kind, object))) if (totals[name]) totals[name] = addQuantity(totals[name], q)
    return Object.fromEntries(Object.entries(totals).map(([name, q]) => [name, formatQuantity(q)]))
  }
  const queue = syncQueue(io, client, function* (key) {
    const [namespace = '', name = ''] = key.split('/')
    const quota = quotas.get(namespace, name) as Quota | undefined
    if (!quota) return 'done'
    const status = { hard: quota.spec.hard ?? {}, used: used(quota) }
    if (equalJson(status, quota.status ?? {})) return 'done'
    const { status: code } = yield replace(`/api/v1/namespaces/${namespace}/resourcequotas/${name}/status`, { ...quota, status })
    return code === 200 || code === 404 ? 'done' : 'failed'
  })
  const add = ({ metadata }: ApiObject) => queue.add(`${metadata.namespace}/${metadata.name}`)
  const replenish = ({ metadata }: ApiObject) => [...quotas.by(NAMESPACE, metadata.namespace!)].forEach(add)
  const ended = (object: ApiObject) => /^(Succeeded|Failed)$/.test((object.status as { phase?: string } | undefined)?.phase ?? '')
  whenSynced([quotas, ...counted.map(({ informer }) => informer)], () => {
    quotas.listen({ add, update: (now, before) => !equalJson(now.spec, before.spec) && add(now) })
    for (const { kind, informer } of counted)
      informer.listen({
        delete: replenish,
        ...(kind.resource === 'pods'
          ? { update: (now: ApiObject, before: ApiObject) => ended(now) && !ended(before) && replenish(now) }
          : {}),
      })
  })
}
