// What a table says of a Pod's state: STATUS as a person sees it, how many containers are ready, how often they were restarted.
// Upstream: kubernetes pkg/printers/internalversion/printers.go (printPod)

import { isPodPhaseTerminal } from './phase'
import type { ContainerState, ContainerStatus, Pod } from './types'

export interface PrintedState {
  /** `Running`, `Init:0/2`, `CrashLoopBackOff`, `Terminating` … */
  readonly status: string
  readonly ready: number
  readonly total: number
  readonly restarts: number
  /** When the last of them was, '' if that is not known. */
  readonly lastRestart: string
}

export function printedState(pod: Pod): PrintedState {
  const { status, spec } = pod
  const inits = spec.initContainers ?? []
  const sidecars = new Set(inits.filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
  const isUp = (c: ContainerStatus) => sidecars.has(c.name) && c.started === true && c.state?.terminated?.exitCode !== 0
  const initStatuses = status.initContainerStatuses ?? []
  const at = initStatuses.findIndex((c) => c.state?.terminated?.exitCode !== 0 && !isUp(c))
  const seen = at === -1 ? initStatuses : initStatuses.slice(0, at + 1)
  const waitsForInit = at !== -1 && !isTrue(pod, 'Initialized')
  const containers = waitsForInit ? [] : (status.containerStatuses ?? [])
  const counted = waitsForInit ? seen : [...seen.filter((c) => sidecars.has(c.name)), ...containers]
  const begun = scheduled(pod)
  const init = at === -1 ? begun : initText(initStatuses[at]!.state ?? {}, `${at}/${inits.length}`)
  return {
    status: ended(pod, waitsForInit ? init : containersText(pod, containers, init)),
    ready: seen.filter((c) => isUp(c) && c.ready).length + containers.filter(isReady).length,
    total: spec.containers.length + sidecars.size,
    restarts: counted.reduce((sum, c) => sum + c.restartCount, 0),
    lastRestart: counted.map((c) => c.lastState?.terminated?.finishedAt ?? '').reduce((a, b) => (a < b ? b : a), ''),
  }
}

const isReady = (c: ContainerStatus) => c.ready && c.state?.running !== undefined && !c.state.waiting?.reason && !c.state.terminated

/** The first condition of that type says so. */
const isTrue = ({ status }: Pod, type: string) => status.conditions?.find((c) => c.type === type)?.status === 'True'

function scheduled({ status }: Pod): string {
  const gated = status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')
  return gated ? 'SchedulingGated' : status.reason || status.phase || ''
}

const endText = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>) =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

function initText({ waiting, terminated }: ContainerState, done: string): string {
  if (terminated) return `Init:${endText(terminated)}`
  return waiting?.reason && waiting.reason !== 'PodInitializing' ? `Init:${waiting.reason}` : `Init:${done}`
}

/** The first container with a reason gives it; that some are completed is not the whole story while others run or have failed. */
function containersText(pod: Pod, containers: readonly ContainerStatus[], otherwise: string): string {
  let [text, failure] = [otherwise, '']
  for (const { state = {} } of [...containers].reverse()) {
    const { waiting, terminated } = state
    if (waiting?.reason) text = waiting.reason
    else if (terminated) {
      text = endText(terminated)
      if (terminated.exitCode !== 0) failure = text
    }
  }
  if (text !== 'Completed') return text
  const runs = containers.some(isReady)
  return runs && isTrue(pod, 'Ready') ? 'Running' : failure || (runs ? 'NotReady' : text)
}

function ended({ metadata, status }: Pod, text: string): string {
  if (!metadata.deletionTimestamp) return text
  if (status.reason === 'NodeLost') return 'Unknown'
  return isPodPhaseTerminal(status.phase) ? text : 'Terminating'
}
