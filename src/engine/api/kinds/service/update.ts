// What an update of a Service keeps of what was allocated, and what a change of type lets go of.
// Upstream: kubernetes pkg/registry/core/service/{strategy.go, storage/alloc.go, storage/storage.go}

import { equalJson } from '../../equal'
import type { ApiObject } from '../../object'
import { without } from '../../without'
import { isExternal, needsClusterIp, needsHealthCheck, needsNodePort, specOf, type ServiceSpec } from './types'

/** `clusterIP` and the first of `clusterIPs` are one field. */
export function withClusterIps(object: ApiObject, old: ApiObject | null): ApiObject {
  const spec = specOf(object)
  const former = old ? specOf(old) : {}
  const { clusterIP = '', clusterIPs } = spec
  const listKept = equalJson(clusterIPs, former.clusterIPs)
  if (
    clusterIP === (former.clusterIP ?? '') ? (clusterIPs?.length ?? 0) > 0 || clusterIP === '' : !listKept && (clusterIPs?.length ?? 0) > 0
  )
    return clusterIP === '' && clusterIPs?.[0] ? { ...object, spec: { ...spec, clusterIP: clusterIPs[0] } } : object
  return { ...object, spec: clusterIP === '' ? without(spec, 'clusterIP', 'clusterIPs') : { ...spec, clusterIPs: [clusterIP] } }
}

/** Fields that were allocated and are not given come from the old object. */
export function withAllocated(object: ApiObject, old: ApiObject): ApiObject {
  let spec = specOf(object)
  const former = specOf(old)
  if (needsClusterIp(former) && needsClusterIp(spec)) {
    if (!spec.clusterIP && former.clusterIP) spec = { ...spec, clusterIP: former.clusterIP, clusterIPs: former.clusterIPs }
    if (!spec.ipFamilies && former.ipFamilies) spec = { ...spec, ipFamilies: former.ipFamilies }
    if (!spec.ipFamilyPolicy && former.ipFamilyPolicy) spec = { ...spec, ipFamilyPolicy: former.ipFamilyPolicy }
  }
  if (needsNodePort(former) && needsNodePort(spec)) {
    const had = new Map(former.ports?.map((p) => [`${p.protocol} ${p.port}`, p.nodePort]))
    const taken = new Set(spec.ports?.map((p) => p.nodePort))
    const ports = spec.ports?.map((p) => {
      const nodePort = had.get(`${p.protocol} ${p.port}`)
      return !p.nodePort && nodePort && !taken.has(nodePort) ? { ...p, nodePort } : p
    })
    spec = { ...spec, ...(ports ? { ports } : {}) }
  }
  if (needsHealthCheck(former) && needsHealthCheck(spec) && !spec.healthCheckNodePort && former.healthCheckNodePort)
    spec = { ...spec, healthCheckNodePort: former.healthCheckNodePort }
  return { ...object, spec }
}

/** What the old type needed and the new one does not goes, unless the client changed it in the same breath. */
export function withoutTypeDependent(object: ApiObject, old: ApiObject): ApiObject {
  let spec = specOf(object)
  const former = specOf(old)
  const drop = (field: keyof ServiceSpec & string) => {
    if (equalJson(spec[field], former[field])) spec = without(spec, field) as ServiceSpec
  }
  if (needsClusterIp(former) && !needsClusterIp(spec)) {
    if (equalJson(spec.clusterIPs, former.clusterIPs)) spec = without(spec, 'clusterIP', 'clusterIPs') as ServiceSpec
    spec = without(spec, 'ipFamilies', 'ipFamilyPolicy') as ServiceSpec
    drop('internalTrafficPolicy')
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
  return { ...object, spec }
}
