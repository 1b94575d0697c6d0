// What the API server writes when etcd is empty. Where a controller manager runs, also what those of its controllers would have made that
// are not modelled: the rules of the aggregated ClusterRoles (admin, edit, view), their own ServiceAccounts.
// Upstream: kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy, pkg/controller/clusterroleaggregation

import { isObject, type JsonObject } from '../base/json'
import type { Bootstrap, ClusterOptions } from './types'

/** Objects by resource, in the order in which they are written. Data: scripts/bootstrap.mjs. */
export function bootstrapOf({ bootstrap, controllerManager = false }: Pick<ClusterOptions, 'bootstrap' | 'controllerManager'>): Bootstrap {
  const { byControllers = [], ...recorded } = bootstrap
  const own = inWrittenOrder(recorded)
  if (!controllerManager) return own
  const out: Record<string, JsonObject[]> = Object.fromEntries(Object.entries(own).map(([resource, objects]) => [resource, [...objects]]))
  for (const { resource, object } of byControllers) {
    if (typeof resource !== 'string' || !isObject(object)) continue
    const list = (out[resource] ??= [])
    const at = list.findIndex((known) => nameOf(known) === nameOf(object))
    if (at < 0) list.push(object)
    else list[at] = object
  }
  return out
}

/** The recording sorts by name; the server writes the node's priority class before the cluster's. */
function inWrittenOrder(own: Bootstrap): Bootstrap {
  const { priorityclasses } = own
  return priorityclasses ? { ...own, priorityclasses: [...priorityclasses].sort((a, b) => Number(b.value) - Number(a.value)) } : own
}

function nameOf({ metadata }: JsonObject): string {
  return isObject(metadata) ? `${String(metadata.namespace ?? '')}/${String(metadata.name)}` : ''
}
