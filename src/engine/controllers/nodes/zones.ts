// How fast nodes that are not ready may be emptied: where most of a zone is ill, the fault is likelier in the network than in its nodes.
// Upstream: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (handleDisruption), scheduler/rate_limited_queue.go

import type { Node } from '../../api/kinds/node'
import type { Millis, PartIo, Timer } from '../../base/part'
import { readyOf } from './health'

const ZONE = 'topology.kubernetes.io/zone'
const REGION = 'topology.kubernetes.io/region'
const EXCLUDED = 'node.kubernetes.io/exclude-disruption'
/** Nodes for each second: `--node-eviction-rate`, `--secondary-node-eviction-rate`. */
const RATE = 0.1
const SECONDARY_RATE = 0.01
const LARGE = 50
const UNHEALTHY_SHARE = 0.55
/** Milliseconds between two looks at the queue. */
const PASS = 100

type State = 'initial' | 'normal' | 'partial' | 'full'

class Zone {
  state: State = 'initial'
  rate = RATE
  readonly waiting = new Set<string>()
  /** Those whose turn was: they have none again before they were well, or lost their taint. */
  readonly served = new Set<string>()
  nextAt: Millis = 0
  timer: Timer | null = null
}

export class Zones {
  private readonly zones = new Map<string, Zone>()

  /** `taint` is called for each node whose turn has come. */
  constructor(
    private readonly io: PartIo,
    private readonly taint: (name: string) => void,
  ) {}

  /** Asks that the node be tainted NoExecute when its zone allows it. `isTainted`: it is already, and is only to be looked at once. */
  enqueue(node: Node, isTainted: boolean): void {
    const zone = this.zoneOf(node)
    const name = node.metadata.name!
    if (isTainted && zone.served.has(name)) return
    zone.served.delete(name)
    zone.waiting.add(name)
    this.pump(zone)
  }

  dequeue(node: Node): void {
    const { waiting, served } = this.zoneOf(node)
    waiting.delete(node.metadata.name!)
    served.delete(node.metadata.name!)
  }

  /** `restored`: some node is well again after all were ill; `lost`: all are ill now. */
  assess(nodes: readonly Node[]): 'lost' | 'restored' | null {
    const members = new Map<Zone, Node[]>()
    for (const node of nodes) {
      if (node.metadata.labels?.[EXCLUDED] !== undefined) continue
      const zone = this.zoneOf(node)
      const others = members.get(zone)
      if (others) others.push(node)
      else members.set(zone, [node])
    }
    for (const [name, zone] of this.zones) if (!members.has(zone)) this.zones.delete(name)
    const states = [...members].map(([zone, own]) => ({ zone, state: stateOf(own), size: own.length }))
    const areLost = states.every(({ state }) => state === 'full')
    const wereLost = [...this.zones.values()].every((zone) => zone.state === 'full')
    if (areLost && wereLost) return null
    for (const { zone, state, size } of states) {
      if (areLost) this.setRate(zone, 0)
      else if (wereLost || zone.state !== state) this.setRate(zone, state === 'partial' ? (size > LARGE ? SECONDARY_RATE : 0) : RATE)
      zone.state = state
    }
    return areLost ? 'lost' : wereLost ? 'restored' : null
  }

  /** Who might not go at the old rate waits for a whole interval of the new one. */
  private setRate(zone: Zone, rate: number): void {
    if (zone.rate === rate) return
    const isFree = zone.rate > 0 && this.io.now >= zone.nextAt
    zone.rate = rate
    zone.nextAt = isFree || rate === 0 ? this.io.now : this.io.now + 1000 / rate
    zone.timer?.cancel()
    zone.timer = null
    this.pump(zone)
  }

  private pump(zone: Zone): void {
    if (zone.timer || zone.waiting.size === 0 || zone.rate === 0) return
    const delay = Math.max(PASS, zone.nextAt - this.io.now)
    zone.timer = this.io.after(delay, () => {
      zone.timer = null
      const [name] = zone.waiting
      if (name !== undefined && zone.rate > 0) {
        zone.waiting.delete(name)
        zone.served.add(name)
        zone.nextAt = this.io.now + 1000 / zone.rate
        this.taint(name)
      }
      this.pump(zone)
    })
  }

  private zoneOf({ metadata: { labels = {} } }: Node): Zone {
    const name = `${labels[REGION] ?? ''}:${labels[ZONE] ?? ''}`
    let zone = this.zones.get(name)
    if (!zone) this.zones.set(name, (zone = new Zone()))
    return zone
  }
}

function stateOf(nodes: readonly Node[]): State {
  const ill = nodes.filter((node) => readyOf(node)?.status !== 'True').length
  if (ill === nodes.length) return 'full'
  return ill > 2 && ill / nodes.length >= UNHEALTHY_SHARE ? 'partial' : 'normal'
}
