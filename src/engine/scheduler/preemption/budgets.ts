// Which victims a PodDisruptionBudget would not let go.
// Upstream: kubernetes pkg/scheduler/framework/plugins/defaultpreemption (filterPodsWithPDBViolation)

import type { ApiObject, JsonObject } from '../../api/object'
import { labelSelectorOf, matchesLabels } from '../../api/selectors/labelSelector'
import type { PodInfo } from '../cache/podInfo'

export interface Budget extends ApiObject {
  readonly spec?: { readonly selector?: JsonObject }
  readonly status?: { readonly disruptionsAllowed?: number; readonly disruptedPods?: Readonly<Record<string, string>> }
}

/** Each Pod takes from what its budgets allow; whoever comes when nothing is left violates. */
export function splitByBudget(
  pods: readonly PodInfo[],
  budgets: readonly Budget[],
): { readonly violating: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0)
  const violating: PodInfo[] = []
  const others: PodInfo[] = []
  for (const info of pods) {
    const { metadata } = info.pod
    let violates = false
    if (Object.keys(metadata.labels ?? {}).length > 0)
      budgets.forEach(({ metadata: { namespace }, spec, status }, i) => {
        const selector = labelSelectorOf(spec?.selector)
        if (namespace !== metadata.namespace || !selector?.length || !matchesLabels(selector, metadata.labels)) return
        if (status?.disruptedPods?.[metadata.name!] !== undefined) return
        left[i]!--
        if (left[i]! < 0) violates = true
      })
    ;(violates ? violating : others).push(info)
  }
  return { violating, others }
}
