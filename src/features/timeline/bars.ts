// The bars of the timeline: stretches of moments of one actor.

import type { Actor, StoryMoment } from '../../stores/momentKinds'

export interface Bar {
  readonly actor: Actor
  /** In moments, both included; a bar begins where the moment before it stands. */
  readonly from: number
  readonly to: number
}

const LANES: readonly Actor[] = ['user', 'apiserver', 'etcd', 'scheduler', 'controllers', 'kubelet']

/** The rows of the timeline: the controllers have one only where they act. */
export function lanesIn(moments: readonly StoryMoment[]): readonly Actor[] {
  const act = moments.some((moment) => moment.actor === 'controllers')
  return act ? LANES : LANES.filter((lane) => lane !== 'controllers')
}

/** More than a track has room for: bars of one lane that stand closer than that are drawn as one. */
const MOST = 400

/** Moments in a row of one actor make one bar; rest makes none. */
export function barsOf(moments: readonly StoryMoment[]): readonly Bar[] {
  const bars = allBars(moments)
  return bars.length <= MOST ? bars : joined(bars, (moments.length * LANES.length) / MOST)
}

function joined(bars: readonly Bar[], gap: number): readonly Bar[] {
  const lanes = new Map<Actor, Bar[]>()
  for (const bar of bars) {
    const lane = lanes.get(bar.actor) ?? []
    if (lane.length === 0) lanes.set(bar.actor, lane)
    const last = lane.at(-1)
    if (last && bar.from - last.to <= gap) lane[lane.length - 1] = { ...last, to: bar.to }
    else lane.push(bar)
  }
  return [...lanes.values()].flat()
}

function allBars(moments: readonly StoryMoment[]): readonly Bar[] {
  const bars: Bar[] = []
  for (let index = 1; index < moments.length; index++) {
    const { actor } = moments[index]!
    const last = bars.at(-1)
    if (last?.actor === actor && last.to === index - 1) bars[bars.length - 1] = { ...last, to: index }
    else bars.push({ actor, from: index, to: index })
  }
  return bars
}

/** The moment under a point of the track, `at` from 0 to 1. */
export function momentAtPoint(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.round(at * (count - 1))))
}
