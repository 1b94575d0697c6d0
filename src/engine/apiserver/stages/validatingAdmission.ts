// The second walk over the admission plugins: the object is as it will be stored; those that refuse are asked. ResourceQuota comes last:
// it charges the request, with one transaction for all the quotas that count it, and does it again where one of them changed meanwhile.
// Upstream: apiserver pkg/admission/chain.go (Validate)

import type { ApiObject } from '../../api/object'
import { isCall, type Attributes } from '../admission/plugin'
import { admissionPlugins } from '../admission/plugins'
import { chargeQuotas } from '../admission/resourceQuota'
import { withOwnStatus } from '../ownership'
import { passed, refused, type RequestContext, type StageResult } from '../requestContext'
import type { ServerState } from '../serverState'
import { withoutVersion } from '../storedObject'
import { askWebhook, attributesFor, refusalOf } from './mutatingAdmission'

export function validatingAdmission(ctx: RequestContext, server: ServerState): StageResult {
  const attributes = asShown(ctx, attributesFor(ctx, server))
  if (ctx.reply?.ok && ctx.reply.succeeded) return passed
  // Of a collection, each object that will go is asked about, though the request names none.
  const each = ctx.info.verb === 'deletecollection' ? ctx.collection.map((old) => ofObject(attributes, old)) : [attributes]
  for (const one of each)
    for (const { name, validate, connects } of admissionPlugins) {
      if (ctx.route === 'connect' && !connects) continue
      const said = validate?.(one, server)
      if (said && isCall(said)) return askWebhook(ctx, null, said, server)
      if (said) return refused(refusalOf(name, said))
    }
  return ctx.route === 'review' || ctx.route === 'action' || ctx.route === 'connect' ? passed : charge(attributes, server)
}

/** What was written through a view (Scale) is shown as that view again. */
function asShown({ subresource }: RequestContext, attributes: Attributes): Attributes {
  const { view } = subresource ?? {}
  if (!view) return attributes
  const shown = (parent: ApiObject | null) => parent && view.fromParent(parent)
  return { ...attributes, object: shown(attributes.object), old: shown(attributes.old) }
}

function ofObject(attributes: Attributes, old: ApiObject): Attributes {
  return { ...attributes, old, namespace: old.metadata.namespace ?? '' }
}

function charge(attributes: Attributes, server: ServerState): StageResult {
  const quotas = chargeQuotas(attributes, server)
  if ('refusal' in quotas) return refused(refusalOf('ResourceQuota', quotas.refusal))
  if (quotas.length === 0 || attributes.dryRun) return passed
  const writes = quotas.map((quota) => {
    const key = `/registry/resourcequotas/${quota.metadata.namespace}/${quota.metadata.name}`
    const before = server.cached('resourcequotas', quota.metadata.namespace ?? '', quota.metadata.name ?? '')!
    return {
      key,
      modRevision: Number(before.metadata.resourceVersion),
      value: withoutVersion(withOwnStatus('', 'resourcequotas', before, quota, server)),
    }
  })
  return {
    outcome: 'waits',
    op: {
      op: 'txn',
      compare: writes.map(({ key, modRevision }) => ({ key, modRevision })),
      success: writes.map(({ key, value }) => ({ op: 'put', key, value })),
      failure: writes.map(({ key }) => ({ op: 'range', key })),
    },
  }
}
