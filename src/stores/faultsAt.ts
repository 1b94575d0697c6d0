// Which faults are in force at a position, and who leads etcd: read from the trace, whose few hops that say so are found once.

import type { Fault, Hop, HopIndex, Trace } from '../engine/index'

type Mark = Extract<Hop, { kind: 'fault' | 'decide' }>

interface Scan {
  next: HopIndex
  readonly marks: Mark[]
}

const faultScans = new WeakMap<Trace, Scan>()
const leaderScans = new WeakMap<Trace, Scan>()

/** The faults in force at a hop, oldest first. None is before the cluster is at rest. */
export function faultsAt(trace: Trace, restHop: HopIndex, hop: HopIndex): readonly Fault[] {
  const inForce = new Map<string, Fault>()
  for (const mark of marksOf(faultScans, trace, restHop + 1, (h) => h.kind === 'fault')) {
    if (mark.index > hop || mark.kind !== 'fault') break
    const name = JSON.stringify(mark.fault)
    if (mark.active) inForce.set(name, mark.fault)
    else inForce.delete(name)
  }
  return [...inForce.values()]
}

/** The member of etcd that leads at a hop, with its term; null: none does. Asked only of clusters with several members. */
export function leaderAt(trace: Trace, hop: HopIndex): { readonly member: string; readonly term: number } | null {
  let leader: { readonly member: string; readonly term: number } | null = null
  for (const mark of marksOf(leaderScans, trace, 0, (h) => h.kind === 'decide' && h.decision.kind === 'elect')) {
    if (mark.index > hop) break
    if (mark.kind !== 'decide' || mark.decision.kind !== 'elect') continue
    const { member, term, action } = mark.decision
    if (action === 'leads') leader = { member, term }
    else if (action === 'steps down' && leader?.member === member) leader = null
  }
  return leader
}

function marksOf(scans: WeakMap<Trace, Scan>, trace: Trace, from: HopIndex, wanted: (hop: Hop) => boolean): readonly Mark[] {
  let scan = scans.get(trace)
  if (!scan) scans.set(trace, (scan = { next: from, marks: [] }))
  for (; scan.next < trace.length; scan.next++) {
    const hop = trace.hop(scan.next)
    if (wanted(hop)) scan.marks.push(hop as Mark)
  }
  return scan.marks
}
