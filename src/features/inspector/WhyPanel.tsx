import type { Decision, History, StageDetail, Why } from '../../engine/index'
import { fill, rich } from '../../i18n/rich'
import type { InspectorMessages } from '../../i18n/messages/en/inspector'
import type { Reasons } from '../../i18n/messages/en/reasons'
import { withoutManagedFields } from '../../kubectl/printers/managedFields'
import { yamlText } from '../../kubectl/printers/yamlText'
import { AuthorizationWhy } from './AuthorizationWhy'
import { Changes } from './Changes'
import { Code } from './Code'
import { FactCards } from './FactCards'
import { SchedulerTable } from './SchedulerTable'

export interface WhyPanelProps {
  readonly why: Why | null
  readonly decision: Extract<Decision, { kind: 'schedule' }> | null
  readonly changes: NonNullable<StageDetail['changes']>
  readonly history: History
  readonly words: InspectorMessages
  readonly reasons: Reasons
  readonly onTry: (line: string) => void
}

/** What was looked at, and why it came out as it did. */
export function WhyPanel({ why, decision, changes, words, ...rest }: WhyPanelProps) {
  if (!why && !decision && changes.length === 0) return <p className="quiet-text">{words.noWhy}</p>
  return (
    <>
      {decision && <SchedulerTable decision={decision} words={words} />}
      {why && <Reason why={why} words={words} {...rest} />}
      {changes.length > 0 && <Changes changes={changes} words={words} />}
    </>
  )
}

type ReasonProps = Omit<WhyPanelProps, 'why' | 'decision' | 'changes'> & { readonly why: Why }

function Reason({ why, history, words, reasons, onTry }: ReasonProps) {
  switch (why.kind) {
    case 'authorization':
      return <AuthorizationWhy why={why} history={history} words={words} onTry={onTry} />
    case 'authentication':
      return (
        <>
          <h2>{words.attempted}</h2>
          <Rows rows={why.attempted.map((a) => [a.authenticator, fill(reasons.verdicts[a.verdict], { error: a.error })])} />
        </>
      )
    case 'validation':
      return (
        <>
          <h2>{words.fieldErrors}</h2>
          {why.errors.map((error, i) => (
            <div key={i} className="why-card">
              <code>{error.field}</code>
              <p>
                <strong className="bad">{error.type}</strong> {error.detail}
              </p>
              {error.value !== undefined && <Code text={error.value} />}
              {error.allowed && <p className="quiet-text">{error.allowed.join(', ')}</p>}
            </div>
          ))}
        </>
      )
    case 'admission':
      return (
        <>
          <h2>{fill(words.admission, { plugin: why.plugin })}</h2>
          <p className="why-text">{why.message}</p>
          <FactCards facts={why.facts} names={reasons.facts} />
        </>
      )
    case 'conflict':
      return (
        <>
          <h2>{why.sent === null ? words.conflict : words.stale}</h2>
          <Code text={why.key} />
          {why.sent !== null && (
            <p className="why-text">{fill(words.conflictSent, { sent: String(why.sent), stored: String(why.storedRevision ?? '') })}</p>
          )}
          {why.stored && (
            <>
              <p className="quiet-text">{fill(words.conflictStored, { stored: String(why.storedRevision ?? '') })}</p>
              <Code text={yamlText(withoutManagedFields(why.stored))} />
            </>
          )}
        </>
      )
    case 'because':
      return (
        <>
          <p className="why-text">
            {rich(reasons.because[why.because], {}).map((part, i) => (part.as === 'code' ? <code key={i}>{part.text}</code> : part.text))}
          </p>
          <FactCards facts={why.facts} names={reasons.facts} />
        </>
      )
    case 'notFound':
      return (
        <>
          <h2>{words.notFound}</h2>
          <Code text={why.key} />
        </>
      )
  }
}

function Rows({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <ul className="why-rows">
      {rows.map(([name, value]) => (
        <li key={name}>
          <span>{name}</span>
          <span>{value}</span>
        </li>
      ))}
    </ul>
  )
}
