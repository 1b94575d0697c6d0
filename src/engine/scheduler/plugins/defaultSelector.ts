// Which Pods belong together with this one, when it has no spread constraints of its own: those of its Services and of its workload.
// Upstream: kubernetes pkg/scheduler/framework/plugins/helper/spread.go

import type { Pod } from '../../api/kinds/pod/types'
import { specOf, type JsonObject } from '../../api/object'
import { labelSelectorOf, matchesLabels, type LabelSelector } from '../../api/selectors/labelSelector'
import type { Handle, WatchedResource } from '../framework/handle'

const WORKLOADS: Readonly<Record<string, WatchedResource>> = {
  'v1 ReplicationController': 'replicationcontrollers',
  'apps/v1 ReplicaSet': 'replicasets',
  'apps/v1 StatefulSet': 'statefulsets',
}

/** Empty when nothing owns it. */
export function defaultSelector({ metadata }: Pod, handle: Handle): LabelSelector {
  const namespace = metadata.namespace!
  const labels = new Map<string, string>()
  for (const service of handle.lister('services').inNamespace(namespace)) {
    const wanted = specOf(service).selector as Readonly<Record<string, string>> | undefined
    if (wanted && matchesLabels(equalTo(wanted), metadata.labels)) for (const [key, value] of Object.entries(wanted)) labels.set(key, value)
  }
  const owner = metadata.ownerReferences?.find((o) => o.controller)
  const workload = owner && WORKLOADS[`${owner.apiVersion} ${owner.kind}`]
  const found = workload && handle.lister(workload).get(namespace, owner.name)
  if (!found) return equalTo(Object.fromEntries(labels))
  const { selector } = specOf(found)
  if (workload === 'replicationcontrollers') {
    for (const [key, value] of Object.entries((selector ?? {}) as Record<string, string>)) labels.set(key, value)
    return equalTo(Object.fromEntries(labels))
  }
  return [...equalTo(Object.fromEntries(labels)), ...(labelSelectorOf(selector as JsonObject | undefined) ?? [])]
}

const equalTo = (labels: Readonly<Record<string, string>>): LabelSelector => labelSelectorOf({ matchLabels: labels })!
