// What of the page's cluster the reader may choose.

export interface Topology {
  readonly etcdMembers: 1 | 3
  /** How many workers. */
  readonly nodes: number
}

export const FIRST_TOPOLOGY: Topology = { etcdMembers: 1, nodes: 2 }

/** The workers that have a machine. */
export function nodeNames({ nodes }: Topology): readonly string[] {
  return Array.from({ length: nodes }, (_, i) => `worker-${i + 1}`)
}
