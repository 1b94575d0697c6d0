// Lines of the picture: orthogonal polylines with rounded corners, and a place along them for what travels.

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rect extends Point {
  readonly width: number
  readonly height: number
}

/** The picture as it stands in the middle of a 1440×900 page; a wider place spreads it. */
export const PICTURE = { width: 748, height: 692 }

/** The height of the sixth port in the second zoom, whose layout is loaded after the first picture. */
export const HOOD_PORT_6 = 326

/** An SVG path through the points, its corners rounded. */
export function pathOf(points: readonly Point[], radius = 9): string {
  const [start, ...rest] = points
  if (!start) return ''
  let path = `M${start.x} ${start.y}`
  rest.forEach((corner, i) => {
    const from = points[i]!
    const to = rest[i + 1]
    if (!to) {
      path += `L${corner.x} ${corner.y}`
      return
    }
    const r = Math.min(radius, distance(from, corner) / 2, distance(corner, to) / 2)
    const before = towards(corner, from, r)
    const after = towards(corner, to, r)
    path += `L${before.x} ${before.y}Q${corner.x} ${corner.y} ${after.x} ${after.y}`
  })
  return path
}

/** The point at a fraction 0..1 of the line's length. */
export function pointAt(points: readonly Point[], fraction: number): Point {
  let left = lengthOf(points) * Math.min(1, Math.max(0, fraction))
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1]!
    const to = points[i]!
    const length = distance(from, to)
    if (left <= length) return towards(from, to, left)
    left -= length
  }
  return points[points.length - 1] ?? { x: 0, y: 0 }
}

/** The line up to a fraction 0..1 of its length, its corners kept. */
export function upTo(points: readonly Point[], fraction: number): readonly Point[] {
  let left = lengthOf(points) * fraction
  const out: Point[] = points.slice(0, 1)
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1]!
    const to = points[i]!
    const length = distance(from, to)
    if (left <= length) return [...out, towards(from, to, left)]
    out.push(to)
    left -= length
  }
  return out
}

export function lengthOf(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, point, i) => sum + distance(points[i]!, point), 0)
}

/** Where what goes this way comes to rest. */
export function restOf({ way }: { readonly way: readonly Point[] }): Point {
  return way[way.length - 1]!
}

export function reversed(points: readonly Point[]): readonly Point[] {
  return [...points].reverse()
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1
  return { x: round(from.x + ((to.x - from.x) * by) / length), y: round(from.y + ((to.y - from.y) * by) / length) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
