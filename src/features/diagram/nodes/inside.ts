import type { CSSProperties } from 'react'
import type { Rect } from '../geometry'

/** Where a part of a box stands, in the box's own coordinates. */
export function inside(box: Rect, part: Rect): CSSProperties {
  return { left: part.x - box.x, top: part.y - box.y, width: part.width, height: part.height }
}
