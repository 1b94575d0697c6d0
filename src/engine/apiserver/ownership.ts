// metadata.managedFields of what a request writes: through which subresource, and what of earlier writers in other versions it takes.
// Upstream: apiserver pkg/endpoints/handlers/create.go, update.go (FieldManager.UpdateNoErrors), apimachinery pkg/util/managedfields/internal/versionconverter.go

import type { Kind } from '../api/kind'
import { updateManagedFields, type Ownership } from '../api/managedfields/managedFields'
import { groupVersion, parseGroupVersion, type ApiObject } from '../api/object'
import { without } from '../base/without'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { inStoredForm } from './storedObject'

/** The object with its managed fields brought up to date. */
export function owned(ctx: RequestContext, object: ApiObject, server: ServerState): ApiObject {
  const kind = ctx.kind as Kind
  if (kind.unmanaged) return object.metadata.managedFields ? { ...object, metadata: without(object.metadata, 'managedFields') } : object
  return updateManagedFields({
    before: ctx.creating ? null : ctx.old,
    after: object,
    manager: ctx.fieldManager,
    apiVersion: groupVersion(kind.group, kind.version),
    ...(ctx.subresource?.view ? {} : { now: server.nowText }),
    schema: kind.schema,
    ...ownershipOf(ctx, server),
  })
}

export function ownershipOf({ kind, subresource, info }: RequestContext, { scheme }: ServerState): Ownership {
  const own = kind as Kind
  const { resets } = subresource ?? own
  return {
    subresource: info.subresource,
    ...(resets ? { resets } : {}),
    inVersion: (apiVersion) => {
      const { group, version } = parseGroupVersion(apiVersion)
      const other = group === own.group ? scheme.byKind(group, version, own.kind) : undefined
      if (!other) return null
      return {
        schema: other.schema,
        convert: (object) => {
          const stored = inStoredForm(own, object)
          return other.storedAs ? other.storedAs.fromStored(stored) : stored
        },
      }
    },
  }
}

/** A status that the server writes by itself. */
export function withOwnStatus(group: string, resource: string, before: ApiObject, after: ApiObject, server: ServerState): ApiObject {
  const { schema } = server.scheme.byResource(group, 'v1', resource)!
  return updateManagedFields({
    before,
    after,
    manager: 'kube-apiserver',
    apiVersion: groupVersion(group, 'v1'),
    now: server.nowText,
    schema,
    subresource: 'status',
  })
}
