// Whether a toleration covers a taint.
// Upstream: component-helpers scheduling/corev1/helpers.go, api core/v1/toleration.go

import type { Taint } from '../node'
import type { Toleration } from './types'

export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  return (tolerations ?? []).some((t) => {
    if (t.effect && t.effect !== taint.effect) return false
    if (t.key && t.key !== taint.key) return false
    return t.operator === 'Exists' ? true : (t.value ?? '') === (taint.value ?? '')
  })
}
