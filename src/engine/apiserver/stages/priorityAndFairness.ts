// Which FlowSchema the request falls under and which priority level serves it. No queueing: this model is never overloaded.
// Upstream: apiserver pkg/util/flowcontrol, pkg/apis/flowcontrol/bootstrap/default.go

import { noted, type RequestContext, type StageResult } from '../requestContext'

const said = new Map<string, StageResult>()

export function priorityAndFairness(ctx: RequestContext): StageResult {
  const says = flowOf(ctx)
  let result = said.get(says)
  if (!result) said.set(says, (result = noted({ says })))
  return result
}

/** `FlowSchema → PriorityLevel` of the bootstrap configuration, the first by matching precedence. */
function flowOf({ user, info, http }: RequestContext): string {
  const { groups, name } = user
  if (groups.includes('system:masters')) return 'exempt → exempt'
  if (/^\/(healthz|readyz|livez)/.test(http.path)) return 'probes → exempt'
  if (info.resource === 'leases') {
    if (groups.includes('system:nodes')) return 'system-node-high → node-high'
    if (info.namespace === 'kube-system' && name.startsWith('system:')) return 'system-leader-election → leader-election'
  }
  if (groups.includes('system:nodes')) return info.resource === 'nodes' ? 'system-node-high → node-high' : 'system-nodes → system'
  if (name === 'system:kube-controller-manager') return 'kube-controller-manager → workload-high'
  if (name === 'system:kube-scheduler') return 'kube-scheduler → workload-high'
  if (groups.includes('system:serviceaccounts:kube-system')) return 'kube-system-service-accounts → workload-high'
  if (groups.includes('system:serviceaccounts')) return 'service-accounts → workload-low'
  return 'global-default → global-default'
}
