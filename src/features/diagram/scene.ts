// The picture as a pure function of the trace, the history and a moment. Every box, line and token comes from here.

import { clusterAt } from './clusterAt'
import { playOf } from './play'
import { marksOf } from './marks'
import { faultsAt, leaderAt } from '../../stores/faultsAt'
import type { Drawn, Scene } from './sceneTypes'
import { storyAt } from './story'
import type { SceneInput, View } from './view'

/** Draws one zoom: `sixSteps` or `underTheHood`. */
export type Zoom = (view: View) => Drawn

/** The picture at moment `index`. */
export function scene(input: SceneInput, zoom: Zoom): Scene {
  const moment = input.moments[input.index]!
  const story = storyAt(input.trace, input.moments, input.index)
  const cluster = clusterAt(input.history, input.trace.hop(moment.hop).revision)
  const drawn = zoom({ ...input, moment, story, cluster, play: playOf(moment) })
  const faults = faultsAt(input.trace, input.moments[0]!.hop, moment.hop)
  const leader = input.etcdMembers > 1 ? leaderAt(input.trace, moment.hop) : null
  return { ...drawn, marks: marksOf(drawn, faults, leader) }
}
