// What an update of a Service keeps of what was given to it, and what a change of type lets go of.
// Upstream: kubernetes pkg/registry/core/service/{strategy.go, storage/storage.go} (patchAllocatedValues, normalizeClusterIPs, dropTypeDependentFields)

import { equalJson } from '../../../base/equal'
import type { ApiObject } from '../../object'
import { without } from '../../../base/without'
import { isExternal, needsClusterIp, needsHealthCheck, needsNodePort, serviceSpecOf, type ServiceSpec } from './types'

/** Fields that were given and are not sent come from the old object. */
export function withAllocated(object: ApiObject, old: ApiObject): ApiObject {
  let spec = serviceSpecOf(object)
  const former = serviceSpecOf(old)
  if (needsClusterIp(former) && needsClusterIp(spec)) {
    if (!spec.clusterIP && former.clusterIP) spec = { ...spec, clusterIP: former.clusterIP }
    if (!spec.clusterIPs?.length && former.clusterIPs?.length) spec = { ...spec, clusterIPs: former.clusterIPs }
  }
  if (needsNodePort(former) && needsNodePort(spec) && spec.ports) {
    const had = new Map(former.ports?.map((p) => [p.name ?? '', p.nodePort]))
    const sent = new Set(spec.ports.map((p) => p.nodePort))
    const ports = spec.ports.map((p) => {
      const nodePort = had.get(p.name ?? '')
      return !p.nodePort && nodePort && !sent.has(nodePort) ? { ...p, nodePort } : p
    })
    spec = { ...spec, ports }
  }
  if (needsHealthCheck(former) && needsHealthCheck(spec) && !spec.healthCheckNodePort && former.healthCheckNodePort)
    spec = { ...spec, healthCheckNodePort: former.healthCheckNodePort }
  return { ...object, spec }
}

/** `clusterIP` and the first of `clusterIPs` are one field, and old clients know only the first one. */
export function withClusterIps(object: ApiObject, old: ApiObject | null): ApiObject {
  const spec = serviceSpecOf(object)
  const { clusterIP = '', clusterIPs = [] } = spec
  const set = (list: readonly string[]) => ({ ...object, spec: { ...spec, clusterIPs: list } })
  if (!old) return clusterIP !== '' && clusterIPs.length === 0 ? set([clusterIP]) : object
  const { clusterIP: had = '', clusterIPs: hadAll = [] } = serviceSpecOf(old)
  if (clusterIP === had) return hadAll.length > 0 && clusterIPs.length === 0 ? set(hadAll) : object
  if (!equalJson(clusterIPs, hadAll)) return object
  return clusterIP === '' ? { ...object, spec: without(spec, 'clusterIP', 'clusterIPs') } : set([clusterIP])
}

/** What the old type needed and the new one does not goes, unless the client changed it in the same breath. */
export function withoutTypeDependent(object: ApiObject, old: ApiObject): ApiObject {
  let spec = serviceSpecOf(object)
  const former = serviceSpecOf(old)
  const drop = (...fields: readonly (keyof ServiceSpec & string)[]) => {
    if (fields.every((field) => equalJson(spec[field], former[field]))) spec = without(spec, ...fields) as ServiceSpec
  }
  if (needsClusterIp(former) && !needsClusterIp(spec)) {
    drop('clusterIP', 'clusterIPs')
    drop('ipFamilies')
    drop('ipFamilyPolicy')
  }
  const ports = (s: ServiceSpec) => new Set(s.ports?.flatMap((p) => (p.nodePort ? [p.nodePort] : [])))
  const same = [...ports(spec)].every((p) => ports(former).has(p))
  if (needsNodePort(former) && !needsNodePort(spec) && same && spec.ports)
    spec = { ...spec, ports: spec.ports.map((p) => without(p, 'nodePort') as typeof p) }
  if (needsHealthCheck(former) && !needsHealthCheck(spec)) drop('healthCheckNodePort')
  if (former.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts')
    drop('loadBalancerClass')
  }
  if (isExternal(former) && !isExternal(spec)) drop('externalTrafficPolicy')
  return { ...object, spec, ...(spec.type === 'LoadBalancer' ? {} : { status: { ...(object.status as object), loadBalancer: {} } }) }
}
