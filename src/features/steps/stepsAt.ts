// How far the current story has come in the six steps, read from the moments.

import type { Step } from '../../engine/index'
import type { StepsMessages } from '../../i18n/messages/en/steps'
import { beginsStory } from '../../stores/beginsStory'
import type { MomentKind, StoryMoment } from '../../stores/momentKinds'

export type StepState = 'question' | 'done' | 'current' | 'refused' | 'notReached' | 'upcoming'

export interface StepRow {
  /** Null for what stopped between the steps, or is no client with a number. */
  readonly step: Step | null
  /** What such a row is called. */
  readonly name: keyof StepsMessages | null
  readonly state: StepState
  /** What the trace says (`alice`, `rev 1042`), or a word. */
  readonly fact: { readonly text: string } | { readonly word: keyof StepsMessages } | null
  readonly current: boolean
}

const STEPS: readonly Step[] = [1, 2, 3, 4, 5, 6]

/** The six rows at moment `index`, and one more where a refusal is of no step. */
export function stepsAt(moments: readonly StoryMoment[], index: number): readonly StepRow[] {
  const now = moments[index]!
  const [start, end] = storyOf(moments, index)
  if (now.kind === 'rest' || start < 0)
    return STEPS.map((step) => ({ step, name: null, state: 'question', fact: { word: `question${step}` }, current: false }))
  const told = moments.slice(start, index + 1)
  const refusal = told.find((m) => m.kind === 'refused')
  const rejection = told.findLast((m) => m.kind === 'statusRejected')
  // What a component is refused it tries again, or lets be: it shows as long as it is told.
  const own = now.kind === 'componentRefused' ? now : undefined
  const rows = STEPS.map((step): StepRow => {
    const seen = last(moments, start, index, step)
    const later = last(moments, index + 1, end, step) !== null
    const current = now.step === step
    const row = { step, name: null, current }
    const refused = [refusal, rejection, own].find((m) => m?.step === step)
    if (refused) return { ...row, state: 'refused', fact: refusedFact(refused) }
    if (current) return { ...row, state: 'current', fact: factOf(now) }
    const fact = seen && factOf(seen)
    // That no node fits ends no step: the scheduler will look again.
    if (seen && !later && !(fact && 'word' in fact && fact.word === 'noNode')) return { ...row, state: 'done', fact }
    if (refusal) return { ...row, state: 'notReached', fact: { word: 'notReached' } }
    return { ...row, state: 'upcoming', fact }
  })
  if (refusal?.step === null) return withStop(rows, stepsBefore(told, refusal), { ...stop(refusal, now), name: 'stopped' })
  // Controllers hear of what was written; no number is theirs.
  if (own?.step === null) return withStop(rows, 4, { ...stop(own, now), name: 'controllerStopped' })
  return rows
}

function stop(refusal: StoryMoment, now: StoryMoment): Omit<StepRow, 'name'> {
  return { step: null, state: 'refused', fact: refusedFact(refusal), current: now === refusal }
}

function withStop(rows: readonly StepRow[], after: number, row: StepRow): readonly StepRow[] {
  return [...rows.slice(0, after), row, ...rows.slice(after)]
}

/** How many of the steps the request had come through when it was refused. */
function stepsBefore(told: readonly StoryMoment[], refusal: StoryMoment): number {
  const before = told.slice(0, told.indexOf(refusal)).filter((m) => m.request === refusal.request)
  return Math.max(0, ...before.map((m) => m.step ?? 0))
}

function refusedFact({ kind, step, facts }: StoryMoment): StepRow['fact'] {
  if (kind === 'refused' && step !== null) return { word: facts.code === '409' ? 'conflict' : 'refused' }
  return { text: kind === 'statusRejected' ? (facts.reason ?? '') : [facts.code, facts.reason].filter(Boolean).join(' ') }
}

/** The stretch of moments from the reader's request that this one follows, to the next one. */
function storyOf(moments: readonly StoryMoment[], index: number): [number, number] {
  let start = index
  while (start > 0 && !beginsStory(moments[start]!.kind)) start--
  let end = index
  while (end + 1 < moments.length && !beginsStory(moments[end + 1]!.kind)) end++
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
  goneAsHoped: 'removed',
  notThere: 'notThere',
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
