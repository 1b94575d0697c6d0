// How many endpoints each zone should have so that its clients can stay in it: as large a share of them as the zone has of the nodes' CPU.
// Pure arithmetic; zones are taken in the order in which they are given, where upstream takes them as a map of Go's yields them.
// Upstream: endpointslice topologycache/{topologycache,utils}.go (getAllocations, serviceOverloaded, getGivingAndReceivingZones)

/** The most by which an endpoint may be busier than it would be without zones. */
const OVERLOAD = 0.2
const TOLERATED = 1 / (1 + OVERLOAD)

/** Zone → endpoints, or a share of the CPU between 0 and 1. */
export type ByZone = ReadonlyMap<string, number>

export interface Share {
  readonly maximum: number
  /** Not a whole number. */
  readonly desired: number
}

/** Null where some zone cannot have as many as keep the others from overload. */
export function sharesOf(ratios: ByZone, endpoints: number): ReadonlyMap<string, Share> | null {
  const minimums = new Map([...ratios].map(([zone, ratio]) => [zone, Math.ceil(ratio * endpoints * TOLERATED)]))
  const spare = endpoints - [...minimums.values()].reduce((sum, minimum) => sum + minimum, 0)
  if (spare < 0) return null
  return new Map(
    [...minimums].map(([zone, minimum]) => [zone, { maximum: minimum + spare, desired: Math.max(ratios.get(zone)! * endpoints, minimum) }]),
  )
}

/** Whether some zone has too few of a Service's endpoints. */
export function isOverloaded(endpoints: ByZone, ratios: ByZone): boolean {
  if (endpoints.size === 0) return false
  if (ratios.size === 0) return true
  const total = [...endpoints.values()].reduce((sum, count) => sum + count, 0)
  return [...ratios].some(([zone, ratio]) => (endpoints.get(zone) ?? -1) < Math.ceil(total * ratio * TOLERATED))
}

interface Moves {
  readonly giving: Map<string, number>
  readonly receiving: Map<string, number>
}

/** Which zones should let others use some of their endpoints, and how many, given how many each has now. */
export function movesBetween(shares: ReadonlyMap<string, Share>, endpoints: ByZone): Moves {
  const tooMany = new Map<string, number>()
  const tooFew = new Map<string, number>()
  for (const [zone, { desired }] of shares) {
    const more = (endpoints.get(zone) ?? 0) - desired
    if (more > 0) tooMany.set(zone, more)
    else if (more < 0) tooFew.set(zone, -more)
  }
  const moves: Moves = { giving: new Map(), receiving: new Map() }
  for (;;) {
    const [giver, give] = most(tooMany)
    const [receiver, receive] = most(tooFew)
    if (give < 0.5 || receive < 0.5 || (give < 1 && receive < 1)) return moves
    bump(moves.giving, giver, 1)
    bump(tooMany, giver, -1)
    bump(moves.receiving, receiver, 1)
    bump(tooFew, receiver, -1)
  }
}

function most(zones: ByZone): readonly [zone: string, count: number] {
  let [zone, count] = ['', 0]
  for (const [z, n] of zones) if (n > count) [zone, count] = [z, n]
  return [zone, count]
}

export function bump(zones: Map<string, number>, zone: string, by: number): void {
  zones.set(zone, (zones.get(zone) ?? 0) + by)
}
