// What stands in the boxes: the cluster's contents at a revision, read from etcd's history.

import type { History, JsonObject, Revision } from '../../engine/index'
import type { NodeReady, PodState, PodView } from './sceneTypes'

export interface ClusterAt {
  readonly revision: Revision
  readonly keys: readonly string[]
  readonly more: number
  readonly workers: readonly {
    readonly name: string
    readonly ready: NodeReady
    readonly taints: readonly string[]
    readonly pods: readonly PodView[]
  }[]
}

/** The nodes, Pods and newest keys at a revision. `lines`: how many keys have room. */
export function clusterAt(history: History, revision: Revision, lines = 2): ClusterAt {
  const pods = history.list('/registry/pods/', revision)
  const nodes = history.list('/registry/minions/', revision)
  const count = history.count('/registry/', revision)
  const newest = [...pods].sort((a, b) => b.modRevision - a.modRevision)
  const keys = [...newest.slice(0, lines - 1), ...nodes.slice(0, 1)].slice(0, lines).map((kv) => kv.key)
  const byNode = new Map<string, PodView[]>()
  for (const { value } of pods) {
    const name = text(object(value.spec).nodeName)
    const known = byNode.get(name)
    if (known) known.push(podView(value))
    else if (name) byNode.set(name, [podView(value)])
  }
  const workers = [...nodes]
    .sort((a, b) => byNumber(a.key, b.key))
    .map(({ key, value }) => {
      const name = key.slice('/registry/minions/'.length)
      const conditions = list(object(value.status).conditions)
      return {
        name,
        ready: readyOf(text(conditions.find((c) => c.type === 'Ready')?.status)),
        taints: list(object(value.spec).taints).map((t) => `${text(t.key).replace(/^node\.kubernetes\.io\//, '')}:${text(t.effect)}`),
        pods: byNode.get(name) ?? [],
      }
    })
  return { revision, keys, more: Math.max(0, count - keys.length), workers }
}

function readyOf(status: string): NodeReady {
  return status === 'True' ? 'ready' : status === 'Unknown' ? 'unknown' : 'notReady'
}

/** `worker-10` comes after `worker-9`. */
function byNumber(a: string, b: string): number {
  const number = (key: string) => Number(/\d+$/.exec(key)?.[0] ?? 0)
  const stem = (key: string) => key.replace(/\d+$/, '')
  return stem(a) === stem(b) ? number(a) - number(b) : stem(a) < stem(b) ? -1 : 1
}

function podView(value: JsonObject): PodView {
  const metadata = object(value.metadata)
  const status = object(value.status)
  const containers = list(status.containerStatuses)
  const waiting = containers.map((c) => text(object(object(c.state).waiting).reason)).find(Boolean)
  const phase = text(status.phase) || 'Pending'
  return {
    namespace: text(metadata.namespace),
    name: text(metadata.name),
    state: stateOf(phase, Boolean(metadata.deletionTimestamp), waiting, containers.length > 0 || status.startTime !== undefined),
    status: metadata.deletionTimestamp ? 'Terminating' : (waiting ?? phase),
  }
}

function stateOf(phase: string, terminating: boolean, waiting: string | undefined, reported: boolean): PodState {
  if (terminating) return 'terminating'
  if (waiting && waiting !== 'ContainerCreating' && waiting !== 'PodInitializing') return 'waiting'
  if (phase === 'Running') return 'running'
  if (phase === 'Succeeded') return 'succeeded'
  if (phase === 'Failed') return 'failed'
  return reported ? 'starting' : 'bound'
}

function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
