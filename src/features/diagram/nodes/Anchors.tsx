import { Handle, Position } from '@xyflow/react'

/** React Flow draws an edge only between handles; the lanes know their own way. */
export function Anchors() {
  return (
    <>
      <Handle type="source" position={Position.Bottom} className="anchor" isConnectable={false} aria-hidden="true" />
      <Handle type="target" position={Position.Top} className="anchor" isConnectable={false} aria-hidden="true" />
    </>
  )
}
