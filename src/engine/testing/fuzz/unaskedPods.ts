// Pods that a Job has beyond its completions, by a race that the real cluster has as well: the API server gave up waiting for etcd and answered
// with an error, etcd kept the Pod all the same, and the Job controller made another before it could see the first. Both run to their end,
// and a run without faults has one fewer. Tests only.
// Upstream: kubernetes pkg/controller/job/job_controller.go (manageJob: a create that failed is no longer expected), etcd api/v3/rpctypes (ErrTimeout)

import type { JobSpec } from '../../api/kinds/job/types'
import type { Pod } from '../../api/kinds/pod/types'
import type { Cluster } from '../../cluster/types'

interface Job {
  readonly metadata: { readonly uid: string }
  readonly spec: JobSpec
  readonly status?: { readonly succeeded?: number }
}

const CONTROLLER = 'system:serviceaccount:kube-system:job-controller'

/** Only those whose create was not acknowledged, and of these no more than what their Job has too many. */
export function unaskedPods({ trace, history }: Cluster): readonly Pod[] {
  const excess = new Map<string, number>()
  for (const { value } of history.list('/registry/jobs/', history.revision)) {
    const { metadata, spec, status } = value as unknown as Job
    const more = (status?.succeeded ?? 0) - (spec.completions ?? Infinity)
    if (more > 0) excess.set(metadata.uid, more)
  }
  if (excess.size === 0) return []
  const asked = new Set<string>()
  for (const { user, http, response } of trace.allRequests()) {
    if (user !== CONTROLLER || http.method !== 'POST' || response?.status !== 201) continue
    asked.add((response.body as unknown as Pod).metadata.uid!)
  }
  const unasked: Pod[] = []
  for (const { value } of history.list('/registry/pods/', history.revision)) {
    const pod = value as unknown as Pod
    const job = pod.metadata.ownerReferences?.find(({ uid }) => excess.has(uid))?.uid
    if (job === undefined || asked.has(pod.metadata.uid!) || pod.status.phase !== 'Succeeded') continue
    if (excess.get(job) === 0) continue
    excess.set(job, excess.get(job)! - 1)
    unasked.push(pod)
  }
  return unasked
}
