// Which faults are in force at a position, and who leads etcd: read from the trace, whose few hops that say so are found once.

import type { Fault, Hop, HopIndex, Trace } from '../engine/index'
import { faultName } from '../engine/faults'

type Mark = Extract<Hop, { kind: 'fault' | 'decide' }>

interface Scan {
  next: HopIndex
  readonly marks: Mark[]
}

const faultScans = new WeakMap<Trace, Scan>()
const leaderScans = new WeakMap<Trace, Scan>()

/** When faults were put in force and repaired, in order. None is before the cluster is at rest. */
export function faultMarks(trace: Trace, restHop: HopIndex): readonly Extract<Hop, { kind: 'fault' }>[] {
  return marksOf(faultScans, trace, restHop + 1, (h) => h.kind === 'fault') as readonly Extract<Hop, { kind: 'fault' }>[]
}

/** The faults in force at a hop, oldest first. */
export function faultsAt(trace: Trace, restHop: HopIndex, hop: HopIndex): readonly Fault[] {
  const inForce = new Map<string, Fault>()
  for (const mark of faultMarks(trace, restHop)) {
    if (mark.index > hop) break
    const name = faultName(mark.fault)
    if (mark.active) inForce.set(name, mark.fault)
    else inForce.delete(name)
  }
  return [...inForce.values()]
}

export interface ElectionAt {
  readonly leader: { readonly member: string; readonly term: number } | null
  /** Who stands for election while nobody leads. */
  readonly candidate: string | null
}

/** Which member of etcd leads at a hop, if any. Asked only of clusters with several members. */
export function electionAt(trace: Trace, hop: HopIndex): ElectionAt {
  let leader: ElectionAt['leader'] = null
  let candidate: string | null = null
  for (const mark of marksOf(leaderScans, trace, 0, (h) => h.kind === 'decide' && h.decision.kind === 'elect')) {
    if (mark.index > hop) break
    if (mark.kind !== 'decide' || mark.decision.kind !== 'elect') continue
    const { member, term, action } = mark.decision
    if (action === 'leads') [leader, candidate] = [{ member, term }, null]
    else if (action === 'campaigns') [leader, candidate] = [null, member]
    else if (leader?.member === member) leader = null
  }
  return { leader, candidate }
}

function marksOf(scans: WeakMap<Trace, Scan>, trace: Trace, from: HopIndex, wanted: (hop: Hop) => boolean): readonly Mark[] {
  let scan = scans.get(trace)
  if (!scan) scans.set(trace, (scan = { next: from, marks: [] }))
  for (; scan.next < trace.length; scan.next++) {
    const hop = trace.kept(scan.next)
    if (wanted(hop)) scan.marks.push(hop as Mark)
  }
  return scan.marks
}
