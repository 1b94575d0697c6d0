// Hints of Services annotated `topology-mode: Auto`: each endpoint is for the clients of one zone, and no zone has too few of them.
// Leaves out: nothing that is written; upstream's texts for cases that cannot occur.
// Upstream: endpointslice topologycache/{topologycache,sliceinfo,utils,event}.go

import type { Node } from '../../api/kinds/node'
import { parseQuantity, quantityMilliValue } from '../../api/scalars/quantity'
import type { EventNote } from '../../client/eventRecorder'
import { readyOf } from '../nodes/health'
import { withoutHints, withHints, type SliceSet } from './hintedSlices'
import type { Endpoint, EndpointSlice } from './types'
import { bump, isOverloaded, movesBetween, sharesOf, type ByZone, type Share } from './zoneShares'

export const ZONE = 'topology.kubernetes.io/zone'
const EXCLUDED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

const NO_ZONE = 'One or more endpoints do not have a zone specified'
const ENABLED = 'Topology Aware Hints has been enabled'
const DISABLED = 'Topology Aware Hints has been disabled'
const FEW_FACTS = 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
const FEW_ENDPOINTS = 'Insufficient number of endpoints'
const OVERLOADED = 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold'

export class TopologyHints {
  /** Shares of the CPU of all ready workers; null where they are in one zone, or something of one of them is not known. */
  private ratios: ByZone | null = null
  /** Service → family of addresses → endpoints that are for each zone. */
  private readonly services = new Map<string, Map<string, ByZone>>()
  private readonly populated = new Set<string>()

  setNodes(nodes: Iterable<Node>): void {
    const cpu = new Map<string, number>()
    this.ratios = null
    for (const node of nodes) {
      const { labels = {} } = node.metadata
      if (EXCLUDED.some((label) => label in labels) || readyOf(node)?.status !== 'True') continue
      const zone = labels[ZONE]
      const millis = quantityMilliValue(parseQuantity(node.status.allocatable?.cpu ?? '0')!)
      if (!zone || millis === 0) return
      bump(cpu, zone, millis)
    }
    if (cpu.size < 2) return
    const total = [...cpu.values()].reduce((sum, millis) => sum + millis, 0)
    this.ratios = new Map([...cpu].sort(([a], [b]) => (a < b ? -1 : 1)).map(([zone, millis]) => [zone, millis / total]))
  }

  /** Services whose hints the nodes of now would not allow. */
  overloaded(): readonly string[] {
    return [...this.services]
      .filter(([, families]) => [...families.values()].some((zones) => isOverloaded(zones, this.ratios ?? new Map())))
      .map(([key]) => key)
  }

  /** The slices with hints, or without where there can be none; `notes` takes what the Service's events should say. */
  add(key: string, addressType: string, slices: SliceSet, notes: EventNote[]): SliceSet {
    const shares = this.sharesFor([...slices.create, ...slices.update, ...slices.unchanged])
    if (typeof shares === 'string') return this.refuse(key, addressType, slices, notes, shares)
    const counts = new Map<string, number>()
    const unchanged: EndpointSlice[] = []
    const update = [...slices.update]
    for (const slice of slices.unchanged) {
      const found = hintsIn(slice, counts, shares)
      if (!found) update.push(slice)
      else {
        unchanged.push(slice)
        for (const [zone, count] of found) bump(counts, zone, count)
      }
    }
    const free = [...slices.create, ...update].flatMap(readyIn)
    if (!free.every(({ zone }) => zone)) return this.refuse(key, addressType, slices, notes, NO_ZONE)
    const zones = new Map(free.map((endpoint) => [endpoint, endpoint.zone!]))
    for (const zone of zones.values()) bump(counts, zone, 1)
    redistribute(zones, counts, shares)
    if (!this.populated.has(key)) notes.push(enabled(addressType))
    this.keep(key, addressType, counts)
    const hinted = (slice: EndpointSlice) =>
      withHints(slice, (endpoint) => {
        const name = zones.get(endpoint)
        return name === undefined ? undefined : { forZones: [{ name }] }
      })
    return { create: slices.create.map(hinted), update: update.map(hinted), unchanged }
  }

  /** For a Service that does not wish them, or not any more. */
  drop(key: string, addressType: string, notes: EventNote[]): void {
    if (this.populated.has(key)) notes.push(disabled(DISABLED, addressType))
    this.forget(key, addressType)
  }

  private forget(key: string, addressType: string): void {
    const families = this.services.get(key)
    families?.delete(addressType)
    if (families?.size === 0) this.services.delete(key)
    this.populated.delete(key)
  }

  private refuse(key: string, addressType: string, slices: SliceSet, notes: EventNote[], why: string): SliceSet {
    notes.push(disabled(why, addressType))
    this.forget(key, addressType)
    return withoutHints(slices)
  }

  private keep(key: string, addressType: string, counts: ByZone): void {
    const families = this.services.get(key)
    if (families) families.set(addressType, counts)
    else this.services.set(key, new Map([[addressType, counts]]))
    this.populated.add(key)
  }

  /** How many of these endpoints each zone should have, or why that cannot be said. */
  private sharesFor(slices: readonly EndpointSlice[]): ReadonlyMap<string, Share> | string {
    if (!this.ratios) return FEW_FACTS
    const endpoints = slices.flatMap(readyIn).length
    const counted = `(${endpoints} endpoints, ${this.ratios.size} zones)`
    if (this.ratios.size > endpoints) return `${FEW_ENDPOINTS} ${counted}`
    return sharesOf(this.ratios, endpoints) ?? `${OVERLOADED} ${counted}`
  }
}

const readyIn = ({ endpoints }: EndpointSlice): readonly Endpoint[] => (endpoints ?? []).filter(({ conditions }) => conditions.ready)

/** Zone → endpoints that are for it; null where some are for none, for one that needs none, or too many for one. */
function hintsIn(slice: EndpointSlice, counts: ByZone, shares: ReadonlyMap<string, Share>): ByZone | null {
  const found = new Map<string, number>()
  for (const { hints } of readyIn(slice)) {
    const zones = hints?.forZones ?? []
    if (zones.length === 0) return null
    for (const { name } of zones) bump(found, name, 1)
  }
  for (const [zone, count] of found) {
    const share = shares.get(zone)
    if (!share || count + (counts.get(zone) ?? 0) > share.maximum) return null
  }
  return found
}

/** Endpoints of zones with too many are given to the clients of zones with too few. */
function redistribute(zones: Map<Endpoint, string>, counts: Map<string, number>, shares: ReadonlyMap<string, Share>): void {
  const { giving, receiving } = movesBetween(shares, counts)
  for (const [endpoint, from] of zones) {
    if ((giving.get(from) ?? 0) <= 0) continue
    const to = [...receiving].find(([, count]) => count > 0)?.[0]
    if (to === undefined) return
    zones.set(endpoint, to)
    bump(giving, from, -1)
    bump(receiving, to, -1)
    bump(counts, from, -1)
    bump(counts, to, 1)
  }
}

const disabled = (why: string, addressType: string): EventNote => ({
  type: 'Warning',
  reason: 'TopologyAwareHintsDisabled',
  message: `${why}, addressType: ${addressType}`,
})

const enabled = (addressType: string): EventNote => ({
  type: 'Normal',
  reason: 'TopologyAwareHintsEnabled',
  message: `${ENABLED}, addressType: ${addressType}`,
})
