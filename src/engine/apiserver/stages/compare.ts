// A create reads nothing: that its key is free is checked by the transaction itself. Here the key is settled, and a sent revision refused.
// Upstream: apiserver pkg/storage/etcd3/store.go (Create)

import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { goError } from '../../api/status'
import { noted, refused, type RequestContext, type StageResult } from '../requestContext'
import { keyOf } from '../serverState'

export function compare(ctx: RequestContext): StageResult {
  const { metadata } = ctx.object as ApiObject
  if (ctx.sentVersion !== '' && ctx.sentVersion !== '0')
    return refused(goError('resourceVersion should not be set on objects to be created'))
  ctx.key = keyOf(ctx.kind as Kind, metadata.namespace ?? '', metadata.name ?? '')
  return noted({ says: ctx.key })
}
