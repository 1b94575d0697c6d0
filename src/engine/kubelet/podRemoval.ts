// The last step of a deletion: the object itself, by who ran it; asked again in each round until the server has done it. What is not stored
// as ended is not removed.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go (syncPod, needsUpdate, canBeDeleted)

import { isPodPhaseTerminal } from '../api/kinds/pod/phase'
import type { Pod } from '../api/kinds/pod/types'
import { bodyOf } from '../client/answers'
import { read, remove } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { PodContext } from './podContext'

export interface RemovalHost {
  isGone(): boolean
  /** The stored status does not say that the Pod has ended. */
  untold(): void
}

export function removePod(
  { metadata: { namespace, name, uid } }: Pod,
  { io, client, statuses }: Pick<PodContext, 'io' | 'client' | 'statuses'>,
  host: RemovalHost,
): void {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  function* removal(): Sync<'over' | 'untold' | 'again'> {
    const answer = yield* ask(read(path))
    if (host.isGone() || answer.status === 404) return 'over'
    const stored = bodyOf<Pod>(answer)
    if (!stored) return 'again'
    // Another has its name by now.
    if (stored.metadata.uid !== uid) return 'over'
    if (!isPodPhaseTerminal(stored.status.phase)) return 'untold'
    const { status } = yield* ask(remove(path, { gracePeriodSeconds: 0, preconditions: { uid } }))
    return status === 200 ? 'over' : 'again'
  }
  const attempt = () => {
    if (host.isGone()) return
    perform(client, removal(), (outcome) => {
      if (outcome === 'over') return
      const next = outcome === 'untold' ? host.untold : attempt
      io.after(statuses.untilRound, () => host.isGone() || next(), { background: true })
    })
  }
  attempt()
}
