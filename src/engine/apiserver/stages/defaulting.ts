// Defaults are filled in as part of decoding: before admission, and before the audit log keeps the request's object.
// Upstream: apimachinery pkg/runtime/scheme.go (Default), kubernetes pkg/apis/*/v1/defaults.go

import { passed, type RequestContext, type StageResult } from '../requestContext'

export function defaulting(ctx: RequestContext): StageResult {
  const { object, kind, subresource } = ctx
  if (!object || !kind) return passed
  const after = subresource?.schema || subresource?.kind ? object : (kind.defaults?.(object) ?? object)
  ctx.object = after
  ctx.decoded = after
  return after === object ? passed : { outcome: 'changed', detail: { changes: [{ by: 'defaults', before: object, after }] } }
}
