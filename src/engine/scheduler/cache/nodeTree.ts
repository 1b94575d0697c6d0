// The names of the nodes by zone, in the order in which both appeared. A node that is labelled as of another zone is the last one there.
// Upstream: kubernetes pkg/scheduler/backend/cache/node_tree.go; component-helpers node/topology/helpers.go (GetZoneKey)

import type { Node } from '../../api/kinds/node'

const ZONES = ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone']
const REGIONS = ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region']

export class NodeTree {
  private readonly zones = new Map<string, string[]>()

  add(node: Node): void {
    const zone = zoneOf(node)
    const names = this.zones.get(zone)
    if (names) names.push(node.metadata.name!)
    else this.zones.set(zone, [node.metadata.name!])
  }

  /** The node as it was when it was added or updated the last time. */
  remove(node: Node): void {
    const zone = zoneOf(node)
    const left = (this.zones.get(zone) ?? []).filter((name) => name !== node.metadata.name)
    if (left.length > 0) this.zones.set(zone, left)
    else this.zones.delete(zone)
  }

  update(old: Node, node: Node): void {
    if (zoneOf(old) === zoneOf(node)) return
    this.remove(old)
    this.add(node)
  }

  /** One of each zone after the other. */
  list(): string[] {
    const zones = [...this.zones.values()]
    const longest = zones.reduce((most, names) => Math.max(most, names.length), 0)
    const out: string[] = []
    for (let i = 0; i < longest; i++) for (const names of zones) if (i < names.length) out.push(names[i]!)
    return out
  }
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  const first = (keys: readonly string[]) => keys.map((key) => labels[key]).find((value) => value !== undefined) ?? ''
  return JSON.stringify([first(REGIONS), first(ZONES)])
}
