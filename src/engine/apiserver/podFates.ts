// After the answer a Pod's flow goes on: each change of its stored object moves it along requestFlowMachine's steps 5 and 6.

import type { Pod } from '../api/kinds/pod/types'
import type { Fate } from '../base/hop'
import type { PartIo } from '../base/part'
import { advance, canAdvance, type FlowPosition } from '../flow/advance'

export class PodFates {
  private readonly at = new Map<string, FlowPosition>()

  /** A Pod was stored by a request that is at `respond`. */
  begin(uid: string, position: FlowPosition): void {
    this.at.set(uid, position)
  }

  /** Its object changed; `gone` when it was removed. Notes the fate, if it is a new one. */
  heard(pod: Pod, gone: boolean, io: PartIo): void {
    const { uid = '', namespace = '', name = '' } = pod.metadata
    const position = this.at.get(uid)
    if (!position) return
    for (const fate of fatesOf(pod, gone)) {
      const event = { type: `pod.${fate}` } as const
      const from = this.at.get(uid)!
      if (from.leaf === fate || !canAdvance(from, event) || ORDER.indexOf(from.leaf as Fate) > ORDER.indexOf(fate)) continue
      this.at.set(uid, advance(from, event))
      io.note({ kind: 'fate', pod: { namespace, name, uid }, fate })
    }
    if (gone) this.at.delete(uid)
  }
}

/** A Pod goes only forward. */
const ORDER: readonly Fate[] = ['unschedulable', 'bound', 'starting', 'running', 'terminating', 'succeeded', 'failed', 'deleted']

function fatesOf({ spec, status, metadata }: Pod, gone: boolean): Fate[] {
  if (gone) return ['deleted']
  const fates: Fate[] = []
  const conditions = (status.conditions ?? []) as readonly { readonly type: string; readonly status: string; readonly reason?: string }[]
  if (!spec.nodeName && conditions.some((c) => c.type === 'PodScheduled' && c.status === 'False' && c.reason === 'Unschedulable'))
    fates.push('unschedulable')
  if (spec.nodeName) fates.push('bound')
  if (spec.nodeName && status.startTime) fates.push('starting')
  if (status.phase === 'Running') fates.push('running')
  if (metadata.deletionTimestamp) fates.push('terminating')
  if (status.phase === 'Succeeded') fates.push('succeeded')
  if (status.phase === 'Failed') fates.push('failed')
  return fates
}
