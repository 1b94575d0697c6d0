// One of a range of numbers, by chance: from somewhere in it onwards, and round to the beginning, the first that is free.
// Upstream: kubernetes pkg/registry/core/service/{portallocator,ipallocator}

import type { Rng } from '../../../base/rng'

/** Null where all are taken. Both ends belong to the range. */
export function firstFree(first: number, last: number, random: Rng, isFree: (number: number) => boolean): number | null {
  const size = last - first + 1
  const start = random.int(size)
  for (let i = 0; i < size; i++) {
    const number = first + ((start + i) % size)
    if (isFree(number)) return number
  }
  return null
}
