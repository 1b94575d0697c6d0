import type { StepsMessages } from '../../i18n/messages/en/steps'
import type { StoryMoment } from '../../stores/momentKinds'
import { stepsAt, type StepRow } from './stepsAt'
import './steps.css'

export interface SixStepsProps {
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly words: StepsMessages
  /** `row`: circles side by side, for the projector and the phone. */
  readonly layout?: 'list' | 'row'
}

/** The course's six steps and how far the request has come. */
export function SixSteps({ moments, index, words, layout = 'list' }: SixStepsProps) {
  return (
    <ol className={`six-steps ${layout}`} aria-label={words.sixSteps}>
      {stepsAt(moments, index).map((row) => (
        <StepItem key={row.step ?? row.name} row={row} words={words} short={layout === 'row'} />
      ))}
    </ol>
  )
}

function StepItem({ row, words, short }: { readonly row: StepRow; readonly words: StepsMessages; readonly short: boolean }) {
  const name = row.step === null ? words[row.name!] : words[`${short || row.state === 'question' ? 'short' : 'name'}${row.step}`]
  const fact = row.fact === null ? '' : 'text' in row.fact ? row.fact.text : words[row.fact.word]
  return (
    <li
      className={`step ${row.step === null ? 'stop' : `step-${row.step}`} ${row.state}`}
      aria-label={row.step === null ? name : words[`name${row.step}`]}
      aria-current={row.current ? 'step' : undefined}
      aria-description={stateWord(row, words)}
    >
      <span className="step-mark" aria-hidden="true">
        {row.state === 'done' ? (
          <Mark path="M-3.6 0.2 L-1.1 2.7 L3.8 -2.6" />
        ) : row.state === 'refused' ? (
          <Mark path="M-3 -3 L3 3 M3 -3 L-3 3" octagon />
        ) : (
          row.step
        )}
      </span>
      <span className="step-name">{name}</span>
      {!short && fact && <span className="step-fact">{fact}</span>}
    </li>
  )
}

function Mark({ path, octagon = false }: { readonly path: string; readonly octagon?: boolean }) {
  return (
    <svg viewBox="-11 -11 22 22">
      {octagon && <polygon points="-4.5,-11 4.5,-11 11,-4.5 11,4.5 4.5,11 -4.5,11 -11,4.5 -11,-4.5" />}
      <path d={path} />
    </svg>
  )
}

function stateWord({ state }: StepRow, words: StepsMessages): string | undefined {
  return state === 'question' || state === 'upcoming' ? undefined : words[state]
}
