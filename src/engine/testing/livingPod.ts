// One Pod, `web`, on the only node of a whole cluster, and what is seen of it. Tests only.

import type { Pod } from '../api/kinds/pod/types'
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
