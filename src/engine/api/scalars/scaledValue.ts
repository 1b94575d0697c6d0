// A number, or a percentage of something: `maxSurge: 25%`.
// Upstream: apimachinery pkg/util/intstr (GetScaledValueFromIntOrPercent)

import type { IntOrPercent } from '../validation/intOrPercent'

/** What a percentage comes to, rounded up or down; 0 where nothing is given. */
export function scaledValue(value: IntOrPercent | undefined, total: number, roundUp: boolean): number {
  if (typeof value !== 'string') return value ?? 0
  const part = (Number.parseInt(value, 10) * total) / 100
  return roundUp ? Math.ceil(part) : Math.floor(part)
}
