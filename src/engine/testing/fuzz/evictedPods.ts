// Pods of Jobs that had ended and were deleted with their node all the same: an unreachable node's taint NoExecute does not ask whether a Pod
// still runs, and a Job that has counted a Pod makes no other in its place. A run without faults keeps them. Tests only.
// Upstream: kubernetes pkg/controller/tainteviction/taint_eviction.go (processPodOnNode), pkg/controller/job/job_controller.go

import type { Pod } from '../../api/kinds/pod/types'
import type { Cluster } from '../../cluster/types'

/** Each as it was before the taint's eviction marked it; only of Jobs that are there to stay. */
export function evictedPods({ trace, history }: Cluster): readonly Pod[] {
  const staying = new Set<string>()
  for (const { value } of history.list('/registry/jobs/', history.revision)) {
    const { uid, deletionTimestamp } = (value as unknown as Pod).metadata
    if (!deletionTimestamp) staying.add(uid!)
  }
  if (staying.size === 0) return []
  const found: Pod[] = []
  for (let index = 0; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.kind !== 'commit') continue
    for (const { type, kv, previous } of hop.events) {
      if (type !== 'PUT' || !previous || !kv.key.startsWith('/registry/pods/')) continue
      const [pod, before] = [kv.value, previous.value] as unknown as [Pod, Pod]
      const isJobs = pod.metadata.ownerReferences?.some(({ uid }) => staying.has(uid))
      if (!isJobs || before.status.phase !== 'Succeeded' || isEvicted(before) || !isEvicted(pod)) continue
      const last = history.get(kv.key, history.revision)?.value as Pod | undefined
      if (last?.metadata.uid !== pod.metadata.uid) found.push(before)
    }
  }
  return found
}

const isEvicted = ({ status }: Pod) => status.conditions?.some(({ reason }) => reason === 'DeletionByTaintManager') === true
