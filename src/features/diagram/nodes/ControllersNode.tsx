import type { NodeProps } from '@xyflow/react'
import type { ControllersNodeType } from '../nodeTypes'
import { Anchors } from './Anchors'

export function ControllersNode({ data: { box, words } }: NodeProps<ControllersNodeType>) {
  return (
    <div className={`box controllers-box hue-controllers ${box.tone} ${box.compact ? 'compact' : ''}`}>
      <Anchors />
      <strong className="box-title">kube-controller-manager</strong>
      {!box.compact && <span className="box-note">{box.watches ? box.controller || words.watchingObjects : words.noWatch}</span>}
    </div>
  )
}
