// What a Job's author wrote about failures and success: which failed Pods count, which end the Job or an index, which indexes are enough.
// Upstream: kubernetes pkg/controller/job/{pod_failure_policy,success_policy}.go

import type { ContainerStatus, Pod } from '../../api/kinds/pod/types'
import { overlap, parseIndexes, total, type Indexes } from './completionIndexes'
import type { Job, PodFailurePolicy } from './types'

interface FailureVerdict {
  /** `Ignore`, `Count`, `FailIndex`, `FailJob`; none where no rule matches. */
  readonly action?: string
  readonly counts: boolean
  /** Of `FailJob`: why the Job fails. */
  readonly message?: string
}

/** The first rule that matches decides. */
export function judgeFailure(policy: PodFailurePolicy | undefined, { metadata, status }: Pod): FailureVerdict {
  const name = `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
  for (const [index, { action, onExitCodes, onPodConditions }] of (policy?.rules ?? []).entries()) {
    const matching = `matching ${action} rule at index ${String(index)}`
    let message: string
    if (onExitCodes) {
      const container = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find((c) => exits(c, onExitCodes))
      if (!container) continue
      message = `Container ${container.name} for pod ${name} failed with exit code ${String(exitCodeOf(container))} ${matching}`
    } else {
      const patterns = onPodConditions ?? []
      const condition = status.conditions?.find((c) => patterns.some((p) => p.type === c.type && (p.status ?? 'True') === c.status))
      if (!condition) continue
      message = `Pod ${name} has condition ${condition.type} ${matching}`
    }
    return { action, counts: action !== 'Ignore', ...(action === 'FailJob' ? { message } : {}) }
  }
  return { counts: true }
}

type ExitCodes = NonNullable<PodFailurePolicy['rules'][number]['onExitCodes']>

function exits(container: ContainerStatus, { containerName, operator, values }: ExitCodes): boolean {
  const code = exitCodeOf(container)
  if (!code || (containerName !== undefined && containerName !== container.name)) return false
  return operator === 'In' ? values.includes(code) : operator === 'NotIn' && !values.includes(code)
}

const exitCodeOf = ({ state }: ContainerStatus): number | undefined => state?.terminated?.exitCode

/** Why the indexes that succeeded are enough; null when they are not. */
export function judgeSuccess({ spec }: Job, succeeded: Indexes): string | null {
  if (succeeded.length === 0) return null
  for (const [index, { succeededIndexes, succeededCount }] of (spec.successPolicy?.rules ?? []).entries()) {
    const matched = `Matched rules at index ${String(index)}`
    if (succeededIndexes === undefined) {
      if (succeededCount !== undefined && total(succeeded) >= succeededCount) return matched
      continue
    }
    const required = parseIndexes(succeededIndexes, spec.completions ?? 0)
    const reached = overlap(required, succeeded)
    if (required.length > 0 && (reached === total(required) || (succeededCount !== undefined && reached >= succeededCount))) return matched
  }
  return null
}
