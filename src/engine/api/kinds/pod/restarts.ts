// Whether a container that has ended may be started again: by its own rules and policy, else by its Pod's.
// Upstream: kubernetes pkg/api/v1/pod/util.go (ContainerShouldRestart, AllContainersCouldRestart)

import type { Container, PodSpec } from './types'

interface RestartRule {
  readonly action: string
  readonly exitCodes: { readonly operator: string; readonly values: readonly number[] }
}

const rulesOf = ({ restartPolicyRules = [] }: Container) => restartPolicyRules as unknown as readonly RestartRule[]

/** The container's own rule for that exit code. */
export function restartRule(container: Container, exitCode: number): RestartRule | undefined {
  return rulesOf(container).find(({ exitCodes: { operator, values } }) => (operator === 'In') === values.includes(exitCode))
}

/** Whether that exit code starts all containers of the Pod anew, not only this one. */
export const restartsAll = (container: Container, exitCode: number): boolean => restartRule(container, exitCode)?.action === ALL

/** Whether some exit of some container does. */
export const couldRestartAll = ({ containers, initContainers = [] }: PodSpec): boolean =>
  [...initContainers, ...containers].some((c) => rulesOf(c).some(({ action }) => action === ALL))

const ALL = 'RestartAllContainers'

export function willRestart(container: Container, { restartPolicy }: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined && restartRule(container, exitCode)) return true
  const policy = container.restartPolicy ?? restartPolicy
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
