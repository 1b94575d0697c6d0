// The affinity terms of the Pods on nodes, each kept once with the number of its Pods on every node: a new Pod is compared with
// the terms that exist (few: the Pods of one workload share theirs), not with the Pods.
// Upstream: kubernetes pkg/scheduler/framework/plugins/interpodaffinity (getExistingAntiAffinityCounts walks the Pods)

import type { AffinityTerm } from './podInfo'

export interface IndexedTerm<T extends AffinityTerm> {
  readonly term: T
  /** How many Pods on the node have it. */
  readonly byNode: ReadonlyMap<string, number>
}

export class TermIndex<T extends AffinityTerm> {
  private readonly terms = new Map<string, { readonly term: T; readonly byNode: Map<string, number> }>()

  constructor(private readonly keyOf: (term: T) => string = ({ key }) => key) {}

  get size(): number {
    return this.terms.size
  }

  values(): Iterable<IndexedTerm<T>> {
    return this.terms.values()
  }

  add(node: string, terms: readonly T[]): void {
    for (const term of terms) {
      const key = this.keyOf(term)
      let known = this.terms.get(key)
      if (!known) this.terms.set(key, (known = { term, byNode: new Map() }))
      known.byNode.set(node, (known.byNode.get(node) ?? 0) + 1)
    }
  }

  remove(node: string, terms: readonly T[]): void {
    for (const term of terms) {
      const key = this.keyOf(term)
      const known = this.terms.get(key)
      if (!known) continue
      const count = (known.byNode.get(node) ?? 0) - 1
      if (count > 0) known.byNode.set(node, count)
      else known.byNode.delete(node)
      if (known.byNode.size === 0) this.terms.delete(key)
    }
  }
}
