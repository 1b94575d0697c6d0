// What a Pod's records call for next: which container is to be started, and whether there is nothing left to do.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodActions, computeInitContainerActions)

import type { Pod } from '../api/kinds/pod/types'
import { isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import { failedForGood, restarts } from './podStatus'

/** Ephemeral containers at any time; init containers come one by one, sidecars stay up beside the others. `tried`: not again in this sync. */
export function nextToStart(pod: Pod, records: readonly ContainerRecord[], tried: readonly ContainerRecord[]): ContainerRecord | null {
  const isDue = (record: ContainerRecord): boolean => {
    const { running, terminated } = record.state
    if (running || tried.includes(record)) return false
    return !terminated || (!record.ephemeral && restarts(pod, record, terminated.exitCode))
  }
  const ephemeral = records.find((c) => c.ephemeral && isDue(c))
  if (ephemeral) return ephemeral
  const main = records.filter((c) => !c.init && !c.ephemeral)
  const begun = main.some((c) => !c.state.waiting)
  for (const c of records.filter((r) => r.init)) {
    if (isDue(c)) return c
    const passed = isSidecar(c) ? c.started : c.state.terminated?.exitCode === 0
    if (!passed && !begun) return null
  }
  return main.find(isDue) ?? null
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
