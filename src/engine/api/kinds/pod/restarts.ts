// Whether a container that has ended may be started again: by its own rules and policy, else by its Pod's.
// Upstream: kubernetes pkg/api/v1/pod/util.go (ContainerShouldRestart)

import type { Container, PodSpec } from './types'

interface RestartRule {
  readonly action: string
  readonly exitCodes: { readonly operator: string; readonly values: readonly number[] }
}

/** The container's own rule for that exit code. */
export function restartRule({ restartPolicyRules }: Container, exitCode: number): RestartRule | undefined {
  const rules = (restartPolicyRules ?? []) as unknown as readonly RestartRule[]
  return rules.find(({ exitCodes: { operator, values } }) => (operator === 'In') === values.includes(exitCode))
}

export function willRestart(container: Container, { restartPolicy }: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined && restartRule(container, exitCode)) return true
  const policy = container.restartPolicy ?? restartPolicy
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
