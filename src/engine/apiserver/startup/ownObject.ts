// Something that the server itself writes at its start: where, what, and who it says it is as it writes.
// Upstream: apiserver pkg/server/hooks.go (the hooks that write are listed in startUp.ts)

import { applyServerSide } from '../../api/apply/applyServerSide'
import { decodeObject } from '../../api/serializer/decode'
import type { Kind } from '../../api/kind'
import { updateManagedFields } from '../../api/managedfields/managedFields'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import { invariant } from '../../base/invariant'
import { keyOf, type ServerState } from '../serverState'

export interface OwnObject {
  /** Null: no object of the API, only a record of this server's in etcd. */
  readonly kind: Kind | null
  readonly key: string
  readonly object: ApiObject
  readonly manager: string
  readonly status?: OwnStatus
}

/** The one condition that its status has once it is there, but for its time, and who applies it. */
export interface OwnStatus {
  readonly manager: string
  condition(server: ServerState): Readonly<Record<'type' | 'status' | 'message', string>> & { readonly reason?: string }
}

/** The first part of the user agent. */
const SERVER = 'kube-apiserver'

export function ownObject(kind: Kind, given: JsonObject, more: Partial<Pick<OwnObject, 'manager' | 'status'>> = {}): OwnObject {
  const object = { kind: kind.kind, apiVersion: groupVersion(kind.group, kind.version), ...given } as ApiObject
  const { namespace = '', name } = object.metadata
  invariant(name, 'a name', { kind: kind.kind })
  return { kind, key: keyOf(kind, namespace, name), object, manager: SERVER, ...more }
}

const SYSTEM = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

/** As it is stored first: the fields that were sent have their owner, those that the registry adds have none. */
export function created({ kind, object, manager }: OwnObject, { io, nowText: now }: ServerState): ApiObject {
  if (!kind) return object
  const given = { uid: io.random.uuid(), ...(kind.hasGeneration ? { generation: 1 } : {}), creationTimestamp: now }
  const sent = { ...object, metadata: { ...object.metadata, ...given } }
  const owned = updateManagedFields({ before: null, after: sent, manager, apiVersion: object.apiVersion ?? '', now, schema: kind.schema })
  const context = { others: () => [], isAddressTaken: () => false, random: io.random, dryRun: false }
  const allocated = kind.allocate?.(owned, null, context) ?? { object: owned }
  invariant('object' in allocated, 'what the server gives itself is free', { kind: kind.kind, name: object.metadata.name })
  return kind.prepareForCreate?.(allocated.object, { now, user: SYSTEM, warn: () => {} }) ?? allocated.object
}

/** With its status as it is now; null where it is so already. */
export function withStatus(live: ApiObject, { kind, status }: OwnObject, server: ServerState): ApiObject | null {
  if (!kind || !status) return null
  const condition = status.condition(server)
  const { conditions = [] } = live.status as { readonly conditions?: readonly JsonObject[] }
  if (conditions.some((c) => c.type === condition.type && c.status === condition.status)) return null
  const { nowText: now } = server
  const { apiVersion = '', metadata } = live
  const applied = {
    kind: kind.kind,
    apiVersion,
    metadata: { name: metadata.name },
    status: { conditions: [{ ...condition, lastTransitionTime: now }] },
  }
  const result = applyServerSide({
    live,
    applied,
    manager: status.manager,
    force: true,
    apiVersion,
    now,
    schema: kind.schema,
    subresource: 'status',
  })
  invariant('object' in result, 'what is forced has no conflicts', { name: metadata.name })
  const decoded = decodeObject(kind.schema, result.object)
  invariant('object' in decoded, 'what was applied is of its type', { name: metadata.name })
  return decoded.object as ApiObject
}
