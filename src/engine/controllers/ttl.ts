// Tells kubelets by an annotation of their Node for how many seconds they may remember Secrets and ConfigMaps: the larger the cluster, the longer.
// Upstream: kubernetes pkg/controller/ttl/ttl_controller.go

import { strategicPatch } from '../client/requests'
import { demand, syncQueue, type Sync } from '../client/sync'
import type { StartController } from './controller'

const ANNOTATION = 'node.alpha.kubernetes.io/ttl'
/** Nodes from, nodes to, seconds; they overlap, so that a node more or less does not change all of them. */
const BOUNDARIES = [
  [0, 100, 0],
  [90, 500, 15],
  [450, 1000, 30],
  [900, 2000, 60],
  [1800, Infinity, 300],
] as const

const WORKERS = 5

export const ttlController: StartController = ({ io, client, informers }) => {
  const nodes = informers.of('/api/v1/nodes')
  let count = 0
  let step = 0

  const queue = syncQueue(
    io,
    client,
    function* (name): Sync {
      const node = nodes.get('', name)
      const wanted = BOUNDARIES[step]![2]
      if (!node || saysSeconds(node.metadata.annotations?.[ANNOTATION], wanted)) return
      yield* demand(strategicPatch(`/api/v1/nodes/${name}`, { metadata: { annotations: { [ANNOTATION]: String(wanted) } } }))
    },
    { workers: WORKERS },
  )

  const counted = (change: number) => {
    count += change
    while (count > BOUNDARIES[step]![1]) step++
    while (count < BOUNDARIES[step]![0]) step--
  }
  nodes.whenSynced(() =>
    nodes.listen({
      add: ({ metadata }) => {
        counted(1)
        queue.add(metadata.name!)
      },
      update: ({ metadata }) => queue.add(metadata.name!),
      delete: () => counted(-1),
    }),
  )
}

/** However it is written: `+15`, `015`. */
const saysSeconds = (text: string | undefined, seconds: number) => /^[+-]?\d+$/.test(text ?? '') && Number(text) === seconds
