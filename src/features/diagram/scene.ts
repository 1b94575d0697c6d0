// The picture as a pure function of the trace, the history and a moment. Every box, line and token comes from here.

import { clusterAt } from './clusterAt'
import { playOf } from './play'
import type { Scene } from './sceneTypes'
import { sixSteps } from './sixSteps'
import { storyAt } from './story'
import { underTheHood } from './underTheHood'
import type { SceneInput, View } from './view'

/** The picture at moment `index`. */
export function scene(input: SceneInput): Scene {
  const moment = input.moments[input.index]!
  const story = storyAt(input.trace, input.moments, input.index)
  const cluster = clusterAt(input.history, input.trace.hop(moment.hop).revision)
  const view: View = { ...input, moment, story, cluster, play: playOf(moment) }
  return input.detail === 'six-steps' ? sixSteps(view) : underTheHood(view)
}
