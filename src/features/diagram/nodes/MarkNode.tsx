import type { NodeProps } from '@xyflow/react'
import type { MarkNodeType } from '../nodeTypes'
import type { MarkWord } from '../sceneTypes'

const ICONS: Readonly<Record<MarkWord, string>> = {
  down: '✕',
  noPower: '✕',
  cut: '✂',
  slow: '◷',
  deaf: '◷',
  denies: '✕',
  silent: '◷',
  expired: '✕',
  short: '▲',
}

export function MarkNode({ data: { mark, words } }: NodeProps<MarkNodeType>) {
  return (
    <div className={`fault-mark ${mark.down ? 'down' : ''}`}>
      {mark.says.map(({ word, name }) => (
        <span key={`${word} ${name}`} className={`fault-word ${word}`}>
          <i aria-hidden="true">{ICONS[word]}</i> {name ? `${name}: ` : ''}
          {words[`mark.${word}`]}
        </span>
      ))}
    </div>
  )
}
