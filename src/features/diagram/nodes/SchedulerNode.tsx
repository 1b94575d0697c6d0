import type { NodeProps } from '@xyflow/react'
import type { SchedulerNodeType } from '../nodeTypes'
import { Anchors } from './Anchors'

const SHOWN = 2

export function SchedulerNode({ data: { box, words } }: NodeProps<SchedulerNodeType>) {
  const best = Math.max(1, ...box.scores.map((s) => s.total))
  const shown = [...box.scores].sort((a, b) => Number(b.chosen) - Number(a.chosen)).slice(0, SHOWN)
  return (
    <div className={`box scheduler-box ${box.tone} ${box.compact ? 'compact' : box.narrow ? 'narrow' : ''}`}>
      <Anchors />
      <strong className="box-title">kube-scheduler</strong>
      {!box.compact &&
        (shown.length === 0 ? (
          <span className="box-note">{box.watches ? words.watchingUnscheduled : words.noWatch}</span>
        ) : (
          shown.map((s) => (
            <span key={s.node} className={`score ${s.chosen ? 'chosen' : ''}`}>
              <span className="score-node">{s.node}</span>
              <span className="score-bar">{!s.refused && <i style={{ width: `${Math.max(4, (s.total / best) * 100)}%` }} />}</span>
              <span className="score-total">{s.refused ? `✕ ${words.noNode}` : s.total}</span>
            </span>
          ))
        ))}
    </div>
  )
}
