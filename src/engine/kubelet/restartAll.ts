// All containers of a Pod are started anew, as one of them ended so that a rule of it asks for that: those that run are stopped at once, all
// are taken out of the runtime, and the Pod begins again with its first init container. Its sandbox, address and volumes stay.
// Upstream: kubernetes pkg/kubelet/container/helpers.go (ShouldAllContainersRestart), kuberuntime/kuberuntime_manager.go (SyncPod)

import { restartsAll } from '../api/kinds/pod/restarts'
import type { ContainerState } from '../api/kinds/pod/types'
import type { ContainerRecord, PodRecord } from './podRecord'
import type { RuntimeClient } from './runtimeClient'

/** Whether a container ended so that all are to be started anew. */
export const asksToRestartAll = ({ containers }: PodRecord): boolean => containers.some(asks)

const asks = ({ container, state }: ContainerRecord): boolean =>
  state.terminated !== undefined && restartsAll(container, state.terminated.exitCode)

/** Those first that did not ask for it. `stop` goes on when the container is down; `done` comes when nothing of them is left. */
export function takeAllAway(
  record: PodRecord,
  runtime: RuntimeClient,
  stop: (container: ContainerRecord, then: () => void) => void,
  done: () => void,
): void {
  const left = record.containers.filter((c) => !c.ephemeral && c.id !== '').sort((a, b) => Number(asks(a)) - Number(asks(b)))
  const next = (): void => {
    const container = left.shift()
    if (!container) {
      beginAnew(record)
      return done()
    }
    const remove = () => runtime.call('RemoveContainer', { container: container.id }, next)
    if (!container.state.running) return remove()
    stop(container, () => {
      container.state = LOST
      remove()
    })
  }
  next()
}

/** They are as they were at first, but for how they ended last and how often they were started. */
function beginAnew(record: PodRecord): void {
  record.restartingAll = false
  const reason = record.containers.some((c) => c.init) ? 'PodInitializing' : 'ContainerCreating'
  for (const c of record.containers) {
    if (c.ephemeral || c.id === '') continue
    const lastState = c.state.terminated ? c.state : c.lastState
    const { image = '' } = c.container
    Object.assign(c, { state: { waiting: { reason } }, lastState, fresh: true, held: null, ready: false, started: false })
    Object.assign(c, { restarts: c.restarts + 1, id: '', image, imageID: '', actual: undefined })
  }
}

/** How a container ended that was taken away while it ran. */
const LOST: ContainerState = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was deleted.  The container used to be Running',
  },
}
