// What both benchmarks make: a cluster with its components, and one client that asks one thing after the other.

import type { JsonObject } from '../src/engine/base/json'
import type { Program } from '../src/engine/client/program'
import type { Cluster } from '../src/engine/cluster/types'
import { start } from '../src/engine/testing/ask'
import { aCluster, admin, aNode, aPod, PODS } from '../src/engine/testing/builders'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly body?: JsonObject
}

/** The budget of hops of large clusters, and how long a trace is that one seeks in. */
export const HOPS = 100_000
const HEADERS = { accept: 'application/json', 'content-type': 'application/json' }

export function wholeCluster(nodes: number, wholeHops?: number): Cluster {
  return aCluster({
    scheduler: true,
    controllerManager: true,
    wholeHops,
    nodes: Array.from({ length: nodes }, (_, i) => aNode(i + 1, { cpu: '64', memory: '256Gi', pods: '250' })),
  })
}

export const newPod = (i: number): Asked => ({ method: 'POST', path: PODS, body: aPod(`pod-${i}`) })

/** Starts one program that makes `count` requests, each when the one before is answered; it ends when one is refused. */
export function startAsking(cluster: Cluster, count: number, request: (i: number) => Asked): number {
  return start(cluster, admin, 'bench', function* (): Program {
    for (let i = 0; i < count; i++) {
      const reply = yield { do: 'request', request: { headers: HEADERS, ...request(i) } }
      if (reply.type !== 'response' || reply.response.status >= 300) {
        console.error(JSON.stringify(reply))
        return 1
      }
    }
    return 0
  })
}

export function runningPods({ history }: Cluster): number {
  const pods = history.list('/registry/pods/', history.revision)
  return pods.filter(({ value }) => (value.status as JsonObject).phase === 'Running').length
}
