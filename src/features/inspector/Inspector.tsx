import { useState, type KeyboardEvent } from 'react'
import type { Recording } from '../../engine/index'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import type { Reasons } from '../../i18n/messages/en/reasons'
import { useLaterWords } from '../../i18n/words'
import type { StoryMoment } from '../../stores/momentKinds'
import './inspector.css'
import { RequestPanel } from './RequestPanel'
import { ResponsePanel } from './ResponsePanel'
import { StoredPanel } from './StoredPanel'
import { changesAt, decisionAt, requestAt, storedAt, whyAt } from './subject'
import { WhyPanel } from './WhyPanel'

const TABS = ['request', 'response', 'stored', 'why'] as const
type Tab = (typeof TABS)[number]

export interface InspectorProps {
  readonly cluster: Pick<Recording, 'trace' | 'history'>
  readonly moment: StoryMoment
  /** Runs a line as an admin: it would allow what was refused in this moment. */
  readonly onTry: (line: string) => void
}

/** Opens what a moment is about: its request, answer, object, and reasons. */
export function Inspector({ cluster, moment, onTry }: InspectorProps) {
  const { inspector: words, reasons } = useLaterWords()
  const [tab, setTab] = useState<Tab>('request')
  const pressed = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    event.stopPropagation()
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length]!
    setTab(next)
    document.getElementById(`tab-${next}`)?.focus()
  }
  return (
    <div className={`inspector actor-${moment.kind === 'refused' ? 'refused' : moment.actor}`}>
      <div role="tablist" aria-label={words.inspector} onKeyDown={pressed}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls="inspector-panel"
            tabIndex={tab === name ? 0 : -1}
            onClick={() => setTab(name)}
          >
            {words[name]}
          </button>
        ))}
      </div>
      <div id="inspector-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <Panel tab={tab} cluster={cluster} moment={moment} words={words} reasons={reasons} onTry={onTry} />
      </div>
    </div>
  )
}

/** In these moments the server is filling in the object. */
const changing = ({ kind }: StoryMoment) => kind === 'stage.defaulting' || kind === 'stage.mutatingAdmission'

interface PanelProps extends InspectorProps {
  readonly tab: Tab
  readonly words: InspectorMessages
  readonly reasons: Reasons
}

function Panel({ tab, ...props }: PanelProps) {
  const { cluster, moment, words, reasons, onTry } = props
  const { trace, history } = cluster
  switch (tab) {
    case 'request': {
      const record = requestAt(trace, moment)
      // A moment in which nobody asks anything is about a decision: that is what there is to see.
      if (!record && decisionAt(trace, moment)) return <Panel tab="why" {...props} />
      return <RequestPanel record={record} changes={changing(moment) ? changesAt(trace, moment) : []} words={words} />
    }
    case 'response':
      return <ResponsePanel record={requestAt(trace, moment)} position={moment.hop} words={words} />
    case 'stored':
      return <StoredPanel stored={storedAt(cluster, moment)} words={words} />
    case 'why':
      return (
        <WhyPanel
          why={whyAt(trace, moment)}
          decision={decisionAt(trace, moment)}
          changes={changesAt(trace, moment)}
          history={history}
          words={words}
          reasons={reasons}
          onTry={onTry}
        />
      )
  }
}
