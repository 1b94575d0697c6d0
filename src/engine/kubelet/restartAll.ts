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

/** Those first that did not ask for it. `done` hears whether nothing of them is left; if not, it is to be tried again. */
export function takeAllAway(
  record: PodRecord,
  runtime: RuntimeClient,
  stop: (container: ContainerRecord, then: (problem: string | null) => void) => void,
  done: (ok: boolean) => void,
): void {
  const left = record.containers.filter((c) => !c.ephemeral && c.id !== '').sort((a, b) => Number(asks(a)) - Number(asks(b)))
  const next = (): void => {
    const container = left.shift()
    if (!container) {
      beginAnew(record)
      return done(true)
    }
    const remove = () => runtime.call('RemoveContainer', { container: container.id }, ({ ok }) => (ok ? next() : done(false)))
    if (!container.state.running) return remove()
    stop(container, (problem) => (problem === null ? remove() : done(false)))
  }
  next()
}

/** They are as they were at first, but for how they ended last and how often they were started; that all are is said once. */
function beginAnew(record: PodRecord): void {
  record.restartingAll = false
  for (const c of record.containers) {
    if (c.ephemeral || c.id === '') continue
    const { image = '' } = c.container
    Object.assign(c, {
      state: { waiting: TAKEN_AWAY },
      lastState: { terminated: { exitCode: 137, ...TAKEN_AWAY } },
      fresh: true,
      held: null,
    })
    Object.assign(c, { ready: false, started: false, restarts: c.restarts + 1, id: '', image, imageID: '', actual: undefined })
  }
}

/** It has been said: from now on they wait as others do. */
export function waitAnew({ containers }: PodRecord): void {
  const reason = containers.some((c) => c.init) ? 'PodInitializing' : 'ContainerCreating'
  for (const c of containers) if (c.state.waiting === TAKEN_AWAY) c.state = { waiting: { reason } }
}

const TAKEN_AWAY = { reason: 'RestartingAllContainers', message: 'The container is removed because RestartAllContainers in place' }
/** Whether that is how a container ended: it is started again, whatever its policy says. */
export const wasTakenAway = ({ terminated }: ContainerState): boolean => terminated?.reason === TAKEN_AWAY.reason
