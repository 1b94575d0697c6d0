// Admission webhooks: who is asked, in order, and what comes of the answer. One reached by URL is asked where somebody answers there; any
// other fails as it does where its Service or host is not there, or is let through where its failurePolicy is Ignore.
// Leaves out: patches, warnings and audit annotations of answers, reinvocation, asking several at once, Services with endpoints.
// Upstream: apiserver pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go, errors/statuserror.go, pkg/util/webhook/client.go

import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import type { Webhook, WebhookConfiguration } from '../../api/kinds/webhooks'
import { failure, type Status } from '../../api/status'
import type { WebhookAnswer } from '../requestContext'
import type { ServerState } from '../serverState'
import { conditionsHold, isExempt, matchesRule, matchesSelectors, namesOf } from './matching'
import type { Attributes, Plugin, WebhookCall } from './plugin'

export const mutatingWebhooks: Plugin = {
  name: 'MutatingAdmissionWebhook',
  guard: (a, server) => askAll('mutatingwebhookconfigurations', a, server),
}

export const validatingWebhooks: Plugin = {
  name: 'ValidatingAdmissionWebhook',
  validate: (a, server) => askAll('validatingwebhookconfigurations', a, server),
}

function askAll(storage: string, a: Attributes, server: ServerState): Status | WebhookCall | null {
  const configurations = server.cache(storage)
  if (configurations.size === 0 || isExempt(a)) return null
  for (const configuration of configurations.list('')) {
    for (const webhook of (configuration as WebhookConfiguration).webhooks ?? []) {
      const refused = ask(`${storage}/${configuration.metadata.name ?? ''}/${webhook.name ?? ''}`, webhook, a, server)
      if (refused) return refused
    }
  }
  return null
}

function ask(call: string, webhook: Webhook, a: Attributes, server: ServerState): Status | WebhookCall | null {
  if (!webhook.rules?.some((rule) => matchesRule(rule, a)) || !matchesSelectors(webhook, a, server)) return null
  const held = conditionsHold(webhook.matchConditions, namesOf(a, server))
  if (held === 'unmet') return null
  if (held !== 'met') return failed(webhook, held.error)
  const target = targetOf(webhook, server)
  if (target === null) return failed(webhook, callFailed(webhook, unreachable(webhook, server)))
  const answer = a.webhooks?.get(call)
  if (answer) return outcome(webhook, answer)
  const timeout = webhook.timeoutSeconds ?? TIMEOUT
  const body = reviewOf(a, server.io.random.uuid())
  return { call, path: `${target}?timeout=${timeout}s`, body, within: timeout * 1000 }
}

const TIMEOUT = 10

/** The path at the host that answers webhooks; null: this one is not there. */
function targetOf({ clientConfig }: Webhook, { webhookHost }: ServerState): string | null {
  const [, host = '', path = ''] = /^https:\/\/([^/]+)(.*)$/.exec(clientConfig?.url ?? '') ?? []
  return webhookHost !== null && host === webhookHost ? path || '/' : null
}

function outcome(webhook: Webhook, answer: WebhookAnswer): Status | null {
  if ('error' in answer) return failed(webhook, callFailed(webhook, `${postTo(webhook)}: ${answer.error}`))
  const { response } = (answer.body ?? {}) as { readonly response?: { readonly allowed?: boolean; readonly status?: Partial<Status> } }
  if (!response) return failed(webhook, `failed calling webhook ${JSON.stringify(webhook.name)}: Webhook response was absent`)
  return response.allowed ? null : deniedBy(webhook, response.status ?? {})
}

/** A denial never has a code below 400, and says at least that it is one. */
function deniedBy({ name }: Webhook, { code = 0, message = '', reason = '', ...status }: Partial<Status>): Status {
  const denied = `admission webhook ${JSON.stringify(name)} denied the request`
  const says = message || reason
  return {
    ...failure(
      Math.max(400, code),
      reason === '' ? undefined : reason,
      says === '' ? `${denied} without explanation` : `${denied}: ${says}`,
    ),
    ...(status.details ? { details: status.details } : {}),
  }
}

function failed({ failurePolicy }: Webhook, why: string): Status | null {
  if (failurePolicy === 'Ignore') return null
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })
}

const callFailed = ({ name }: Webhook, why: string) => `failed calling webhook ${JSON.stringify(name)}: failed to call webhook: ${why}`

const postTo = ({ clientConfig, timeoutSeconds = TIMEOUT }: Webhook) =>
  `Post ${JSON.stringify(`${clientConfig?.url ?? ''}?timeout=${timeoutSeconds}s`)}`

function reviewOf(a: Attributes, uid: string): JsonObject {
  const { kind, subresource, name, namespace, operation, object, old, user, dryRun } = a
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind }
  const resource = { group: kind.group, version: kind.version, resource: kind.resource }
  const whole = (o: ApiObject | null) => o && { kind: kind.kind, apiVersion: groupVersion(kind.group, kind.version), ...o }
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: gvk,
      resource,
      ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }),
      requestKind: gvk,
      requestResource: resource,
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups },
      object: whole(object),
      oldObject: whole(old),
      dryRun,
    },
  }
}

function unreachable({ clientConfig, timeoutSeconds = 10 }: Webhook, server: ServerState): string {
  const { url, service } = clientConfig ?? {}
  if (url !== undefined) {
    const host = /^https:\/\/([^/:]+)/.exec(url)?.[1] ?? ''
    return `Post ${JSON.stringify(`${url}?timeout=${timeoutSeconds}s`)}: dial tcp: lookup ${host}: no such host`
  }
  const { name = '', namespace = '', path = '', port = 443 } = service ?? {}
  const post = `Post ${JSON.stringify(`https://${name}.${namespace}.svc:${port}${path}?timeout=${timeoutSeconds}s`)}`
  return server.cached('services/specs', namespace, name)
    ? `${post}: no endpoints available for service ${JSON.stringify(name)}`
    : `${post}: service ${JSON.stringify(name)} not found`
}
