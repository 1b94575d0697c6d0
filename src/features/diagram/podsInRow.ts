const POD = 17
const BORDERS = 34

/** How many small Pods stand side by side in a row of this width. */
export function podsInRow(width: number): number {
  return Math.max(0, Math.floor((width - BORDERS) / POD))
}
