// Admission webhooks. Nothing in the model answers one: a request that a webhook means fails as it does where the webhook's Service is not there,
// or is let through where its failurePolicy is Ignore.
// Leaves out: answers of webhooks, reinvocation, webhooks reached by URL that answer.
// Upstream: apiserver pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go, pkg/util/webhook/client.go

import type { Webhook, WebhookConfiguration } from '../../api/kinds/webhooks'
import { failure, type Status } from '../../api/status'
import type { ServerState } from '../serverState'
import { conditionsHold, isExempt, matchesRule, matchesSelectors, namesOf } from './matching'
import type { Attributes, Plugin } from './plugin'

export const mutatingWebhooks: Plugin = {
  name: 'MutatingAdmissionWebhook',
  guard: (a, server) => askAll('mutatingwebhookconfigurations', a, server),
}

export const validatingWebhooks: Plugin = {
  name: 'ValidatingAdmissionWebhook',
  validate: (a, server) => askAll('validatingwebhookconfigurations', a, server),
}

function askAll(storage: string, a: Attributes, server: ServerState): Status | null {
  const configurations = server.cache(storage)
  if (configurations.size === 0 || isExempt(a)) return null
  for (const configuration of configurations.list('')) {
    for (const webhook of (configuration as WebhookConfiguration).webhooks ?? []) {
      const refused = ask(webhook, a, server)
      if (refused) return refused
    }
  }
  return null
}

function ask(webhook: Webhook, a: Attributes, server: ServerState): Status | null {
  if (!webhook.rules?.some((rule) => matchesRule(rule, a)) || !matchesSelectors(webhook, a, server)) return null
  const held = conditionsHold(webhook.matchConditions, namesOf(a, server))
  if (held === 'unmet' || webhook.failurePolicy === 'Ignore') return null
  const why =
    held === 'met'
      ? `failed calling webhook ${JSON.stringify(webhook.name)}: failed to call webhook: ${unreachable(webhook, server)}`
      : held.error
  return failure(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] })
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
