// What the inspector speaks of at a moment: its request, the key it concerns, and the reasons that the trace holds up to there.

import { equalJson } from '../../engine/index'
import type { Decision, KeyValue, Recording, RequestRecord, StageDetail, Trace, Why } from '../../engine/index'
import { withoutManagedFields } from '../../kubectl/printers/managedFields'
import type { StoryMoment } from '../../stores/momentKinds'

type Schedule = Extract<Decision, { kind: 'schedule' }>

export function requestAt(trace: Trace, moment: StoryMoment): RequestRecord | null {
  return moment.request === null ? null : (trace.request(moment.request) ?? null)
}

/** The key that the moment's request reads or writes, else that of the Pod that it is about. */
export function keyAt(trace: Trace, moment: StoryMoment): string | null {
  let key: string | null = null
  for (const index of moment.request === null ? [] : trace.hopsOf(moment.request)) {
    const hop = trace.hop(index)
    if (hop.kind !== 'send' || hop.message.type !== 'etcd.call') continue
    const { op } = hop.message
    if (op.op === 'range' && !op.prefix && op.from === undefined) key = op.key
    if (op.op === 'txn') key = op.success[0]?.key ?? op.compare[0]?.key ?? key
  }
  const { pod, resource, namespace } = moment.facts
  if (key === null && pod && (resource === undefined || resource === 'pods')) return `/registry/pods/${namespace || 'default'}/${pod}`
  return key
}

export interface StoredAt {
  readonly key: string
  /** As it is at the moment; null when it is not there. */
  readonly now: KeyValue | null
  readonly before: KeyValue | null
}

export function storedAt({ trace, history }: Pick<Recording, 'trace' | 'history'>, moment: StoryMoment): StoredAt | null {
  const key = keyAt(trace, moment)
  if (key === null) return null
  const now = history.get(key, trace.hop(moment.hop).revision)
  return { key, now, before: now ? history.get(key, now.modRevision - 1) : null }
}

/** Reasons of the request's stages up to the moment: the refusal's, if it was refused, else the last. */
export function whyAt(trace: Trace, moment: StoryMoment): Why | null {
  return detailsAt(trace, moment).findLast((detail) => detail.why)?.why ?? null
}

/** What defaulting and admission changed up to the moment. */
export function changesAt(trace: Trace, moment: StoryMoment): NonNullable<StageDetail['changes']> {
  const changes = detailsAt(trace, moment).flatMap((detail) => detail.changes ?? [])
  return changes.filter(({ before, after }) => !equalJson(withoutManagedFields(before), withoutManagedFields(after)))
}

/** The scheduler's decision that led to this moment. */
export function decisionAt(trace: Trace, moment: StoryMoment): Schedule | null {
  if (moment.actor !== 'scheduler' && moment.step !== 5) return null
  let index: number | null = moment.hop
  for (let tries = 0; index !== null && tries < 60; tries++) {
    const hop = trace.hop(index)
    if (hop.kind === 'decide' && hop.decision.kind === 'schedule') return hop.decision
    index = hop.cause
  }
  return null
}

function detailsAt(trace: Trace, moment: StoryMoment): readonly StageDetail[] {
  if (moment.request === null) return []
  return trace.hopsOf(moment.request).flatMap((index) => {
    if (index > moment.hop) return []
    const hop = trace.hop(index)
    return hop.kind === 'stage' && hop.detail ? [hop.detail] : []
  })
}
