// Which words a moment gets. Each kind of moment has its own; a refusal is told by what refused it.

import type { DiagramMessages } from '../../i18n/messages/en/diagram'
import type { OutageMessages } from '../../i18n/messages/en/outages'
import type { MomentWords, NarrationMessages, RefusalMessages, WaitMessages } from '../../i18n/messages/en/narration'
import { fill, plain, rich, type RichPart } from '../../i18n/rich'
import type { MomentKind, StoryMoment } from '../../stores/momentKinds'

export interface NarrationWords {
  /** Complete by its type: a kind of moment without words does not compile. */
  readonly narration: Readonly<Record<MomentKind, MomentWords>> & NarrationMessages
  readonly refusals: RefusalMessages
  readonly outages: OutageMessages
  readonly waits: WaitMessages
  readonly stages: DiagramMessages
}

export interface Narration {
  /** How much later it is than the moment before; empty for hardly any. */
  readonly wait: string
  readonly heading: string
  readonly text: readonly RichPart[]
}

export function narrate(moment: StoryMoment, words: NarrationWords): Narration {
  const { stage } = moment.facts
  const outage = moment.kind === 'fault.stopped' ? { message: words.outages[moment.facts.says as keyof OutageMessages] } : {}
  const facts = { ...moment.facts, ...outage, stage: stage ? (words.stages[`stage.${stage}` as keyof DiagramMessages] ?? stage) : '' }
  const { heading, text } = wordsOf(moment, words)
  return { wait: waitOf(moment.after, words.waits), heading: plain(heading, facts), text: rich(text, facts) }
}

/** Milliseconds that a reader would notice. */
const NOTICED = 2000
const MINUTES = 120_000

function waitOf(after: number, words: WaitMessages): string {
  if (after < NOTICED) return ''
  const [message, unit] = after < MINUTES ? [words.seconds, 1000] : [words.minutes, 60_000]
  return fill(message, { count: String(Math.round(after / unit)) })
}

/** The words before they are filled. */
export function wordsOf(moment: StoryMoment, { narration, refusals }: NarrationWords): MomentWords {
  const { code = '', stage = '', reason } = moment.facts
  if (moment.kind === 'componentRefused' && reason === 'Conflict') return refusals.componentConflict
  if (moment.kind !== 'refused') return narration[moment.kind]
  if (code === '403' && stage.endsWith('Admission')) return refusals.admission
  // What a kind itself forbids (rights that one does not hold) is no matter of rules or plugins.
  if (code === '403' && stage !== 'authorization' && stage !== 'impersonation') return narration.refused
  return code in refusals ? refusals[Number(code) as 401] : narration.refused
}
