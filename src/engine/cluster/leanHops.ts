// What the trace lets go of a hop past its budget: what only an inspector reads, and what can be had again.

import type { Decision, StageDetail } from '../base/hop'

/** Who asked stays; what else a stage found can be had again. */
export function leanDetail(detail: StageDetail): StageDetail | undefined {
  const { user, groups } = detail
  if (user === undefined) return undefined
  return Object.keys(detail).every((key) => key === 'user' || key === 'groups' || key === 'says') ? detail : { user, groups }
}

/** A table of more nodes than one looks at at a glance can be had again. */
const GLANCE = 4
export function leanDecision(decision: Decision): Decision {
  return decision.kind === 'schedule' && decision.nodes.length > GLANCE ? { ...decision, nodes: [] } : decision
}
