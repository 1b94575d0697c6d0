// Every plan that ever went wrong, with what was wrong, as little of it as still does: `npm run fuzz -- --from SEED --seeds 1 --shrink` prints it.
// Kept whole, because a seed means another plan once users or faults are added. Tests only.

import cases from './cases.json'
import type { Plan } from './plan'

export interface Case {
  readonly what: string
  readonly plan: Plan
}

export const ONCE_BAD = cases as unknown as readonly Case[]
