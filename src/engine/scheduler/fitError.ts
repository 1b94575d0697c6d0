// Why no node will do, in the words of the FailedScheduling event and of the PodScheduled condition.
// Upstream: kubernetes pkg/scheduler/framework/types.go (FitError, Diagnosis)

import type { Status } from './framework/interface'

export interface Diagnosis {
  readonly nodes: number
  /** By node; nodes that nobody looked at are absent, and have `absent` in common. */
  readonly rejections: ReadonlyMap<string, Status>
  readonly absent?: Status
  /** Said by a PreFilter about all nodes at once. */
  readonly preFilter?: string
  readonly postFilter?: string
}

/** `0/2 nodes are available: 2 Insufficient cpu. preemption: …`: reasons with their counts, sorted as text. */
export function fitError({ nodes, rejections, absent, preFilter, postFilter }: Diagnosis): string {
  let text = `0/${nodes} nodes are available:`
  if (preFilter) text += ` ${preFilter}.`
  else {
    const reasons = counted(nodes, rejections, absent)
    if (reasons) text += ` ${reasons}.`
  }
  return postFilter ? `${text} ${postFilter}` : text
}

function counted(nodes: number, rejections: ReadonlyMap<string, Status>, absent: Status | undefined): string {
  const counts = new Map<string, number>()
  const count = (reason: string, by: number) => counts.set(reason, (counts.get(reason) ?? 0) + by)
  for (const { reasons } of rejections.values()) for (const reason of reasons) count(reason, 1)
  if (absent && rejections.size < nodes) for (const reason of absent.reasons) count(reason, nodes - rejections.size)
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(', ')
}
