// What bench/tab.mjs runs in the page: Pods are created to Running in slices of the page's length, and the tab's clock is looked at.

import type { Cluster } from '../src/engine/cluster/types'
import { HOPS, newPod, runningPods, startAsking, wholeCluster } from './load'

/** Milliseconds, and events between two looks at the clock, as the page has them (src/stores/session.ts, follow.ts). */
const SLICE = 30
const EVENTS_AT_ONCE = 50

export interface TabRun {
  readonly hops: number
  readonly running: number
  /** Spent in the engine. */
  readonly seconds: number
  /** Milliseconds of the longest slice, and of the slice that is longer than all but one in a hundred. */
  readonly longest: number
  readonly p99: number
}

declare global {
  interface Window {
    /** Kept, so that its size can be measured. */
    cluster: Cluster
    startUp(nodes: number): void
    createPods(pods: number): Promise<TabRun>
  }
}

window.startUp = (nodes) => {
  window.cluster = wholeCluster(nodes, HOPS)
}

window.createPods = async (pods) => {
  const { cluster } = window
  startAsking(cluster, pods, newPod)
  const slices: number[] = []
  for (let over = false; !over;) {
    const begun = performance.now()
    do over = cluster.run({ maxEvents: EVENTS_AT_ONCE }) === 'idle'
    while (!over && performance.now() - begun < SLICE)
    slices.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve))
  }
  slices.sort((a, b) => a - b)
  return {
    hops: cluster.trace.length,
    running: runningPods(cluster),
    seconds: slices.reduce((sum, slice) => sum + slice, 0) / 1000,
    longest: slices.at(-1) ?? 0,
    p99: slices[Math.floor(slices.length * 0.99)] ?? 0,
  }
}
