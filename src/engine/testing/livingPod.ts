// One Pod, `web`, on the only node of a whole cluster, and what is seen of it. Tests only.

import type { ContainerState, Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { ask, get, post } from './ask'
import { admin, aPod, aWholeCluster, PODS } from './builders'

export const SECOND = 1000
const WEB = `${PODS}/web`

/** So many milliseconds after it was posted. */
export function living(spec: JsonObject, time: number): Cluster {
  const cluster = aWholeCluster(1)
  post(cluster, PODS, aPod('web', spec))
  pass(cluster, time)
  return cluster
}

export const pass = (cluster: Cluster, time: number): void => void cluster.run({ for: time, throughIdle: true })

export function webOf(cluster: Cluster): Pod {
  const response = get(cluster, WEB)
  return ('body' in response ? response.body : null) as unknown as Pod
}

/** `grace`: seconds, whatever the Pod says; none forces it away. */
export const removeWeb = (cluster: Cluster, grace?: number) =>
  ask(cluster, admin, {
    method: 'DELETE',
    path: WEB,
    ...(grace === undefined ? {} : { body: JSON.stringify({ gracePeriodSeconds: grace }) }),
  })

export const changeWeb = (cluster: Cluster, patch: JsonObject) =>
  ask(cluster, admin, {
    method: 'PATCH',
    path: WEB,
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: JSON.stringify(patch),
  })

/** Reason and text of what its kubelet said of it, in the order of the first time. */
export function said(cluster: Cluster): readonly string[] {
  const response = get(cluster, '/api/v1/namespaces/default/events')
  const { items } = ('body' in response ? response.body : {}) as {
    items: { reason: string; message: string; source?: { component?: string }; involvedObject: { kind: string } }[]
  }
  return items.filter((e) => e.source?.component === 'kubelet' && e.involvedObject.kind === 'Pod').map((e) => `${e.reason}: ${e.message}`)
}

/** What the runtime was asked for, by its method: when, and with what. */
export function asked({ trace }: Cluster, method: string): readonly { readonly at: number; readonly params: JsonObject }[] {
  return Array.from({ length: trace.length }, (_, i) => trace.hop(i)).flatMap((hop) =>
    hop.kind === 'send' && hop.message.type === 'cri.call' && hop.message.method === method
      ? [{ at: hop.at, params: hop.message.params }]
      : [],
  )
}

/** What was stored of it, a line each: its phase and why, whether it has a sandbox, why it is not ready, and how its containers are. */
export function storedOf({ trace }: Cluster): readonly string[] {
  const pods = Array.from({ length: trace.length }, (_, i) => trace.hop(i)).flatMap((hop) =>
    hop.kind === 'commit'
      ? hop.events.flatMap(({ type, kv }) =>
          type === 'PUT' && kv.key === '/registry/pods/default/web' ? [kv.value as unknown as Pod] : [],
        )
      : [],
  )
  return pods.map(lineOf)
}

function lineOf({ metadata, status }: Pod): string {
  const { phase, reason, conditions = [], initContainerStatuses = [], containerStatuses = [] } = status
  const condition = (type: string) => conditions.find((c) => c.type === type)
  const containers = [...initContainerStatuses, ...containerStatuses]
  return [
    [phase, reason, metadata.deletionTimestamp && 'terminating'].filter(Boolean).join(' '),
    `sandbox ${condition('PodReadyToStartContainers')?.status ?? ''}`.trim(),
    condition('Ready')?.reason ?? '',
    ...containers.map(({ name, state, restartCount }) => `${name} ${stateLine(state)}${restartCount ? ` restarts ${restartCount}` : ''}`),
  ].join(' | ')
}

const stateLine = ({ waiting, running, terminated }: ContainerState = {}) =>
  running ? 'running' : (waiting?.reason ?? `${terminated?.reason} ${terminated?.exitCode}`)
