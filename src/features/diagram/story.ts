// What the picture must know of the moments before: whose story it is, what its program printed, how far its request came.

import { stageSteps } from '../../engine/steps'
import type { ProgramId, RequestId, Stage, StageDetail, Trace } from '../../engine/index'
import { beginsStory } from '../../stores/beginsStory'
import type { StoryMoment } from '../../stores/momentKinds'
import { refusalIn, type Refusal } from './refusal'
import type { RailState, SchedulerBox } from './sceneTypes'
import { NO_STORY, type Story } from './storyTypes'

/** The story that moment `index` is part of. */
export function storyAt(trace: Trace, moments: readonly StoryMoment[], index: number): Story {
  const current = moments[index]
  if (!current || current.kind === 'rest') return NO_STORY
  const shown = current.program ?? lastProgram(moments, index)
  const faulted = current.program === null ? faultBehind(moments, index) : 0
  const program = faulted > 0 ? null : shown
  const start = faulted || startOf(moments, index, program)
  let request: RequestId | null = null
  let refusal: Refusal | null = null
  let scores: SchedulerBox['scores'] = []
  let chosen: Story['chosen'] = null
  let controller = ''
  const reached = new Set<string>()
  for (let i = start; i <= index; i++) {
    const moment = moments[i]!
    if (moment.program !== program) continue
    reached.add(moment.actor)
    if (moment.facts.node) reached.add(moment.facts.node)
    if (moment.request !== null && (beginsStory(moment.kind) || moment.kind === 'sentToWait')) {
      request = moment.request
      refusal = null
    }
    if (moment.kind === 'refused') refusal = refusalIn(trace, moment)
    if (moment.kind === 'scheduled' || moment.kind === 'unschedulable') scores = scoresOf(trace, moment)
    if (moment.kind === 'scheduled') chosen = { pod: moment.facts.pod ?? '', node: moment.facts.node ?? '' }
    if (moment.kind === 'bindingStored') chosen = null
    if (moment.facts.controller) controller = moment.facts.controller
  }
  const controllers = controllersAct(moments, start, program) ? { last: controller } : null
  const told = programAt(trace, shown, moments[(faulted ? startOf(moments, index, shown) : start) - 1]?.opens ?? 0, current.hop)
  return {
    program,
    request,
    refusal,
    reached,
    scores,
    controllers,
    chosen,
    ...told,
    // curl prints a refusal like any answer, and ends well.
    output: told.output && { ...told.output, failed: told.output.failed || refusal !== null },
  }
}

/** How far a request had come at a position, for each stage of the machine. */
export function railAt(
  trace: Trace,
  request: RequestId | null,
  position: number,
): ReadonlyMap<Stage, { state: RailState; detail: StageDetail | undefined }> {
  const out = new Map<Stage, { state: RailState; detail: StageDetail | undefined }>()
  const route = new Set<Stage>()
  let last: Stage | null = null
  for (const index of request === null ? [] : trace.hopsOf(request)) {
    const hop = trace.hop(index)
    if (hop.kind !== 'stage') continue
    route.add(hop.stage)
    if (index > position) continue
    out.set(hop.stage, {
      state: hop.outcome === 'refused' ? 'refused' : hop.outcome === 'changed' ? 'changed' : 'passed',
      detail: hop.detail,
    })
    last = hop.stage
  }
  const begun = out.size > 0
  for (const stage of Object.keys(stageSteps) as Stage[])
    if (!out.has(stage)) out.set(stage, { state: begun && !route.has(stage) ? 'skipped' : 'ahead', detail: undefined })
  if (last && out.get(last)!.state !== 'refused' && last !== 'respond') out.set(last, { ...out.get(last)!, state: 'current' })
  return out
}

/** The fault or repair whose consequence a moment is that no program asked for: the last one, if nothing was asked since; else 0. */
function faultBehind(moments: readonly StoryMoment[], index: number): number {
  for (let i = index; i > 0; i--) {
    const { kind, program } = moments[i]!
    if (kind.startsWith('fault.') || kind.startsWith('repair.')) return i
    if (program !== null && beginsStory(kind)) return 0
  }
  return 0
}

function lastProgram(moments: readonly StoryMoment[], index: number): ProgramId | null {
  for (let i = index; i > 0; i--) if (moments[i]!.program !== null) return moments[i]!.program
  return null
}

/** Whether a controller acts in the story that begins at `start`: the picture keeps a place for it from the first moment on. */
function controllersAct(moments: readonly StoryMoment[], start: number, program: ProgramId | null): boolean {
  for (let i = start; i < moments.length; i++) if (moments[i]!.program === program && moments[i]!.actor === 'controllers') return true
  return false
}

/** The moment in which the program's first request set out. */
function startOf(moments: readonly StoryMoment[], index: number, program: ProgramId | null): number {
  let start = index
  for (let i = index; i > 0; i--) {
    const { kind, program: own } = moments[i]!
    if (!beginsStory(kind)) continue
    if (own !== program) break
    start = i
  }
  return start
}

/** The stage that a moment is about. */
export function stageOf(moment: StoryMoment): Stage | null {
  return (moment.facts.stage as Stage | undefined) ?? null
}

function scoresOf(trace: Trace, moment: StoryMoment): SchedulerBox['scores'] {
  const hop = trace.hop(moment.opens)
  if (hop.kind !== 'decide' || hop.decision.kind !== 'schedule') return []
  const { nodes, chosen } = hop.decision
  return nodes.map((n) => ({ node: n.node, total: n.total, chosen: n.node === chosen, refused: n.filteredBy !== undefined }))
}

function programAt(trace: Trace, program: ProgramId | null, from: number, position: number): Pick<Story, 'identity' | 'line' | 'output'> {
  let identity = ''
  let line = ''
  let output: Story['output'] = null
  for (let i = from; i <= position; i++) {
    const hop = trace.kept(i)
    if (hop.kind !== 'program' || hop.program !== program) continue
    if (hop.event.type === 'started') ({ identity, line } = hop.event)
    if (hop.event.type === 'printed') output = { text: lastLine(hop.event.text), failed: false }
    if (hop.event.type === 'exited' && hop.event.code !== 0) output = { text: `exit status ${hop.event.code}`, failed: true }
  }
  return { identity, line, output }
}

/** The last that says anything: not the brace that closes an object. */
function lastLine(text: string): string {
  return (
    text
      .split('\n')
      .findLast((line) => /\w/.test(line))
      ?.trim() ?? ''
  )
}
