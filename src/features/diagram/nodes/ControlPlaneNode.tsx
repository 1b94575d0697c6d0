import type { NodeProps } from '@xyflow/react'
import type { ControlPlaneNodeType } from '../nodeTypes'

export function ControlPlaneNode({ data: { words } }: NodeProps<ControlPlaneNodeType>) {
  return <div className="control-plane">{words.controlPlane}</div>
}
