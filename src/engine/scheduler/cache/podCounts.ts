// How many Pods on each node a selector (or a set of affinity terms) means. A question that was asked once is kept counted as Pods come
// and go; it is forgotten when many others were asked since.
// Upstream: kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go (countPodsMatchSelector walks the Pods of each node)

import type { Pod } from '../../api/kinds/pod/types'

/** Pods by the name of their node; nodes without such a Pod are absent. */
export type CountByNode = ReadonlyMap<string, number>

interface Counter {
  readonly matches: (pod: Pod) => boolean
  readonly byNode: Map<string, number>
}

/** Questions that are kept counted. */
const KEPT = 256

export class PodCounts {
  /** In the order in which they were last asked. */
  private readonly counters = new Map<string, Counter>()

  constructor(private readonly all: () => Iterable<readonly [node: string, pod: Pod]>) {}

  /** The same key always means the same question. */
  of(key: string, matches: (pod: Pod) => boolean): CountByNode {
    let counter = this.counters.get(key)
    if (counter) this.counters.delete(key)
    else {
      counter = { matches, byNode: new Map() }
      for (const [node, pod] of this.all()) if (matches(pod)) count(counter, node, 1)
      if (this.counters.size >= KEPT) this.counters.delete(this.counters.keys().next().value!)
    }
    this.counters.set(key, counter)
    return counter.byNode
  }

  add(node: string, pod: Pod): void {
    for (const counter of this.counters.values()) if (counter.matches(pod)) count(counter, node, 1)
  }

  remove(node: string, pod: Pod): void {
    for (const counter of this.counters.values()) if (counter.matches(pod)) count(counter, node, -1)
  }
}

function count({ byNode }: Counter, node: string, by: 1 | -1): void {
  const now = (byNode.get(node) ?? 0) + by
  if (now > 0) byNode.set(node, now)
  else byNode.delete(node)
}
