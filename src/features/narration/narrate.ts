// Which words a moment gets. Each kind of moment has its own; a refusal is told by what refused it.

import type { DiagramMessages } from '../../i18n/messages/en/diagram'
import type { OutageMessages } from '../../i18n/messages/en/outages'
import type { MomentWords, NarrationMessages, RefusalMessages } from '../../i18n/messages/en/narration'
import { plain, rich, type RichPart } from '../../i18n/rich'
import type { MomentKind, StoryMoment } from '../../stores/momentKinds'

export interface NarrationWords {
  /** Complete by its type: a kind of moment without words does not compile. */
  readonly narration: Readonly<Record<MomentKind, MomentWords>> & NarrationMessages
  readonly refusals: RefusalMessages
  readonly outages: OutageMessages
  readonly stages: DiagramMessages
}

export interface Narration {
  readonly heading: string
  readonly text: readonly RichPart[]
}

export function narrate(moment: StoryMoment, words: NarrationWords): Narration {
  const { stage } = moment.facts
  const outage = moment.kind === 'fault.stopped' ? { message: words.outages[moment.facts.says as keyof OutageMessages] } : {}
  const facts = { ...moment.facts, ...outage, stage: stage ? (words.stages[`stage.${stage}` as keyof DiagramMessages] ?? stage) : '' }
  const { heading, text } = wordsOf(moment, words)
  return { heading: plain(heading, facts), text: rich(text, facts) }
}

/** The words before they are filled. */
export function wordsOf(moment: StoryMoment, { narration, refusals }: NarrationWords): MomentWords {
  if (moment.kind !== 'refused') return narration[moment.kind]
  const { code = '', stage = '' } = moment.facts
  if (code === '403' && stage !== 'authorization' && stage !== 'impersonation') return refusals.admission
  return code in refusals ? refusals[Number(code) as 401] : narration.refused
}
