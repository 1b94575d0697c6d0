// Whether a container that must not run as root would: what the container says of its user goes before what its Pod says; an image says nothing here,
// and that is root.
// Upstream: kubernetes pkg/kubelet/kuberuntime/security_context_others.go (verifyRunAsNonRoot), helpers.go (getImageUser)

import type { Container, Pod } from '../api/kinds/pod/types'
import { formatPod } from './formatPod'

export function rootProblem(pod: Pod, { name, securityContext: own = {} }: Container): string | null {
  const shared = pod.spec.securityContext ?? {}
  if ((own.runAsNonRoot ?? shared.runAsNonRoot) !== true) return null
  const where = `(pod: "${formatPod(pod)}", container: ${name})`
  const user = own.runAsUser ?? shared.runAsUser
  if (user === undefined) return `container has runAsNonRoot and image will run as root ${where}`
  return user === 0 ? `container's runAsUser breaks non-root policy ${where}` : null
}
