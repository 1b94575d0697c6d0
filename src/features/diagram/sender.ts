import type { MomentFacts } from '../../stores/momentKinds'
import { roleOf } from '../../stores/roles'
import type { Hue } from './sceneTypes'

/** Who sent what a moment is about, as its colour. */
export function senderHue(facts: MomentFacts): Hue {
  return roleOf(facts.part ?? 'user')
}
