// Labels of a Node that older clients read under another name: they follow the one that is valid today.
// Upstream: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (reconcileNodeLabels), pkg/controller/controller_utils.go

import type { Node } from '../../api/kinds/node'
import { bodyOf } from '../../client/answers'
import { read, strategicPatch } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'

const TWINS = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const

/** What is wrong by the Node as it is known is looked at once more before it is written; it is tried once. */
export function* reconcileLabels({ metadata: { name, labels = {} } }: Node): Sync {
  const wrong = TWINS.filter(([key, twin]) => labels[key] !== undefined && labels[twin] !== labels[key])
  if (wrong.length === 0) return
  const path = `/api/v1/nodes/${name}`
  const live = bodyOf<Node>(yield* ask(read(`${path}?resourceVersion=0`)))
  if (!live) return
  const missing = wrong.filter(([key, twin]) => live.metadata.labels?.[twin] !== labels[key])
  const change = { metadata: { labels: Object.fromEntries(missing.map(([key, twin]) => [twin, labels[key]!])) } }
  yield* ask(strategicPatch(path, missing.length > 0 ? change : {}))
}
