// Which Pods stand behind which Service, and what of a Pod a Service's endpoints show: both endpoint controllers ask the same.
// Upstream: endpointslice util/controller_utils.go, utils.go (FindPort)

import type { Pod } from '../../api/kinds/pod/types'
import { serviceSpecOf, type ServicePort } from '../../api/kinds/service/types'
import type { ApiObject } from '../../api/object'
import { equalJson } from '../../base/equal'
import { keyOf } from '../../client/informer'
import type { SharedInformer, SharedInformers } from '../../client/sharedInformer'
import type { WorkQueue } from '../../client/workQueue'
import { isReady, isTerminal } from '../podFacts'
import { namespaceOf } from '../podsBy'

export type Labels = Readonly<Record<string, string>>

export const servicesInNamespaces = (informers: SharedInformers): SharedInformer =>
  informers.of('/api/v1/services').index('namespace', namespaceOf)

/** A Service without a selector, or by another name only, gets no endpoints from a controller. */
export function selectorOf(service: ApiObject): Labels | null {
  const { type, selector } = serviceSpecOf(service)
  return type === 'ExternalName' || !selector || Object.keys(selector).length === 0 ? null : selector
}

export function podsOf(service: ApiObject, selector: Labels, pods: SharedInformer): readonly Pod[] {
  return ([...pods.by('namespace', service.metadata.namespace!)] as Pod[]).filter(({ metadata }) => selects(selector, metadata.labels))
}

/** Adds to the queue the Services that a change of a Pod concerns. */
export function queueServicesOf(pods: SharedInformer, services: SharedInformer, queue: WorkQueue): void {
  const selecting = ({ metadata }: ApiObject, labels: Labels | undefined) =>
    [...services.by('namespace', metadata.namespace!)].filter((service) => {
      const { selector } = serviceSpecOf(service)
      return selector !== undefined && Object.keys(selector).length > 0 && selects(selector, labels)
    })
  const all = (pod: ApiObject) => selecting(pod, pod.metadata.labels).forEach((service) => queue.add(keyOf(service)))
  pods.listen({
    add: all,
    delete: all,
    update: (now, old) => {
      const changed = endpointChanged(now as Pod, old as Pod)
      const moved = identityChanged(now as Pod, old as Pod)
      if (!moved) {
        if (changed) all(now)
        return
      }
      const [after, before] = [selecting(now, now.metadata.labels), selecting(now, old.metadata.labels)]
      for (const service of new Set([...after, ...before]))
        if (changed || after.includes(service) !== before.includes(service)) queue.add(keyOf(service))
    },
  })
}

/** Whether it has an address at which something runs; one that is being deleted only counts where that is wished. */
export function belongs(pod: Pod, terminatingToo: boolean): boolean {
  return !isTerminal(pod) && addressesOf(pod).length > 0 && (terminatingToo || !pod.metadata.deletionTimestamp)
}

export function addressesOf({ status }: Pod): readonly string[] {
  const podIPs = (status.podIPs ?? []) as readonly { readonly ip: string }[]
  return podIPs.length > 0 ? podIPs.map((p) => p.ip) : status.podIP ? [status.podIP] : []
}

export const familyOf = (address: string): 'IPv4' | 'IPv6' => (address.includes(':') ? 'IPv6' : 'IPv4')

/** The number behind a Service's port in this Pod; undefined where no container declares it. */
export function portIn({ spec }: Pod, { targetPort, protocol = 'TCP', port }: ServicePort): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')
  for (const { ports = [] } of [...spec.containers, ...sidecars])
    for (const declared of ports)
      if (declared.name === targetPort && (declared.protocol ?? 'TCP') === protocol) return declared.containerPort
  return undefined
}

/** The name under which the Pod is found behind a headless Service. */
export function hostnameIn(pod: Pod, service: ApiObject): string | undefined {
  const { hostname, subdomain } = pod.spec as { hostname?: string; subdomain?: string }
  return hostname && subdomain === service.metadata.name ? hostname : undefined
}

export const hasNoClusterIp = (service: ApiObject): boolean => ['None', ''].includes(serviceSpecOf(service).clusterIP ?? '')

export const targetOf = ({ metadata: { namespace, name, uid } }: Pod) => ({ kind: 'Pod', namespace, name, uid })

const selects = (selector: Labels, labels: Labels = {}) => Object.entries(selector).every(([key, value]) => labels[key] === value)

function endpointChanged(now: Pod, old: Pod): boolean {
  // Of a Pod that is being deleted every change counts.
  if (now.metadata.deletionTimestamp || isReady(now) !== isReady(old)) return true
  return !equalJson(now.status.podIPs, old.status.podIPs)
}

const identityChanged = (now: Pod, old: Pod) =>
  !equalJson(now.metadata.labels, old.metadata.labels) ||
  now.spec.hostname !== old.spec.hostname ||
  now.spec.subdomain !== old.spec.subdomain
