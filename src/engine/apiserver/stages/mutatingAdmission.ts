// The first walk over the admission plugins: guards, and those that change the object. Whose field is whose is settled just before.
// Upstream: apiserver pkg/admission/chain.go, pkg/endpoints/handlers/fieldmanager

import type { Kind } from '../../api/kind'
import { exact } from '../../base/exact'
import type { ApiObject, JsonObject } from '../../api/object'
import { isCall, isMutated, type Attributes, type Denial, type WebhookCall } from '../admission/plugin'
import { admissionPlugins } from '../admission/plugins'
import { isApply } from '../options'
import { dedupOwnerReferences } from '../ownerReferences'
import { owned } from '../ownership'
import type { Refusal } from '../refusal'
import { passed, refused, type RequestContext, type StageResult, type WebhookAnswer } from '../requestContext'
import type { ServerState } from '../serverState'

export function mutatingAdmission(ctx: RequestContext, server: ServerState): StageResult {
  if (ctx.route === 'review' || ctx.route === 'action') return guarded(ctx, server)
  ctx.object = ctx.entry ?? ctx.object
  if (ctx.route !== 'patch') dedupOwnerReferences(ctx, '')
  const entry = ctx.object
  ctx.entry = null
  // What is written through a view gets its owners when it has become the parent (validation.ts).
  if (ctx.object && !ctx.subresource?.view && !isApply(ctx)) ctx.object = owned(ctx, ctx.object, server)
  // One for the whole walk: each plugin finds in it the object as the one before left it.
  const attributes: { -readonly [K in keyof Attributes]: Attributes[K] } = attributesFor(ctx)
  const changes: { by: string; before: JsonObject; after: JsonObject }[] = []
  for (const again of [false, true]) {
    if (again && !attributes.round.wanted) break
    attributes.round = { ...attributes.round, again }
    for (const { name, guard, admit } of admissionPlugins) {
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
  dedupOwnerReferences(ctx, ' after mutating admission happens')
  return changes.length === 0 ? passed : { outcome: 'changed', detail: { changes: exact(changes) } }
}

/** What changes no stored object by itself is only guarded: nothing is created in a namespace that goes, a node has but its own. */
function guarded(ctx: RequestContext, server: ServerState): StageResult {
  const attributes = { ...attributesFor(ctx), operation: 'CREATE' } as const
  for (const { name, guard } of admissionPlugins) {
    const said = guard?.(attributes, server)
    if (said && isCall(said)) return askWebhook(ctx, null, said, server)
    if (said && !isMutated(said)) return refused(refusalOf(name, said))
  }
  return passed
}

/** The walk is made again from its beginning once the webhook has answered. */
export function askWebhook(
  ctx: RequestContext,
  entry: ApiObject | null,
  { call, path, body, within }: WebhookCall,
  server: ServerState,
): StageResult {
  ctx.entry = entry
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const done = (answer: WebhookAnswer) => {
    ctx.webhooks = (ctx.webhooks ?? new Map<string, WebhookAnswer>()).set(call, answer)
    server.resume(ctx)
  }
  server.ask('webhook', { method: 'POST', path, headers, body }, ctx, done, within)
  return { outcome: 'suspended' }
}

export const refusalOf = (plugin: string, { status, facts }: Denial): Refusal => ({
  status,
  why: { kind: 'admission', plugin, message: status.message ?? '', facts },
})

export function attributesFor(ctx: RequestContext): Attributes {
  const { info, old, object, route, user, dryRun, deleteOptions, webhooks } = ctx
  return {
    operation: route === 'delete' ? 'DELETE' : route === 'create' || ctx.creating ? 'CREATE' : 'UPDATE',
    kind: ctx.kind as Kind,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name || (object?.metadata.name ?? ''),
    object,
    old,
    user,
    dryRun,
    deleteOptions,
    webhooks,
    round: { again: false, wanted: false, asked: new Set(), askAgain: new Set(), left: null },
    warn: (text) => ctx.warnings.push(text),
  }
}
