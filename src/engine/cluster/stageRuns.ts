// The stages that one event takes a request through stand as one row of the trace. Which stages and outcomes they were is one number, for
// requests go a few ways only; what each found is kept beside it, in order, for those that found something.

import type { StageDetail, StageOutcome, Stage } from '../base/hop'
import { invariant } from '../base/invariant'
import { stageSteps } from '../flow/advance'

export const STAGES = Object.keys(stageSteps) as Stage[]
export const OUTCOMES = ['passed', 'changed', 'answered', 'refused', 'retry'] as const satisfies readonly StageOutcome[]
const stageNumber = new Map(STAGES.map((stage, i) => [stage, i]))
const outcomeNumber = new Map<StageOutcome, number>(OUTCOMES.map((outcome, i) => [outcome, i]))
/** Stages in one row: as many as a mask has bits to spare. */
const LONGEST = 16
/** A row has two bytes for its way. */
const MOST_WAYS = 1 << 16

/** A sequence of stages with their outcomes. */
export interface Way {
  readonly number: number
  readonly stages: readonly Stage[]
  readonly outcomes: readonly StageOutcome[]
  readonly next: (number | undefined)[]
}

export class StageWays {
  private readonly ways: Way[] = [{ number: 0, stages: [], outcomes: [], next: [] }]

  at(number: number): Way {
    return this.ways[number]!
  }

  /** The way that goes one stage further; null where that is more than a row takes. 0 is the way of no stage. */
  further(way: number, stage: Stage, outcome: StageOutcome): number | null {
    const from = this.ways[way]!
    const code = stageNumber.get(stage)! * OUTCOMES.length + outcomeNumber.get(outcome)!
    const known = from.next[code]
    if (known !== undefined) return known
    if (way !== 0 && (from.stages.length === LONGEST || this.ways.length === MOST_WAYS)) return null
    invariant(this.ways.length < MOST_WAYS, 'few ways that requests go')
    const number = this.ways.length
    this.ways.push({ number, stages: [...from.stages, stage], outcomes: [...from.outcomes, outcome], next: [] })
    from.next[code] = number
    return number
  }
}

/** What the stages of a run found, as a row keeps it: one detail bare, several as a list, and which stages have one as a mask. */
export type Found = StageDetail | readonly StageDetail[] | undefined

export function detailAt(found: Found, mask: number, offset: number): StageDetail | undefined {
  if ((mask & (1 << offset)) === 0) return undefined
  if (!isList(found)) return found
  return found[ones(mask & ((1 << offset) - 1))]
}

/** Stages of which something was let go stand in the upper half of the mask. */
export const lean = (offset: number) => 1 << (offset + LONGEST)

export const isList = (found: Found): found is readonly StageDetail[] => Array.isArray(found)

function ones(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}
