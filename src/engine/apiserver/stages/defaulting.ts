// Defaults are filled in as part of decoding: before admission, and before the audit log keeps the request's object.
// Upstream: apimachinery pkg/runtime/scheme.go (Default), kubernetes pkg/apis/*/v1/defaults.go

import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { passed, type RequestContext, type StageResult } from '../requestContext'

export function defaulting(ctx: RequestContext): StageResult {
  const { object } = ctx
  if (!object || !ctx.kind) return passed
  const after = withDefaults(ctx, object)
  ctx.object = after
  ctx.decoded = after
  return after === object ? passed : { outcome: 'changed', detail: { changes: [{ by: 'defaults', before: object, after }] } }
}

/** Of a kind, or of what a subresource of it takes. */
export function withDefaults({ kind, subresource }: RequestContext, object: ApiObject): ApiObject {
  return subresource?.schema || subresource?.kind ? (subresource.defaults?.(object) ?? object) : defaulted(kind as Kind, object)
}

/** A kind that is stored as another is defaulted in that form; a custom resource by its own version's schema. */
function defaulted(kind: Kind, object: ApiObject): ApiObject {
  if (!kind.defaults) return object
  return kind.storedAs && !kind.custom ? kind.storedAs.fromStored(kind.defaults(kind.storedAs.toStored(object))) : kind.defaults(object)
}
