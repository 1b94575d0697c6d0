// Sets of completion indexes as a Job's status writes them: `0,2-5,7`.
// Upstream: kubernetes pkg/controller/job/indexed_job_utils.go (orderedIntervals)

export type Interval = readonly [first: number, last: number]
/** In order, and never two that touch. */
export type Indexes = readonly Interval[]

/** Those below `completions`. */
export function parseIndexes(text: string, completions: number): Indexes {
  const found: Interval[] = []
  for (const part of text === '' ? [] : text.split(',')) {
    const [first = NaN, last = first] = part.split('-').map(Number)
    if (!Number.isInteger(first) || !Number.isInteger(last)) continue
    if (first >= completions) break
    found.push([first, Math.min(last, completions - 1)])
  }
  return merge(found, [])
}

export function merge(a: Indexes, b: Indexes): Indexes {
  const merged: [number, number][] = []
  for (const [first, last] of [...a, ...b].sort((x, y) => x[0] - y[0])) {
    const before = merged.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged
}

export const withIndexes = (indexes: Indexes, more: Iterable<number>): Indexes =>
  merge(
    indexes,
    [...more].map((i) => [i, i]),
  )

export const total = (indexes: Indexes): number => indexes.reduce((sum, [first, last]) => sum + last - first + 1, 0)

export const hasIndex = (indexes: Indexes, index: number): boolean => indexes.some(([first, last]) => first <= index && index <= last)

/** How many indexes both have. */
export function overlap(a: Indexes, b: Indexes): number {
  return a.reduce((sum, [first, last]) => b.reduce((n, [f, l]) => n + Math.max(0, Math.min(last, l) - Math.max(first, f) + 1), sum), 0)
}

export function printIndexes(indexes: Indexes): string {
  return indexes
    .map(([first, last]) => (first === last ? String(first) : `${String(first)}${last === first + 1 ? ',' : '-'}${String(last)}`))
    .join(',')
}

/** The first `count` indexes below `completions` that are not in the set. */
export function firstWithout(indexes: Indexes, count: number, completions: number): readonly number[] {
  const free: number[] = []
  let candidate = 0
  for (const [first, last] of [...indexes, [completions, completions] as const]) {
    for (; candidate < Math.min(first, completions) && free.length < count; candidate++) free.push(candidate)
    candidate = Math.max(candidate, last + 1)
  }
  return free
}
