// Where a request was refused: the stage, how far it had come by then, and the lane on which the picture says so.

import { stageSteps } from '../../engine/steps'
import type { HopIndex, RequestId, Stage, Step, Trace } from '../../engine/index'
import type { StoryMoment } from '../../stores/momentKinds'

export interface Refusal {
  readonly stage: Stage
  readonly step: Step | null
  /** How many of the two gates it had passed. */
  readonly passed: number
  /** Whether it had come as far as etcd. */
  readonly askedEtcd: boolean
}

/** What a moment that refuses says of it; null for any other. */
export function refusalIn(trace: Trace, moment: StoryMoment): Refusal | null {
  const stage = moment.facts.stage as Stage | undefined
  if (!stage || (moment.kind !== 'refused' && moment.kind !== 'componentRefused')) return null
  return { stage, step: stageSteps[stage], passed: gatesBefore(stage), askedEtcd: asksEtcd(trace, moment.request, moment.opens) }
}

/** In a gate, or on the way to where it had come: beyond the apiserver only if etcd was asked. */
export function laneOf({ step, passed, askedEtcd }: Refusal): string {
  if (step === 1) return 'gate1'
  if (step === 2) return 'gate2'
  if (step === 4) return askedEtcd ? 'write' : 'toWrite'
  if (step === 3) return askedEtcd ? 'read' : 'toRead'
  // Between the steps.
  return ['user', 'gates', 'toRead'][passed]!
}

function gatesBefore(stage: Stage): number {
  const stages = Object.keys(stageSteps) as Stage[]
  const before = stages.slice(0, stages.indexOf(stage)).map((s) => stageSteps[s] ?? 0)
  return Math.min(2, Math.max(0, ...before.filter((step) => step !== stageSteps[stage])))
}

function asksEtcd(trace: Trace, request: RequestId | null, until: HopIndex): boolean {
  if (request === null) return false
  return trace.hopsOf(request).some((index) => {
    const hop = trace.kept(index)
    return index <= until && hop.kind === 'send' && hop.message.type === 'etcd.call'
  })
}
