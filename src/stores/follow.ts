// Lives through what a deed leads to, in slices: however long a run is, the page gets its frames. What happens does not depend on where
// the slices end; how many events a run was given is what it takes to live through it again.

import type { Cluster } from '../engine/index'
import { silentUntil } from './silence'

/** How long a command's consequences are followed: in virtual time, and in events if it never comes to rest. */
const FOLLOWED = { for: 120_000, maxEvents: 2_000_000 }
/** Between two looks at the clock. */
const EVENTS_AT_ONCE = 50

export interface Following {
  /** Handled so far. */
  readonly events: number
  /** Goes on until `isOver` says that the slice is, or there is nothing more to follow: then it answers true. */
  goOn(isOver: () => boolean): boolean
}

/** `events`: how many an earlier run was given before it was stopped. */
export function follow(cluster: Cluster, events = FOLLOWED.maxEvents): Following {
  const end = cluster.now + FOLLOWED.for
  // Nothing but timers in the background is left while a silent node is waited for: they are lived through.
  const throughIdle = silentUntil(cluster)
  const first = cluster.turns
  return {
    get events() {
      return cluster.turns - first
    },
    goOn(isOver) {
      do {
        const before = cluster.turns
        const maxEvents = Math.min(EVENTS_AT_ONCE, events - (before - first))
        const waits = cluster.now < throughIdle
        const ended = cluster.run({ for: (waits ? throughIdle : end) - cluster.now, maxEvents, throughIdle: waits })
        if (waits && cluster.now >= throughIdle && cluster.now < end) continue
        // At its limit of events it goes on in the next round; short of it, time is up.
        if (ended !== 'limit' || cluster.turns - before < maxEvents || cluster.turns - first >= events) return true
      } while (!isOver())
      return false
    },
  }
}
