// Changes to a Node's taints: read, patched with the revision that was read, tried again when somebody was faster.
// Upstream: kubernetes pkg/controller/controller_utils.go (AddOrUpdateTaintOnNode, RemoveTaintOffNode), pkg/util/taints

import type { Node, Taint } from '../../api/kinds/node'
import { equalJson } from '../../base/equal'
import { bodyOf } from '../../client/answers'
import { read, strategicPatch } from '../../client/requests'
import { ask, type Outcome, type Sync } from '../../client/sync'

const TRIES = 5

/** Taints are the same by key and effect. */
export const sameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect

export const hasTaint = (node: Node, taint: Taint): boolean => (node.spec.taints ?? []).some((t) => sameTaint(t, taint))

/** Adds, then removes, each in a write of its own. `timeAdded` is RFC 3339. */
export function* swapTaints(node: Node, add: readonly Taint[], remove: readonly Taint[], timeAdded: string): Sync<Outcome> {
  const name = node.metadata.name!
  const dated = add.map((taint) => ({ ...taint, timeAdded }))
  if (add.length > 0 && !(yield* patched(name, (old) => added(old, dated)))) return 'failed'
  return (yield* removeTaints(node, remove)) ? 'done' : 'failed'
}

/** Asks nothing where the Node, as it is known, has none of them. Whether it went well. */
export function* removeTaints(node: Node, taints: readonly Taint[]): Sync<boolean> {
  if (!taints.some((taint) => hasTaint(node, taint))) return true
  return yield* patched(node.metadata.name!, (old) => old.filter((t) => !taints.some((taint) => sameTaint(t, taint))))
}

function* patched(name: string, change: (old: readonly Taint[]) => readonly Taint[]): Sync<boolean> {
  const path = `/api/v1/nodes/${name}`
  for (let tries = 0; tries < TRIES; tries++) {
    // The first read may come from the server's cache.
    const node = bodyOf<Node>(yield* ask(read(tries === 0 ? `${path}?resourceVersion=0` : path)))
    if (!node) return false
    const old = node.spec.taints ?? []
    const taints = change(old)
    if (equalJson(old, taints)) return true
    const body = {
      metadata: { resourceVersion: node.metadata.resourceVersion },
      spec: { taints: taints.length > 0 ? taints : null },
    }
    const { status } = yield* ask(strategicPatch(path, body))
    if (status !== 409) return status === 200
  }
  return false
}

function added(old: readonly Taint[], taints: readonly Taint[]): readonly Taint[] {
  const replaced = old.map((t) => taints.find((taint) => sameTaint(t, taint)) ?? t)
  return [...replaced, ...taints.filter((taint) => !old.some((t) => sameTaint(t, taint)))]
}
