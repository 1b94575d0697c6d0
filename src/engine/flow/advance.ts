// Runs requestFlowMachine as a pure function, remembered by state and event: a transition costs one look-up after its first time.
// Sound because the machine has no context and its guards read the event alone.

import { initialTransition, transition } from 'xstate'
import type { SnapshotFrom } from 'xstate'
import type { Stage } from '../base/hop'
import { invariant } from '../base/invariant'
import { requestFlowMachine, type FlowEvent, type Step } from './requestFlowMachine'

/** Where a request, or a Pod after its request, is. Shared and immutable: compare with `===`. */
export interface FlowPosition {
  /** Dotted path of the leaf state, e.g. `validateRequest.authorization`. */
  readonly path: string
  /** Name of the leaf state; a Stage while the request is being handled. */
  readonly leaf: string
  /** The six steps' number, null where the state belongs to none. */
  readonly step: Step | null
  readonly done: boolean
}

interface Known extends FlowPosition {
  readonly snapshot: SnapshotFrom<typeof requestFlowMachine>
  /** By event type, then by route ('' where the event has none): null where the machine does not take it. */
  readonly next: Map<string, Map<string, Known | null>>
}

const positions = new Map<string, Known>()
const start = known(initialTransition(requestFlowMachine)[0])

/** The position of a request that has just arrived. */
export function beginFlow(): FlowPosition {
  return start
}

/** The position after `event`. Throws when the machine does not take this event here: the caller has lost its way. */
export function advance(at: FlowPosition, event: FlowEvent): FlowPosition {
  const to = after(at, event)
  invariant(to, 'the flow does not take this event here', { at: at.path, event })
  return to
}

/** Whether the machine takes this event here. */
export function canAdvance(at: FlowPosition, event: FlowEvent): boolean {
  return after(at, event) !== null
}

/** The stage a request is in; throws when it is in none (answered, refused, or a Pod's later life). */
export function stageOf(at: FlowPosition): Stage {
  invariant(at.leaf in stageSteps, 'not a stage', { path: at.path })
  return at.leaf as Stage
}

/** The step (or null) of every stage, read from the machine. */
export const stageSteps: Readonly<Record<Stage, Step | null>> = readStageSteps()

function readStageSteps(): Record<Stage, Step | null> {
  const out: Partial<Record<Stage, Step | null>> = {}
  for (const step of Object.values(requestFlowMachine.states))
    for (const leaf of Object.values(step.states)) if (leaf.id === leaf.key) out[leaf.key as Stage] = step.meta?.step ?? null
  return out as Record<Stage, Step | null>
}

/** Where an event leads, asked of the machine once. */
function after(at: FlowPosition, event: FlowEvent): Known | null {
  const { next, snapshot } = at as Known
  let byRoute = next.get(event.type)
  if (!byRoute) next.set(event.type, (byRoute = new Map()))
  const route = 'route' in event ? event.route : ''
  let to = byRoute.get(route)
  if (to === undefined) {
    to = snapshot.can(event) ? known(transition(requestFlowMachine, snapshot, event)[0]) : null
    byRoute.set(route, to)
  }
  return to
}

function known(snapshot: SnapshotFrom<typeof requestFlowMachine>): Known {
  const path = pathOf(snapshot.value)
  const seen = positions.get(path)
  if (seen) return seen
  const [top, leaf = top] = path.split('.') as [string, string?]
  const step = requestFlowMachine.states[top as keyof typeof requestFlowMachine.states]?.meta?.step ?? null
  const made: Known = { path, leaf, step, done: snapshot.status === 'done' || top === 'refused', snapshot, next: new Map() }
  positions.set(path, made)
  return made
}

function pathOf(value: unknown): string {
  if (typeof value === 'string') return value
  const [entry] = Object.entries(value as Record<string, unknown>)
  invariant(entry, 'a state without a name')
  return `${entry[0]}.${pathOf(entry[1])}`
}
