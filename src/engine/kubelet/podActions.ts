// What a sync of a Pod does to its containers: which of them it stops, and which it starts then, all by how they were at its beginning.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions), kuberuntime_container.go (computeInitContainerActions)

import type { ContainerState, Pod } from '../api/kinds/pod/types'
import { isMain, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import { failedForGood, restarts, restartsWhenStopped } from './podStatus'

/** Why a running container is stopped: it is defined otherwise by now, it failed a probe for good, or takes its new resources only so. */
export interface Stop {
  readonly record: ContainerRecord
  readonly why: 'changed' | 'liveness' | 'startup' | 'resized'
}

export interface Start {
  readonly record: ContainerRecord
  /** How it ended last, of what had ended when the sync began. */
  readonly last: ContainerState['terminated']
}

export interface PodActions {
  /** Nothing would be left running: all of it is stopped, and its sandbox. */
  readonly all: boolean
  readonly stop: readonly Stop[]
  readonly ephemeral: readonly Start[]
  readonly init: readonly Start[]
  readonly main: readonly Start[]
}

/** `stops`: what is known of running containers by now. */
export function actionsOf(pod: Pod, records: readonly ContainerRecord[], stops: readonly Stop[]): PodActions {
  const due = stops.filter(({ record }) => record.state.running)
  const comesBack = (record: ContainerRecord) => due.some((stop) => stop.record === record && startsAgain(pod, stop))
  const isDue = (record: ContainerRecord) => {
    const { running, terminated } = record.state
    return running ? comesBack(record) : !terminated || restarts(pod, record, terminated.exitCode)
  }
  const { start, initialized } = initActions(records, comesBack)
  const main = records.filter(isMain)
  const begun = initialized ? main.filter(isDue) : []
  const isKept = (record: ContainerRecord) => record.state.running && !due.some((stop) => stop.record === record)
  const all = initialized && begun.length === 0 && !main.some(isKept)
  return {
    all,
    stop: due,
    ephemeral: records.filter((c) => c.ephemeral && c.state.waiting).map(startOf),
    init: all ? [] : start.map(startOf),
    main: begun.map(startOf),
  }
}

/** From the last one back: what has ended well need not be seen to again, nor what comes before it, but for sidecars, which stay up. */
function initActions(
  records: readonly ContainerRecord[],
  comesBack: (record: ContainerRecord) => boolean,
): { readonly start: readonly ContainerRecord[]; readonly initialized: boolean } {
  const init = records.filter((c) => c.init)
  const begun = records.some((c) => isMain(c) && c.state.running)
  let initialized = begun || init.length === 0
  let reached = begun
  const start: ContainerRecord[] = []
  const passed = (i: number) => {
    if (i === init.length - 1) initialized = true
    else if (!reached) start.unshift(init[i + 1]!)
  }
  for (let i = init.length - 1; i >= 0; i--) {
    const c = init[i]!
    const { running, terminated, waiting } = c.state
    if (reached && !isSidecar(c)) continue
    if (running && isSidecar(c) && c.started) passed(i)
    if (terminated?.exitCode === 0 && !isSidecar(c)) passed(i)
    else if (running ? comesBack(c) : terminated || reached) start.unshift(c)
    if (!waiting) reached = true
  }
  return { start: reached || init.length === 0 ? start : [init[0]!], initialized }
}

/** Before those of a Pod that has begun anew nothing counts. */
const startOf = (record: ContainerRecord): Start => {
  const { state, lastState, fresh } = record
  return { record, last: fresh ? undefined : (state.terminated ?? lastState.terminated) }
}

const startsAgain = (pod: Pod, { record, why }: Stop): boolean =>
  why === 'changed' || why === 'resized' || isSidecar(record) || restartsWhenStopped(pod, record)

/** What the event says of it. */
export function stopMessage(pod: Pod, stop: Stop): string {
  const { record, why } = stop
  const { name } = record.container
  if (why === 'resized') return `Container ${name} resize requires restart`
  const what = why === 'changed' ? 'definition changed' : `failed ${why} probe`
  if (isSidecar(record)) return `Init container ${name} ${what}`
  return `Container ${name} ${what}${startsAgain(pod, stop) ? ', will be restarted' : ''}`
}

/** Those whose image is no longer the one that they were started from, with what they should be. */
export function withNewImage({ spec }: Pod, records: readonly ContainerRecord[]) {
  return [...spec.containers, ...(spec.initContainers ?? [])].flatMap((wanted) => {
    const record = records.find((c) => c.container.name === wanted.name)
    return record && wanted.image !== record.container.image ? [{ record, wanted }] : []
  })
}

/** Every container has ended for good, or an init container has failed for good, or the node ended the Pod. */
export function isOver(pod: Pod, { verdict, containers }: PodRecord): boolean {
  if (verdict || containers.some((c) => c.init && failedForGood(pod, c))) return true
  return containers.every((c) => c.init || c.ephemeral || (c.state.terminated && !restarts(pod, c, c.state.terminated.exitCode)))
}
