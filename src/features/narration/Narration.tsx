import type { StoryMoment } from '../../stores/momentKinds'
import { narrate, type NarrationWords } from './narrate'
import './narration.css'

export interface NarrationProps {
  readonly moment: StoryMoment
  readonly words: NarrationWords
  /** Accessible name of the status: `Narration`. */
  readonly label: string
}

/** What happens in this moment, in a heading and a sentence or two. */
export function Narration({ moment, words, label }: NarrationProps) {
  const { wait, heading, text } = narrate(moment, words)
  return (
    <div className="narration" role="status" aria-label={label}>
      {wait && <p className="narration-wait">{wait}</p>}
      <h1>{heading}</h1>
      <p>
        {text.map((part, i) => {
          if (part.as === 'code') return <code key={i}>{part.text}</code>
          if (part.as === 'strong') return <strong key={i}>{part.text}</strong>
          if (part.as === 'component')
            return (
              <b key={i} className={`component-${part.component}`}>
                {part.text}
              </b>
            )
          return part.text
        })}
      </p>
    </div>
  )
}
