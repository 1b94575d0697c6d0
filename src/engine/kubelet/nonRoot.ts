// Whether a container that must not run as root would: what the container says of its user goes before what its Pod says; an image says nothing here,
// and that is root.
// Upstream: kubernetes pkg/kubelet/kuberuntime/security_context_others.go (verifyRunAsNonRoot), helpers.go (getImageUser)

import type { Container, Pod } from '../api/kinds/pod/types'

export function rootProblem({ spec, metadata }: Pod, { name, securityContext: own = {} }: Container): string | null {
  const shared = spec.securityContext ?? {}
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) !== true) return null
  const where = `(pod: "${metadata.name}_${metadata.namespace}(${metadata.uid})", container: ${name})`
  const user = own.runAsUser ?? shared.runAsUser
  if (user === undefined) return `container has runAsNonRoot and image will run as root ${where}`
  return user === 0 ? `container's runAsUser breaks non-root policy ${where}` : null
}
