import type { EdgeProps } from '@xyflow/react'
import { pathOf, type Point } from './geometry'
import type { LaneEdgeType } from './nodeTypes'

export function LaneEdge({ data }: EdgeProps<LaneEdgeType>) {
  const { lane, label } = data!
  const end = lane.points[lane.points.length - 1]!
  return (
    <g className={`lane ${lane.kind} ${lane.tone} ${lane.cut ? 'cut' : ''} hue-${lane.hue}`}>
      <path d={pathOf(lane.points)} fill="none" />
      {lane.arrow && (
        <polygon
          className="lane-arrow"
          points={`${end.x},${end.y} ${end.x - 8},${end.y - 4.5} ${end.x - 8},${end.y + 4.5}`}
          transform={arrowTurn(lane.points)}
        />
      )}
      {lane.label && (
        <text x={lane.label.at.x} y={lane.label.at.y} textAnchor={lane.label.align} dominantBaseline="middle">
          {label}
        </text>
      )}
    </g>
  )
}

/** The arrowhead points right; a line that ends leftwards turns it. */
function arrowTurn(points: readonly Point[]): string | undefined {
  const end = points[points.length - 1]!
  const before = points[points.length - 2]!
  return before.x > end.x ? `rotate(180 ${end.x} ${end.y})` : undefined
}
