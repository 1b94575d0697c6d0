// How far the current story has come in the six steps, read from the moments.

import type { Step } from '../../engine/index'
import type { StepsMessages } from '../../i18n/messages/en/steps'
import type { MomentKind, StoryMoment } from '../../stores/momentKinds'

export type StepState = 'question' | 'done' | 'current' | 'refused' | 'notReached' | 'upcoming'

export interface StepRow {
  readonly step: Step
  readonly state: StepState
  /** What the trace says (`alice`, `rev 1042`), or a word. */
  readonly fact: { readonly text: string } | { readonly word: keyof StepsMessages } | null
  readonly current: boolean
}

const STEPS: readonly Step[] = [1, 2, 3, 4, 5, 6]

/** The six rows at moment `index`. */
export function stepsAt(moments: readonly StoryMoment[], index: number): readonly StepRow[] {
  const now = moments[index]!
  const [start, end] = storyOf(moments, index)
  if (now.kind === 'rest' || start < 0)
    return STEPS.map((step) => ({ step, state: 'question', fact: { word: `question${step}` }, current: false }))
  const refusal = moments.slice(start, index + 1).find((m) => m.kind === 'refused')
  return STEPS.map((step) => {
    const seen = last(moments, start, index, step)
    const later = last(moments, index + 1, end, step) !== null
    const current = now.step === step
    if (refusal?.step === step)
      return { step, state: 'refused', fact: { word: refusal.facts.code === '409' ? 'conflict' : 'refused' }, current }
    if (current) return { step, state: 'current', fact: factOf(now), current }
    if (seen && !later) return { step, state: 'done', fact: factOf(seen), current }
    if (refusal) return { step, state: 'notReached', fact: { word: 'notReached' }, current }
    return { step, state: 'upcoming', fact: seen ? factOf(seen) : null, current }
  })
}

/** The stretch of moments from the reader's request that this one follows, to the next one. */
function storyOf(moments: readonly StoryMoment[], index: number): [number, number] {
  let start = index
  while (start > 0 && moments[start]!.kind !== 'sent' && moments[start]!.kind !== 'program') start--
  let end = index
  while (end + 1 < moments.length && moments[end + 1]!.kind !== 'sent' && moments[end + 1]!.kind !== 'program') end++
  return [start === 0 ? -1 : start, end]
}

function last(moments: readonly StoryMoment[], from: number, to: number, step: Step): StoryMoment | null {
  for (let i = Math.min(to, moments.length - 1); i >= from; i--) if (moments[i]!.step === step) return moments[i]!
  return null
}

const WORDS: Partial<Readonly<Record<MomentKind, keyof StepsMessages>>> = {
  read: 'read',
  readFresh: 'read',
  readCache: 'read',
  keyFree: 'noConflict',
  schedulerNotified: 'notified',
  scheduled: 'choosing',
  unschedulable: 'noNode',
  bindingSent: 'binding',
  bindingChecked: 'binding',
  kubeletNotified: 'notified',
  kubeletToldToStop: 'stopping',
  tokenRequested: 'starting',
  runtimeSandbox: 'starting',
  runtimePull: 'starting',
  runtimeCreate: 'starting',
  runtimeStart: 'starting',
  runtimeStop: 'stopping',
  runtimeStopSandbox: 'stopping',
  podRunning: 'running',
  deleteStored: 'removed',
}

function factOf(moment: StoryMoment): StepRow['fact'] {
  const { facts } = moment
  const word = WORDS[moment.kind]
  if (word) return { word }
  switch (moment.step) {
    case 1:
      return { text: facts.user ?? '' }
    case 2:
      return { word: 'allowed' }
    case 3:
      return { word: facts.action === 'create' ? 'noConflict' : 'read' }
    case 4:
      return facts.revision ? { text: `rev ${facts.revision}` } : null
    case 5:
      // What the scheduler writes besides bindings is that no node fits.
      return facts.node ? { text: facts.node } : { word: /^status/i.test(moment.kind) ? 'noNode' : 'binding' }
    default:
      return { word: 'reporting' }
  }
}
