import type { History } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import { commandOf, hasPlace, remedyOf, type Authorization } from './remedy'

export interface WhatWouldAllowProps {
  readonly why: Authorization
  readonly history: History
  readonly words: InspectorMessages
  /** Runs a line that only an admin may. */
  readonly onTry: (line: string) => void
}

/** The rule that is missing, and a button that applies it as it stands there. */
export function WhatWouldAllow({ why, history, words, onTry }: WhatWouldAllowProps) {
  const remedy = remedyOf(why)
  if (remedy === null) return null
  const tries = hasPlace(why, history)
  return (
    <section className="why-card plain" aria-label={words.whatWouldAllow}>
      <div className="why-card-head">
        <strong>{words.whatWouldAllow}</strong>
        {tries && (
          <button type="button" className="primary" aria-describedby="try-it" onClick={() => onTry(commandOf(remedy))}>
            {words.tryIt}
          </button>
        )}
      </div>
      {tries && (
        <p id="try-it" className="quiet-text">
          {words.triedAsAdmin}
        </p>
      )}
      <pre className="code-block">
        {remedy.map(([before, grants, after], i) => (
          <span key={i} className={before.startsWith('apiVersion:') ? 'code-label' : undefined}>
            {before}
            {grants && <strong className="good">{grants}</strong>}
            {after}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}
