// The last step of a deletion: the object itself, by who ran it; asked again while the server does not answer it.
// Upstream: kubernetes pkg/kubelet/status/status_manager.go (syncPod, canBeDeleted)

import type { Pod } from '../api/kinds/pod/types'
import type { PartIo } from '../base/part'
import { read, remove } from '../client/requests'
import { ask, perform, type Sync } from '../client/sync'
import type { ClientApi } from '../client/types'

/** Milliseconds. */
const RETRY = 13_000

export function removePod({ metadata: { namespace, name, uid } }: Pod, io: PartIo, client: ClientApi, isGone: () => boolean): void {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  /** Whether it is not to be asked for again. */
  function* removal(): Sync<boolean> {
    const { status } = yield* ask(read(path))
    if (status !== 200 || isGone()) return status === 404 || isGone()
    return [200, 404, 409].includes((yield* ask(remove(path, { gracePeriodSeconds: 0, preconditions: { uid } }))).status)
  }
  const attempt = () => {
    if (isGone()) return
    perform(client, removal(), (over) => {
      if (!over) io.after(RETRY, attempt, { background: true })
    })
  }
  attempt()
}
