// The picture as a pure function of the trace, the history and a moment. Every box, line and token comes from here.

import { clusterAt } from './clusterAt'
import { playOf } from './play'
import { openWatches } from './openWatches'
import { faultsAt } from '../../stores/faultsAt'
import type { Drawn, Scene } from './sceneTypes'
import { storyAt } from './story'
import type { Trouble } from './trouble'
import type { SceneInput, View } from './view'

/** Draws one zoom: `sixSteps` or `underTheHood`. */
export type Zoom = (view: View) => Drawn

/** The picture at moment `index`. `trouble`: wanted where there was a fault, or etcd has several members. */
export function scene(input: SceneInput, zoom: Zoom, trouble: Trouble | null): Scene {
  const moment = input.moments[input.index]!
  const story = storyAt(input.trace, input.moments, input.index)
  // A write is shown as it is told: what others wrote before the next moment waits for that one.
  const { revision } = input.trace.hop(moment.facts.write ? moment.opens : moment.hop)
  const cluster = clusterAt(input.history, revision)
  const restHop = input.moments[0]!.hop
  const faults = faultsAt(input.trace, restHop, moment.hop)
  const members = trouble?.membersAt(input.trace, moment.hop, input.topology.etcdMembers, faults) ?? []
  const { watches, deaf } = openWatches(input.trace, restHop, moment.hop)
  const drawn = zoom({
    ...input,
    moment,
    story,
    cluster,
    play: playOf(moment),
    faults,
    members,
    quorum: trouble?.hasQuorum(members) ?? true,
    watches,
    deaf,
  })
  return { ...drawn, marks: trouble?.marksOf(drawn, faults) ?? [] }
}
