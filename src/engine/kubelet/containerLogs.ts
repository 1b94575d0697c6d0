// What `kubectl logs` shows of a container. The containers of this model run no program: the lines say what the model knows of them
// (the image, when it started, how it ended), and nothing that it does not.
// Upstream: kubernetes pkg/kubelet/kubelet_pods.go (GetKubeletContainerLogs)

import type { ContainerStatus, Pod } from '../api/kinds/pod/types'

export interface LogAnswer {
  readonly status: number
  readonly body: string
}

export function containerLog(pod: Pod | undefined, container: string, query: URLSearchParams, epochNow: number): LogAnswer {
  const statuses = [...(pod?.status.containerStatuses ?? []), ...(pod?.status.initContainerStatuses ?? [])]
  const status = statuses.find((s) => s.name === container)
  if (!pod || !status) return { status: 404, body: `pod ${pod?.metadata.name ?? ''} not found` }
  const previous = query.get('previous') === 'true'
  const state = previous ? status.lastState : status.state
  if (previous && !state?.terminated)
    return { status: 400, body: `previous terminated container "${container}" in pod "${pod.metadata.name}" not found` }
  if (state?.waiting && !status.lastState?.terminated)
    return {
      status: 400,
      body: `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${waitingReason(state.waiting.reason)}`,
    }
  return { status: 200, body: limited(linesOf(status, state?.waiting ? status.lastState : state), query, epochNow) }
}

const waitingReason = (reason = '') =>
  reason === 'ErrImagePull' ? "image can't be pulled" : reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason

interface Line {
  readonly at: number
  readonly text: string
}

function linesOf(status: ContainerStatus, state: ContainerStatus['state']): readonly Line[] {
  const started = state?.running?.startedAt ?? state?.terminated?.startedAt
  const lines: Line[] = started ? [{ at: Date.parse(started), text: `${status.name}: started from ${status.image}` }] : []
  const ended = state?.terminated
  if (ended?.finishedAt) lines.push({ at: Date.parse(ended.finishedAt), text: `${status.name}: exited with code ${ended.exitCode}` })
  return lines
}

function limited(lines: readonly Line[], query: URLSearchParams, epochNow: number): string {
  const since = Number(query.get('sinceSeconds') ?? 0)
  const recent = since > 0 ? lines.filter((l) => l.at >= epochNow - since * 1000) : lines
  const tail = query.get('tailLines')
  const kept = tail === null ? recent : Number(tail) === 0 ? [] : recent.slice(-Number(tail))
  const stamped =
    query.get('timestamps') === 'true' ? kept.map((l) => `${new Date(l.at).toISOString()} ${l.text}`) : kept.map((l) => l.text)
  const text = stamped.map((l) => `${l}\n`).join('')
  const bytes = Number(query.get('limitBytes') ?? 0)
  return bytes > 0 ? text.slice(0, bytes) : text
}
