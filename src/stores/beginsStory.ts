import type { MomentKind } from './momentKinds'

/** A request of the reader's sets out, or a program has ended without one: a story of its own begins. What only waits goes on with the last. */
export function beginsStory(kind: MomentKind): boolean {
  return kind === 'sent' || kind === 'sentToLook' || kind === 'program'
}
