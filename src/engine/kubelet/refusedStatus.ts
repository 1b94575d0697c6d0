// The status of a Pod that its node refuses: that it failed, and why; of what was there before only what others own stays.
// Upstream: kubernetes pkg/kubelet/kubelet.go (rejectPod), status/status_manager.go (mergePodStatus)

import type { Pod, PodStatus } from '../api/kinds/pod/types'
import { observed, othersOf } from './podConditions'
import type { PodRecord } from './podRecord'

/** `mayRun`: an earlier kubelet ran the Pod; it is not said to have failed while something of it may be up. */
export function refusedStatus(
  { status }: Pod,
  { generation, startTime }: PodRecord,
  verdict: { readonly reason: string; readonly message: string },
  mayRun: boolean,
): PodStatus {
  const { phase, reason, message } = mayRun ? status : { phase: 'Failed', ...verdict }
  return {
    ...othersOf(status),
    ...observed(generation),
    ...(phase ? { phase } : {}),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    startTime,
    ...(status.qosClass ? { qosClass: status.qosClass } : {}),
  }
}
