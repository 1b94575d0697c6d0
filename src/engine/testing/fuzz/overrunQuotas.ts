// Namespaces with more Pods than their quota allows, by a race that the real cluster has as well: admission charges for a Pod before it is
// stored, and the quota controller, woken by another, counts without it and writes less than there is. Nothing ever takes the Pod that
// came in by that back: a run without faults has one fewer. Tests only.
// Upstream: kubernetes pkg/controller/resourcequota/resource_quota_controller.go (syncResourceQuota), apiserver pkg/admission/plugin/resourcequota/controller.go

import { isPodPhaseTerminal } from '../../api/kinds/pod/phase'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'

const QUOTAS = '/registry/resourcequotas/'

interface Quota {
  readonly metadata: { readonly namespace: string }
  readonly status: { readonly hard?: { readonly pods?: string }; readonly used?: { readonly pods?: string } }
}

/** Only those of which the trace shows that less was written than there was. */
export function overrunQuotas({ trace, history }: Cluster): ReadonlySet<string> {
  const overrun = new Set<string>()
  for (const { value } of history.list(QUOTAS, history.revision)) {
    const { metadata, status } = value as unknown as Quota
    if (Number(status.used?.pods ?? 0) > Number(status.hard?.pods ?? Infinity)) overrun.add(metadata.namespace)
  }
  if (overrun.size === 0) return overrun
  const miscounted = new Set<string>()
  for (let index = 0; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.kind !== 'commit') continue
    for (const { type, kv, previous } of hop.events) {
      if (type !== 'PUT' || !previous || !kv.key.startsWith(QUOTAS)) continue
      const { metadata, status } = kv.value as unknown as Quota
      const [before, used] = [(previous.value as unknown as Quota).status.used, status.used]
      if (!overrun.has(metadata.namespace) || before?.pods === undefined || Number(used?.pods) >= Number(before.pods)) continue
      const there = history.list(`/registry/pods/${metadata.namespace}/`, hop.revision).filter(({ value }) => counts(value))
      if (there.length > Number(used?.pods)) miscounted.add(metadata.namespace)
    }
  }
  return miscounted
}

const counts = (value: JsonObject) => {
  const { metadata, status } = value as unknown as Pod
  return !metadata.deletionTimestamp && !isPodPhaseTerminal(status.phase)
}
