// The members of etcd at a position: who leads, who is gone, and how much of the log each has. Read from the messages that they exchange.

import type { Fault, HopIndex, Trace } from '../../engine/index'
import { electionAt } from '../../stores/faultsAt'
import type { EtcdMember } from './sceneTypes'

interface Scan {
  next: HopIndex
  /** By member: from this hop on, its log has so many entries. */
  readonly logs: Map<string, { readonly hop: HopIndex; readonly log: number }[]>
}

const scans = new WeakMap<Trace, Scan>()

/** None for a cluster of one, which has nobody to agree with. */
export function membersAt(trace: Trace, hop: HopIndex, count: number, faults: readonly Fault[]): readonly EtcdMember[] {
  if (count === 1) return []
  const logs = logsOf(trace)
  const { leader, candidate } = electionAt(trace, hop)
  return Array.from({ length: count }, (_, i): EtcdMember => {
    const name = `etcd-${i}`
    const down = faults.some((f) => f.kind === 'stopped' && f.part === name)
    const link = faults.find((f) => (f.kind === 'cut' || f.kind === 'slow') && (f.from === name || f.to === name))
    return {
      name,
      role: down ? 'down' : name === leader?.member ? 'leader' : name === candidate ? 'candidate' : 'follower',
      link: link?.kind === 'cut' || link?.kind === 'slow' ? link.kind : null,
      log: logAt(logs.get(name) ?? [], hop),
    }
  })
}

/** Whether so many are up that a write can count; where there are none to agree, nothing is lost. */
export function hasQuorum(members: readonly EtcdMember[]): boolean {
  return members.length === 0 || members.filter((m) => m.role !== 'down').length > members.length / 2
}

function logsOf(trace: Trace): Scan['logs'] {
  let scan = scans.get(trace)
  if (!scan) scans.set(trace, (scan = { next: 0, logs: new Map() }))
  for (; scan.next < trace.length; scan.next++) {
    const hop = trace.kept(scan.next)
    if (hop.kind !== 'send') continue
    const { message } = hop
    const log =
      message.type === 'raft.append'
        ? message.prevIndex + message.entries.length
        : message.type === 'raft.appended' && message.ok
          ? message.index
          : null
    if (log === null) continue
    const known = scan.logs.get(hop.from)
    if (!known) scan.logs.set(hop.from, [{ hop: hop.index, log }])
    else if (known.at(-1)!.log !== log) known.push({ hop: hop.index, log })
  }
  return scan.logs
}

function logAt(marks: readonly { readonly hop: HopIndex; readonly log: number }[], hop: HopIndex): number {
  let low = 0
  let high = marks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (marks[middle]!.hop <= hop) low = middle + 1
    else high = middle
  }
  return marks[low - 1]?.log ?? 0
}
