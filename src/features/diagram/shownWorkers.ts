// Which nodes have a box, where there are more than fit: the first ones, and whoever the moment is about.

import type { ClusterAt } from './clusterAt'
import type { Drawn } from './sceneTypes'
import type { View } from './view'

type Workers = ClusterAt['workers']

export function shownWorkers(view: View, most: number): { readonly shown: Workers; readonly rest: Workers } {
  const { workers } = view.cluster
  if (workers.length <= most) return { shown: workers, rest: [] }
  // One place is for the count of the others.
  const room = most - 1
  const concerned = new Set([view.moment.facts.node, view.story.chosen?.node])
  const later = workers.slice(room).filter((w) => concerned.has(w.name))
  const shown = [...workers.slice(0, room - later.length), ...later]
  return { shown, rest: workers.filter((w) => !shown.includes(w)) }
}

/** What the box of the others says. */
export function countOf(rest: Workers): Omit<NonNullable<Drawn['moreWorkers']>, 'rect'> {
  return {
    nodes: rest.length,
    ready: rest.filter((w) => w.ready === 'ready').length,
    pods: rest.reduce((sum, w) => sum + w.pods.length, 0),
  }
}
