// What bench/tab.mjs runs in the page: Pods are created to Running in slices of the page's length, and the tab's clock is looked at.

import type { Program } from '../src/engine/client/program'
import type { Cluster } from '../src/engine/cluster/types'
import { start } from '../src/engine/testing/ask'
import { aCluster, admin, aNode, aPod, PODS } from '../src/engine/testing/builders'

const HEADERS = { accept: 'application/json', 'content-type': 'application/json' }
const WHOLE_HOPS = 100_000
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
  window.cluster = aCluster({
    scheduler: true,
    controllerManager: true,
    wholeHops: WHOLE_HOPS,
    nodes: Array.from({ length: nodes }, (_, i) => aNode(i + 1, { cpu: '64', memory: '256Gi', pods: '250' })),
  })
}

window.createPods = async (pods) => {
  const { cluster } = window
  const program = function* (): Program {
    for (let i = 0; i < pods; i++)
      yield { do: 'request', request: { method: 'POST', path: PODS, headers: HEADERS, body: aPod(`pod-${i}`) } }
    return 0
  }
  start(cluster, admin, 'bench', program)
  const slices: number[] = []
  for (let over = false; !over;) {
    const begun = performance.now()
    do over = cluster.run({ maxEvents: EVENTS_AT_ONCE }) === 'idle'
    while (!over && performance.now() - begun < SLICE)
    slices.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve))
  }
  slices.sort((a, b) => a - b)
  const { history } = cluster
  const running = history
    .list('/registry/pods/', history.revision)
    .filter(({ value }) => JSON.stringify(value.status).includes('"Running"'))
  return {
    hops: cluster.trace.length,
    running: running.length,
    seconds: slices.reduce((sum, slice) => sum + slice, 0) / 1000,
    longest: slices.at(-1) ?? 0,
    p99: slices[Math.floor(slices.length * 0.99)] ?? 0,
  }
}
