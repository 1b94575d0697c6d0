import type { NodeProps } from '@xyflow/react'
import type { BadgeNodeType } from '../nodeTypes'

export function BadgeNode({ data: { badge } }: NodeProps<BadgeNodeType>) {
  return <span className={`badge hue-${badge.hue} ${badge.state}`}>{badge.number}</span>
}
