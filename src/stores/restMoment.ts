import type { HopIndex } from '../engine/index'
import type { StoryMoment } from './momentKinds'

/** Moment 0: the cluster at rest, all of start-up folded in. */
export function restMoment(hop: HopIndex): StoryMoment {
  return { opens: hop, first: 0, hop, actor: 'user', kind: 'rest', request: null, program: null, step: null, facts: {}, after: 0 }
}
