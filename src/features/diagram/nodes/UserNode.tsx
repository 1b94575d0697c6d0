import type { NodeProps } from '@xyflow/react'
import type { UserNodeType } from '../nodeTypes'
import { shortLine } from '../shortLine'
import { Anchors } from './Anchors'

export function UserNode({ data: { box, words } }: NodeProps<UserNodeType>) {
  const who = [box.identity || words.you, box.tool || 'kubectl']
  return (
    <div className={`box user-box ${box.tone}`}>
      <Anchors />
      <strong className="box-title">{words.user}</strong>
      {box.compact ? (
        who.map((text) => (
          <span key={text} className="box-note">
            {text}
          </span>
        ))
      ) : (
        <span className="box-note">{who.join(' · ')}</span>
      )}
      {!box.compact && (
        <div className="user-terminal">
          {box.line ? <span className="clip">{shortLine(box.line)}</span> : <span>{words.noRequest}</span>}
          {box.output && <span className={`clip ${box.output.failed ? 'bad' : 'good'}`}>{box.output.text}</span>}
        </div>
      )}
    </div>
  )
}
