// What a cluster has come to, as text, without what no two runs share: generated names, uids, times, revisions, nodes, restarts, what
// controllers keep for looking back. Tests only.

import type { Json, JsonObject } from '../../base/json'
import type { ApiObject } from '../../api/object'
import { parentOf } from '../../api/kinds/ipaddress'
import type { Pod } from '../../api/kinds/pod/types'
import type { Cluster } from '../../cluster/types'

/** What the server and the nodes keep for themselves; which ports are taken is drawn. */
const SKIPPED =
  /^\/registry\/(events|leases|ranges|csinodes|controllerrevisions|clusterroles|clusterrolebindings|roles|rolebindings|servicecidrs)\//
const SYSTEM = /^kube-/

type Fields = ApiObject & Readonly<Record<string, JsonObject | undefined>>

/** What two runs may differ in though both are right. */
export interface Allowed {
  /** Pods that are gone, and count as there. */
  readonly gone: readonly Pod[]
  /** Pods that are there, and that their Jobs have counted: they count as never made. */
  readonly beyond: readonly Pod[]
  /** What else is there, and counts as never made. */
  readonly strays: readonly ApiObject[]
}
const NOTHING: Allowed = { gone: [], beyond: [], strays: [] }

export function endState({ history }: Cluster, allowed = NOTHING): string {
  const lines = allowed.gone.flatMap((pod) => lineOf(pod as unknown as Fields, allowed) ?? [])
  for (const { key, value } of history.list('/registry/', history.revision)) {
    if (SKIPPED.test(key)) continue
    const object = value as Fields
    if (SYSTEM.test(object.metadata.namespace ?? '')) continue
    const line = lineOf(object, allowed)
    if (line) lines.push(line)
  }
  return lines.sort().join('\n')
}

function lineOf(object: Fields, allowed: Allowed): string | null {
  const { kind = '', metadata, spec, status, data } = object
  const [owner] = metadata.ownerReferences ?? []
  // Of an old template, a ReplicaSet is left only where the controller was there to see it.
  if (kind === 'ReplicaSet' && spec?.replicas === 0) return null
  // In place of a Pod that failed with its node its owner has another.
  if (kind === 'Pod' && owner && status?.phase === 'Failed') return null
  if ([...allowed.beyond, ...allowed.strays].some((made) => made.metadata.uid === metadata.uid)) return null
  // Which one a Service got is drawn.
  if (kind === 'IPAddress') return `${kind} ${parentOf(object)?.namespace}/${parentOf(object)?.name}`
  const name = `${kind} ${metadata.namespace ?? ''}/${owner ? `of ${owner.name}` : (metadata.generateName ?? metadata.name ?? '')}`
  const labels = Object.entries(metadata.labels ?? {}).filter(([label]) => !label.includes('-uid') && !label.endsWith('index'))
  const kept = {
    going: metadata.deletionTimestamp !== undefined,
    finalizers: metadata.finalizers,
    labels: labels.sort().join(),
    data: data && (kind === 'Secret' ? Object.keys(data) : Object.entries(data)).sort(),
  }
  return `${name} ${JSON.stringify({ ...kept, ...stateOf(kind, object, allowed) })}`
}

function stateOf(kind: string, object: Fields, { beyond }: Allowed): object {
  const { metadata, spec, status } = object
  const conditions = conditionsOf(status)
  switch (kind) {
    case 'Pod':
      return podState(object as unknown as Pod)
    case 'Node':
      return { unschedulable: spec?.unschedulable, taints: listOf(spec?.taints).map(({ key }) => key), conditions }
    case 'Job':
      // How many of its Pods failed depends on what went wrong, and whether it was over before it was suspended.
      return {
        succeeded: withoutThese(status?.succeeded, metadata.uid, beyond),
        active: status?.active,
        conditions: conditions.filter((c) => !c.startsWith('Suspended')),
      }
    case 'EndpointSlice':
      return { endpoints: sorted(listOf(object.endpoints).map((e) => JSON.stringify(e.conditions))) }
    case 'Endpoints':
      return { subsets: listOf(object.subsets).map((s) => `${listOf(s.addresses).length} ${listOf(s.notReadyAddresses).length}`) }
    default: {
      const numbers = Object.entries(status ?? {}).filter(
        ([field, v]) => typeof v === 'number' && v !== 0 && field !== 'observedGeneration',
      )
      const told = status?.observedGeneration === undefined || status.observedGeneration === object.metadata.generation
      const { phase, used, hard, currentRevision, updateRevision } = status ?? {}
      return {
        replicas: spec?.replicas,
        n: spec?.n,
        phase,
        used,
        hard,
        same: currentRevision === updateRevision,
        numbers: numbers.sort(),
        conditions,
        told,
      }
    }
  }
}

const withoutThese = (succeeded: Json | undefined, job: string | undefined, beyond: readonly Pod[]) =>
  typeof succeeded === 'number'
    ? succeeded - beyond.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job)).length
    : succeeded

function podState({ spec, status }: Pod): object {
  return {
    bound: spec.nodeName !== undefined,
    images: spec.containers.map((c) => c.image ?? ''),
    phase: status.phase,
    conditions: conditionsOf(status),
    states: (status.containerStatuses ?? []).map(({ ready, state }) => `${Object.keys(state ?? {}).join()} ${ready}`),
  }
}

const listOf = (value: unknown) => (value ?? []) as unknown as readonly JsonObject[]

const sorted = (lines: readonly string[]) => lines.toSorted()

const conditionsOf = (status: JsonObject | undefined) =>
  sorted(listOf(status?.conditions).map((c) => `${String(c.type)}=${String(c.status)}`))
