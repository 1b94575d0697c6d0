// A create reads nothing: that its key is free is checked by the transaction itself. Here the key is settled, and a sent revision refused;
// and here a create comes back to when its key was taken: it takes another generated name, or is refused.
// Upstream: apiserver pkg/storage/etcd3/store.go (Create), pkg/registry/generic/registry/store.go (RetryGenerateName)

import type { Kind } from '../../api/kind'
import type { ApiObject } from '../../api/object'
import { alreadyExists, generateNameConflict, goError } from '../../api/errors/status'
import { generatedName } from '../generatedName'
import { revisionProblem } from '../queryValues'
import { refusal } from '../refusal'
import { noted, refused, type RequestContext, type StageResult } from '../requestContext'
import { keyOf, type ServerState } from '../serverState'

const TRIES = 8

export function compare(ctx: RequestContext, server: ServerState): StageResult {
  const object = ctx.object as ApiObject
  const kind = ctx.kind as Kind
  if (revisionProblem(ctx.sentVersion) === null && Number(ctx.sentVersion) !== 0)
    return refused(
      refusal(goError('resourceVersion should not be set on objects to be created'), 'versionOnCreate', {
        field: 'metadata.resourceVersion',
        sent: ctx.sentVersion,
      }),
    )
  if (ctx.taken) {
    const { name = '', generateName = '' } = object.metadata
    const generated = generateName !== '' && !ctx.decoded?.metadata.name
    if (!generated || ++ctx.tries >= TRIES) return isTaken(ctx, kind, name, generated)
    const next = generatedName(kind, generateName, server.io.random)
    ctx.object = { ...object, metadata: { ...object.metadata, name: next } }
    ctx.taken = null
  }
  const { namespace = '', name = '' } = (ctx.object as ApiObject).metadata
  ctx.key = keyOf(kind, namespace, name)
  return noted({ says: ctx.key })
}

function isTaken(ctx: RequestContext, { group, resource }: Kind, name: string, generated: boolean): StageResult {
  const there = ctx.taken!
  const status = generated ? generateNameConflict({ group, resource }, name) : alreadyExists({ group, resource }, name)
  const going = (there.value as ApiObject).metadata.deletionTimestamp
  return refused({
    status: going ? { ...status, message: `object is being deleted: ${status.message}` } : status,
    why: { kind: 'conflict', key: ctx.key, sent: null, stored: there.value, storedRevision: there.modRevision },
  })
}
