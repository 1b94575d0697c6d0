// The picture as a pure function of the trace, the history and a moment. Every box, line and token comes from here.

import { NOTHING_MOVES } from './atRest'
import { clusterAt } from './clusterAt'
import { openWatches } from './openWatches'
import { faultsAt } from '../../stores/faultsAt'
import type { Drawn, Scene } from './sceneTypes'
import { NO_STORY } from './storyTypes'
import type { telling as Telling } from './telling'
import type { Trouble } from './trouble'
import type { SceneInput, View } from './view'

/** Draws one zoom: `sixSteps` or `underTheHood`. */
export type Zoom = (view: View) => Drawn

/** `telling`: wanted where anything has happened. `trouble`: where there was a fault, or etcd has several members. */
export interface LoadedParts {
  readonly telling: typeof Telling | null
  readonly trouble: Trouble | null
}

/** The picture at moment `index`. */
export function scene(input: SceneInput, zoom: Zoom, { telling, trouble }: LoadedParts): Scene {
  const moment = input.moments[input.index]!
  const story = telling?.storyAt(input.trace, input.moments, input.index) ?? NO_STORY
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
    play: telling?.playOf(input.trace, moment, story, input.detail) ?? NOTHING_MOVES,
    telling,
    faults,
    members,
    quorum: trouble?.hasQuorum(members) ?? true,
    watches,
    deaf,
  })
  return { ...drawn, marks: trouble?.marksOf(drawn, faults) ?? [] }
}
