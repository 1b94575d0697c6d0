import type { NodeProps } from '@xyflow/react'
import type { UserNodeType } from '../nodeTypes'
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
          {box.line ? <span className="clip">{firstWords(box.line)}</span> : <span>{words.noRequest}</span>}
          {box.output && <span className={`clip ${box.output.failed ? 'bad' : 'good'}`}>{box.output.text}</span>}
        </div>
      )}
    </div>
  )
}

const ROOM = 15

/** As many whole words of the command as have room. */
function firstWords(line: string): string {
  let out = ''
  for (const word of line.split(/\s+/)) {
    if (out && out.length + 1 + word.length > ROOM) break
    out = out ? `${out} ${word}` : word
  }
  return out
}
