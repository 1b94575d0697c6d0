// Defaults are filled in as part of decoding: before admission, and before the audit log keeps the request's object.
// Upstream: apimachinery pkg/runtime/scheme.go (Default), kubernetes pkg/apis/*/v1/defaults.go

import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { passed, type RequestContext, type StageResult } from '../requestContext'

export function defaulting(ctx: RequestContext): StageResult {
  const { object, kind, subresource } = ctx
  if (!object || !kind) return passed
  const after = subresource?.schema || subresource?.kind ? (subresource.defaults?.(object) ?? object) : defaulted(kind, object)
  ctx.object = after
  ctx.decoded = after
  return after === object ? passed : { outcome: 'changed', detail: { changes: [{ by: 'defaults', before: object, after }] } }
}

/** A kind that is stored as another is defaulted in that form; a custom resource by its own version's schema. */
export function defaulted(kind: Kind, object: ApiObject): ApiObject {
  if (!kind.defaults) return object
  return kind.storedAs && !kind.custom ? kind.storedAs.fromStored(kind.defaults(kind.storedAs.toStored(object))) : kind.defaults(object)
}
