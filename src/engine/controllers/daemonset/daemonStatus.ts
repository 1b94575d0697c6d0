// The status of a DaemonSet: nodes that should have a Pod and those that have one, counted, whether that is news, and its writing.
// Upstream: kubernetes pkg/controller/daemon/daemon_controller.go (updateDaemonSetStatus, storeDaemonSetStatus)

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import { messageOf, succeeded } from '../../client/answers'
import type { Answered } from '../../client/types'
import { read, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import { isAvailable, isReady } from '../podFacts'
import { pathOf } from '../resources'
import { byBindingAndAge, isUpdated, placementOn } from './daemonPods'
import type { DaemonSet, DaemonSetStatus } from './types'

/** `hash`: of the template of today; of the Pods on one node the bound and oldest counts; `now`: milliseconds since 1970. */
export function statusOf(
  set: DaemonSet,
  hash: string,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
  now: number,
): DaemonSetStatus {
  let desired = 0
  let current = 0
  let misplaced = 0
  let ready = 0
  let available = 0
  let updated = 0
  for (const node of nodes) {
    const [pod] = [...(byNode.get(node.metadata.name!) ?? [])].sort(byBindingAndAge)
    if (!placementOn(set, node).shouldRun) {
      if (pod) misplaced++
      continue
    }
    desired++
    if (!pod) continue
    current++
    if (isReady(pod)) ready++
    if (isAvailable(pod, set.spec.minReadySeconds ?? 0, now)) available++
    if (isUpdated(pod, set, hash)) updated++
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misplaced,
    desiredNumberScheduled: desired,
    numberReady: ready,
    updatedNumberScheduled: updated || undefined,
    numberAvailable: available || undefined,
    numberUnavailable: desired - available || undefined,
  }
}

export function isNews({ metadata, status: before }: DaemonSet, status: DaemonSetStatus): boolean {
  const same = Object.entries(status).every(([name, count]) => (before[name] ?? 0) === (count ?? 0))
  return !same || (before.observedGeneration ?? 0) < (metadata.generation ?? 0)
}

/** Written over the set as it is read anew, where the cache's was refused; gives up after that. */
export function* writeStatus(set: DaemonSet, status: DaemonSetStatus, observed: boolean): Sync<Answered> {
  const path = pathOf('daemonSets', set)
  const write = (at: DaemonSet) =>
    replace(`${path}/status`, {
      ...at,
      status: { ...at.status, ...status, ...(observed ? { observedGeneration: set.metadata.generation } : {}) },
    })
  const first = yield* ask(write(set))
  const last = succeeded(first) ? first : yield* ask(write(yield* demand<DaemonSet>(read(path))))
  if (!succeeded(last)) throw new GiveUp(messageOf(last))
  return last
}
