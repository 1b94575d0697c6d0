// The first walk over the admission plugins: guards, and those that change the object. Whose field is whose is settled just before.
// Upstream: apiserver pkg/admission/chain.go, pkg/endpoints/handlers/fieldmanager

import type { Kind } from '../../api/kind'
import { exact } from '../../base/exact'
import type { ApiObject, JsonObject } from '../../api/object'
import type { Route } from '../../flow/requestFlowMachine'
import { operationOptions } from '../admission/operationOptions'
import { isCall, isMutated, nobodyAsked, type Attributes, type Denial, type WebhookCall } from '../admission/plugin'
import { admissionPlugins } from '../admission/plugins'
import { expectedOf } from '../body/expected'
import { connectOptions } from '../connectOptions'
import { isApply } from '../options'
import { dedupOwnerReferences } from '../ownerReferences'
import { owned } from '../ownership'
import type { Refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult, type PeerAnswer } from '../requestContext'
import type { ServerState } from '../serverState'
import { withDefaults } from './defaulting'

export function mutatingAdmission(ctx: RequestContext, server: ServerState): StageResult {
  const isStored = !UNSTORED.has(ctx.route)
  ctx.object = ctx.entry ?? ctx.object
  if (isStored && ctx.route !== 'patch') dedupOwnerReferences(ctx, '')
  const entry = ctx.object
  ctx.entry = null
  // What is written through a view gets its owners when it has become the parent (validation.ts).
  if (isStored && ctx.object && !ctx.subresource?.view && !isApply(ctx)) ctx.object = owned(ctx, ctx.object, server)
  // One for the whole walk: each plugin finds in it the object as the one before left it.
  const attributes: { -readonly [K in keyof Attributes]: Attributes[K] } = attributesFor(ctx, server)
  const changes: { by: string; before: JsonObject; after: JsonObject }[] = []
  for (const again of [false, true]) {
    if (again && !attributes.round.wanted) break
    attributes.round = { ...attributes.round, again }
    for (const { name, guard, admit, connects } of admissionPlugins) {
      if (ctx.route === 'connect' && !connects) continue
      const guarded = guard?.(attributes, server) ?? null
      if (guarded && isCall(guarded)) return askWebhook(ctx, entry, guarded, server)
      if (guarded && !isMutated(guarded)) return refused(refusalOf(name, guarded))
      if (!ctx.object || (!admit && !guarded)) continue
      const after = guarded ? guarded.mutated : admit!(attributes as Attributes & { readonly object: ApiObject }, server)
      if ('refusal' in after) return refused(refusalOf(name, after.refusal as Denial))
      if (after === ctx.object) continue
      changes.push({ by: name, before: ctx.object, after: after as ApiObject })
      ctx.object = attributes.object = after as ApiObject
    }
  }
  if (isStored) dedupOwnerReferences(ctx, ' after mutating admission happens')
  return changes.length === 0 ? passed : { outcome: 'changed', detail: { changes: exact(changes) } }
}

/** What comes by these is no object that will be stored. */
const UNSTORED: ReadonlySet<Route> = new Set(['review', 'action', 'connect'])

/** The walk is made again from its beginning once the webhook has answered. */
export function askWebhook(
  ctx: RequestContext,
  entry: ApiObject | null,
  { call, path, body, within }: WebhookCall,
  server: ServerState,
): StageResult {
  ctx.entry = entry
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const done = (answer: PeerAnswer) => {
    ctx.webhooks = (ctx.webhooks ?? new Map<string, PeerAnswer>()).set(call, answer)
    server.resume(ctx)
  }
  server.ask('webhook', { method: 'POST', path, headers, body }, ctx, done, within)
  return { outcome: 'suspended' }
}

export const refusalOf = (plugin: string, { status, facts }: Denial): Refusal => ({
  status,
  why: { kind: 'admission', plugin, message: status.message ?? '', facts },
})

export function attributesFor(ctx: RequestContext, server: ServerState): Attributes {
  const { info, object, user, dryRun, deleteOptions, webhooks } = ctx
  // The old path of bindings is a resource of its own.
  const kind = info.resource === 'bindings' ? server.scheme.byResource('', 'v1', 'bindings')! : (ctx.kind as Kind)
  const operation = operationOf(ctx)
  const name = info.name || (object?.metadata.name ?? '')
  // A Namespace is in itself.
  const isNamespace = kind.resource === 'namespaces' && kind.group === ''
  return {
    operation,
    kind,
    subresource: info.subresource,
    shape: expectedOf(ctx),
    namespace: isNamespace ? info.namespace || name : info.namespace,
    name,
    object: ctx.route === 'connect' ? connectOptions(ctx) : object,
    old: UNSTORED.has(ctx.route) ? null : ctx.old,
    user,
    dryRun,
    deleteOptions,
    options: operationOptions(ctx, operation),
    webhooks,
    round: { again: false, wanted: false, webhooks: nobodyAsked(), policies: nobodyAsked() },
    warn: (text) => ctx.warnings.push(text),
    defaulted: (made) => withDefaults(ctx, made),
  }
}

function operationOf({ route, creating }: RequestContext): Attributes['operation'] {
  if (route === 'connect') return 'CONNECT'
  if (route === 'delete') return 'DELETE'
  return route === 'create' || route === 'review' || route === 'action' || creating ? 'CREATE' : 'UPDATE'
}
