// What stands on the terminal at a position: the lines that were run and what they printed, from the trace alone.

import type { Hop, HopIndex, ProgramId, Trace } from '../../engine/index'

export interface TerminalEntry {
  readonly program: ProgramId
  readonly line: string
  readonly printed: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[]
  /** Null while it runs. */
  readonly code: number | null
}

export type ProgramHop = Extract<Hop, { kind: 'program' }>

/** What was found in a trace so far: one that grows is gone on with. */
const known = new WeakMap<Trace, { hops: readonly ProgramHop[]; length: number }>()

/** The hops of the reader's programs; those of start-up are not the reader's. */
export function programHops(trace: Trace, restHop: HopIndex): readonly ProgramHop[] {
  const { hops, length } = known.get(trace) ?? { hops: [], length: restHop + 1 }
  const found: ProgramHop[] = []
  for (let index = length; index < trace.length; index++) {
    const hop = trace.kept(index)
    if (hop.kind === 'program') found.push(hop)
  }
  const all = found.length > 0 ? [...hops, ...found] : hops
  known.set(trace, { hops: all, length: trace.length })
  return all
}

/** An entry while its pieces are gathered. */
interface Growing extends TerminalEntry {
  readonly printed: TerminalEntry['printed'][number][]
  code: number | null
}

export function foldTerminal(hops: readonly ProgramHop[], position: HopIndex): readonly TerminalEntry[] {
  const entries = new Map<ProgramId, Growing>()
  for (const { index, program, event } of hops) {
    if (index > position) break
    if (event.type === 'started') entries.set(program, { program, line: event.line, printed: [], code: null })
    const entry = entries.get(program)
    if (!entry) continue
    if (event.type === 'printed') entry.printed.push({ stream: event.stream, text: event.text })
    if (event.type === 'exited') entry.code = event.code
  }
  return [...entries.values()]
}
