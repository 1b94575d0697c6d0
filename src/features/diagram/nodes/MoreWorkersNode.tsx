import type { NodeProps } from '@xyflow/react'
import type { MoreWorkersNodeType } from '../nodeTypes'

export function MoreWorkersNode({ data: { says } }: NodeProps<MoreWorkersNodeType>) {
  return <div className="box more-workers">{says}</div>
}
