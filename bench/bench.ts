// `npm run bench -- [--json] [--growth] [--scale]`: how much the engine does in a second of CPU, with the trace on. A benchmark, not a test:
// it asserts nothing. With --json the last line is one JSON object. With --growth it also measures 100 to 5,000 Pods, with --scale
// 10 to 1,000 nodes and 100 to 30,000 Pods under a budget of hops (minutes). Seconds are the process's CPU time, the compiler's and the
// garbage collector's threads included. Each rate is the median of some runs in one process, after runs that only warm it.

import { createRng } from '../src/engine/base/rng'
import type { Cluster } from '../src/engine/cluster/types'
import { aCluster, aPod, PODS } from '../src/engine/testing/builders'
import { HOPS, newPod, runningPods, startAsking, wholeCluster, type Asked } from './load'

const args = process.argv.slice(2)
const json = args.includes('--json')
/** Nodes and Pods. */
const SIZES = [
  [10, 100],
  [10, 1000],
  [100, 1000],
  [100, 3000],
  [100, 10_000],
  [1000, 3000],
  [1000, 30_000],
] as const

const RUNS = 5

// The steady state is what is measured: V8 compiles the hot paths, and lets the heap grow to its size, in the course of some runs.
measureRequests(200)
for (let i = 0; i < 2; i++) podsToRunning(1000, 10)
const rates = Array.from({ length: RUNS }, () => podsToRunning(1000, 10).perSecond)
if (!json) console.log(`1,000 Pods on 10 nodes: ${rates.join(', ')} a second`)
const pods = podsToRunning(1000, 10)
const result = {
  podsPerCpuSecond: median([...rates, pods.perSecond]),
  ...measureRequests(5000),
  seekP99Ms: seekP99(pods.cluster),
  bytesPerHop: pods.bytesPerHop,
}
if (!json) console.table(result)
if (args.includes('--growth'))
  for (const count of [100, 300, 1000, 3000, 5000])
    console.log(`${count} Pods: ${podsToRunning(count, Math.max(10, count / 100)).perSecond} a second`)
const scale = args.includes('--scale') ? SIZES.map(sizeOf) : undefined
if (json) console.log(JSON.stringify(scale ? { ...result, scale } : result))

/** What is more than a cluster without Pods takes, for each Pod: its history and trace, and what every part remembers of it. */
function sizeOf([nodes, pods]: (typeof SIZES)[number]) {
  const { perSecond, bytes, cluster } = podsToRunning(pods, nodes, HOPS)
  const row = {
    nodes,
    pods,
    podsPerCpuSecond: perSecond,
    kilobytesPerPod: Number((bytes / pods / 1000).toFixed(1)),
    hops: cluster.trace.length,
  }
  if (!json)
    console.log(`${nodes} nodes, ${pods} Pods: ${row.podsPerCpuSecond} a second, ${row.kilobytesPerPod} kB a Pod, ${row.hops} hops`)
  return row
}

/** Pods are posted one after the other by one client; the time is until the last of them runs. */
function podsToRunning(count: number, nodes: number, wholeHops?: number) {
  const before = heap()
  const cluster = wholeCluster(nodes, wholeHops)
  const empty = heap()
  const seconds = cpu(() => {
    repeat(cluster, count, newPod)
    cluster.run()
  })
  const running = runningPods(cluster)
  if (running !== count) console.error(`only ${running} of ${count} Pods run`)
  const after = heap()
  return {
    perSecond: Math.round(count / seconds),
    bytesPerHop: Math.round((after - before) / cluster.trace.length),
    bytes: after - empty,
    cluster,
  }
}

function measureRequests(count: number): { getPerCpuSecond: number; list100PerCpuSecond: number; createPerCpuSecond: number } {
  const cluster = aCluster()
  repeat(cluster, 1, () => ({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'many' } },
  }))
  for (const namespace of ['default', 'many'])
    repeat(cluster, 1, () => ({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    }))
  repeat(cluster, 100, newPod)
  const rate = (path: string) => Math.round(count / cpu(() => repeat(cluster, count, () => ({ method: 'GET', path }))))
  const getPerCpuSecond = rate(`${PODS}/pod-7`)
  const list100PerCpuSecond = rate(PODS)
  const bodies = Array.from({ length: count }, (_, i) => aPod(`new-${i}`, {}, { namespace: 'many' }))
  const create = cpu(() => repeat(cluster, count, (i) => ({ method: 'POST', path: '/api/v1/namespaces/many/pods', body: bodies[i]! })))
  return { getPerCpuSecond, list100PerCpuSecond, createPerCpuSecond: Math.round(count / create) }
}

/** The 99th percentile of `seek` to random hops, in milliseconds, of a trace of at least 100,000 hops. */
function seekP99({ trace }: Cluster): number {
  if (trace.length < HOPS) console.error(`a trace of ${trace.length} hops`)
  const random = createRng(1)
  const times = Array.from({ length: 10_000 }, () => {
    const index = random.int(trace.length)
    const begun = performance.now()
    trace.seek(index)
    return performance.now() - begun
  }).sort((a, b) => a - b)
  return Number(times[Math.floor(times.length * 0.99)]!.toFixed(4))
}

/** Asks until all is answered; what it leads to may go on. */
function repeat(cluster: Cluster, count: number, request: (i: number) => Asked): void {
  const id = startAsking(cluster, count, request)
  cluster.run({ until: (c) => !c.isRunning(id) })
}

/** The lower one of two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!
}

function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function heap(): number {
  // Twice: the second collects what finalizers of the first let go.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
