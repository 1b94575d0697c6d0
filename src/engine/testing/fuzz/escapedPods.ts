// Pods that ran to their end although their Job, suspended, wanted them gone, by a race that the real cluster has as well: the Job controller
// takes its finalizer off a Pod and then deletes it, and where the deletion fails, or the answer to the first is lost, the Pod may end before
// that is tried again. No Job counts it then, and nobody deletes it: a run without faults has one fewer. Tests only.
// Upstream: kubernetes pkg/controller/job/job_controller.go (deleteJobPods, deleteActivePods)

import type { Pod } from '../../api/kinds/pod/types'
import type { HttpRequest } from '../../base/wire'
import type { Cluster } from '../../cluster/types'
import { TRACKING } from '../../controllers/job/jobPods'

/** Only those that the Job controller asked in vain to delete, or to be rid of its finalizer. */
export function escapedPods({ trace, history }: Cluster): readonly Pod[] {
  const ended = history
    .list('/registry/pods/', history.revision)
    .map(({ value }) => value as unknown as Pod)
    .filter(({ metadata, status }) => status.phase === 'Succeeded' && !metadata.finalizers?.includes(TRACKING))
  if (ended.length === 0) return []
  const inVain = new Set<string>()
  for (const { http, response } of trace.allRequests())
    if (isJobControllers(http) && isRemoval(http) && !(response && response.status < 300)) inVain.add(http.path)
  return ended.filter(({ metadata }) => inVain.has(`/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`))
}

const isRemoval = ({ method, body }: HttpRequest): boolean =>
  method === 'DELETE' || (method === 'PATCH' && JSON.stringify(body).includes(`"$deleteFromPrimitiveList/finalizers":["${TRACKING}"]`))

/** By what it calls itself: a request that did not come as far as the server's authentication is no known user's. */
const isJobControllers = ({ headers }: HttpRequest): boolean =>
  headers['user-agent']?.endsWith('/system:serviceaccount:kube-system:job-controller') ?? false
