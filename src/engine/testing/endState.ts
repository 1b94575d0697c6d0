// What a cluster has come to, as text, without what no two runs share: generated names, uids, times, revisions, nodes, restarts. Tests only.

import type { ApiObject } from '../api/object'
import type { Pod } from '../api/kinds/pod/types'
import type { Cluster } from '../cluster/types'

const SKIPPED = new Set(['events', 'leases', 'minions', 'csinodes'])

export function endState({ history }: Cluster): string {
  const lines: string[] = []
  for (const { key, value } of history.list('/registry/', history.revision)) {
    const [, , resource = '', namespace = ''] = key.split('/')
    if (SKIPPED.has(resource) || (namespace !== 'default' && resource !== 'namespaces')) continue
    // Of an old template, a ReplicaSet is left only where the controller was there to see it.
    if (resource === 'replicasets' && (value.spec as { readonly replicas?: number }).replicas === 0) continue
    lines.push(lineOf(resource, value as ApiObject))
  }
  return lines.sort().join('\n')
}

function lineOf(resource: string, object: ApiObject): string {
  const { metadata, spec, status, data } = object as ApiObject & Readonly<Record<string, Record<string, unknown> | undefined>>
  const [owner] = metadata.ownerReferences ?? []
  const name = owner ? `of ${owner.name}` : (metadata.name ?? '')
  const kept = { going: metadata.deletionTimestamp !== undefined, finalizers: metadata.finalizers, labels: metadata.labels, data }
  if (resource === 'pods') return `pods ${name} ${JSON.stringify({ ...kept, ...podState(object as Pod) })}`
  const numbers = Object.entries(status ?? {}).filter(([field, v]) => typeof v === 'number' && field !== 'observedGeneration')
  return `${resource} ${name} ${JSON.stringify({ ...kept, replicas: spec?.replicas, numbers })}`
}

function podState({ spec, status }: Pod) {
  return {
    bound: spec.nodeName !== undefined,
    images: spec.containers.map((c) => c.image),
    phase: status.phase,
    conditions: (status.conditions ?? []).map(({ type, status: is }) => `${type}=${is}`).sort(),
    states: (status.containerStatuses ?? []).map(({ ready, state }) => `${Object.keys(state ?? {}).join()} ${ready}`),
  }
}
