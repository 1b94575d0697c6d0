import type { HopIndex } from '../engine/index'
import type { StoryMoment } from './momentKinds'

/** Index of the moment that holds this hop; 0 before all. */
export function momentAt(moments: readonly StoryMoment[], hop: HopIndex): number {
  let low = 0
  let high = moments.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (moments[middle]!.hop < hop) low = middle + 1
    else high = middle
  }
  return low
}
