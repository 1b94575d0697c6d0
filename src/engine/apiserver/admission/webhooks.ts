// Admission webhooks: who is asked, in order, and what comes of the answer. One reached by URL is asked where somebody answers there; any
// other fails as it does where its Service or host is not there, or is let through where its failurePolicy is Ignore.
// A mutating one may answer with a JSON patch; those that wish so are asked again when the object changed after them.
// Leaves out: audit annotations of answers, asking several at once, Services with endpoints.
// Upstream: apiserver pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go, errors/statuserror.go, pkg/util/webhook/client.go

import { isIp } from '../../api/net/ipAddress'
import { goJson } from '../../base/json'
import { base64Problem } from '../../api/serializer/base64Problem'
import { jsonType } from '../../api/serializer/decodeError'
import { goQuote } from '../../api/go/goQuote'
import { textOfBase64 } from '../../base/base64'
import { equalJson } from '../../base/equal'
import { parseJson } from '../../api/serializer/parseJson'
import { JsonPatchError } from '../../api/patch/jsonPatch'
import { groupVersion, type ApiObject, type JsonObject } from '../../api/object'
import type { Webhook, WebhookConfiguration } from '../../api/kinds/webhooks'
import { failure, forbidden, internalError, type Status } from '../../api/errors/status'
import type { Facts } from '../../base/why'
import type { PeerAnswer } from '../requestContext'
import type { ServerState } from '../serverState'
import { jsonPatched } from './jsonPatched'
import { conditionsHold, isExempt, matchesRule, matchesSelectors, namesOf } from './matching'
import { isMutated, reask, type Attributes, type Denial, type Mutated, type Plugin, type WebhookCall } from './plugin'

export const mutatingWebhooks: Plugin = {
  name: 'MutatingAdmissionWebhook',
  connects: true,
  guard(a, server) {
    const { round } = a
    const { webhooks } = round
    // What plugins of the server itself changed since is news to all that wish to hear of it.
    if (round.again && webhooks.left !== a.object) reask(webhooks)
    let { object } = a
    for (const [call, webhook] of webhooksOf('mutatingwebhookconfigurations', a, server)) {
      if (round.again && !webhooks.askAgain.has(call)) continue
      const said = ask(round.again ? `${call}#again` : call, webhook, { ...a, object }, server)
      if (said && !isMutated(said)) return said
      if (said && object && !equalJson(said.mutated, object)) {
        object = said.mutated
        round.wanted = true
        reask(webhooks)
      }
      if (webhook.reinvocationPolicy === 'IfNeeded') webhooks.asked.add(call)
    }
    webhooks.left = object
    return object && object !== a.object ? { mutated: object } : null
  },
}

export const validatingWebhooks: Plugin = {
  name: 'ValidatingAdmissionWebhook',
  connects: true,
  validate(a, server) {
    for (const [call, webhook] of webhooksOf('validatingwebhookconfigurations', a, server)) {
      const said = ask(call, webhook, a, server)
      if (said && !isMutated(said)) return said
    }
    return null
  },
}

function* webhooksOf(storage: string, a: Attributes, server: ServerState): Generator<readonly [call: string, webhook: Webhook]> {
  const configurations = server.cache(storage)
  if (configurations.size === 0 || isExempt(a)) return
  for (const configuration of configurations.list(''))
    for (const webhook of (configuration as WebhookConfiguration).webhooks ?? [])
      yield [`${storage}/${configuration.metadata.name ?? ''}/${webhook.name ?? ''}`, webhook]
}

function ask(call: string, webhook: Webhook, a: Attributes, server: ServerState): Denial | WebhookCall | Mutated | null {
  if (!webhook.rules?.some((rule) => matchesRule(rule, a)) || !matchesSelectors(webhook, a, server)) return null
  const held = conditionsHold(webhook.matchConditions, namesOf(a, server))
  if (held === 'unmet') return null
  const answer = a.webhooks?.get(call)
  const said = (by: Status | Mutated | null) =>
    by === null || isMutated(by) ? by : { status: by, facts: [factsOf(call.split('/')[1] ?? '', webhook, by, answer)] }
  if (held !== 'met') return webhook.failurePolicy === 'Ignore' ? null : said(forbidden(a.kind, a.name, held.error))
  const target = targetOf(webhook, server)
  if (target === null) return said(failed(webhook, callFailed(webhook, unreachable(webhook, server))))
  if (answer) return said(outcome(webhook, answer, a, call.startsWith('mutating')))
  const timeout = timeoutOf(webhook)
  const body = reviewOf(a, server.io.random.uuid())
  return { call, path: `${target}?timeout=${timeout}s`, body, within: timeout * 1000 }
}

/** The path at the host that answers webhooks; null: this one is not there. */
function targetOf({ clientConfig }: Webhook, { webhookHost }: ServerState): string | null {
  const [, host = '', path = ''] = /^https:\/\/([^/]+)(.*)$/.exec(clientConfig?.url ?? '') ?? []
  return webhookHost !== null && host === webhookHost ? path || '/' : null
}

function factsOf(configuration: string, webhook: Webhook, { message }: Status, answer: PeerAnswer | undefined): Facts {
  const { clientConfig, failurePolicy = 'Fail', name = '' } = webhook
  const { service } = clientConfig ?? {}
  return {
    configuration,
    webhook: name,
    path: clientConfig?.url ?? (service ? `${service.namespace ?? ''}/${service.name ?? ''}` : ''),
    answered: answer ? ('error' in answer ? answer.error : `${answer.status} ${goJson(answer.body ?? null)}`.slice(0, SHOWN)) : undefined,
    failurePolicy,
    problem: message ?? '',
  }
}

const SHOWN = 400

interface ReviewResponse {
  readonly allowed?: boolean
  readonly status?: Partial<Status>
  readonly patchType?: string
  readonly patch?: string
  readonly warnings?: readonly string[]
}

function outcome(webhook: Webhook, answer: PeerAnswer, a: Attributes, mutating: boolean): Status | Mutated | null {
  if ('error' in answer) return failed(webhook, callFailed(webhook, `${postTo(webhook, webhook.clientConfig?.url ?? '')}: ${answer.error}`))
  const { response } = (answer.body ?? {}) as { readonly response?: ReviewResponse }
  if (!response) return failed(webhook, `failed calling webhook ${quoted(webhook)}: Webhook response was absent`)
  const { patch, patchType } = response
  const invalid =
    !mutating || (patch !== undefined) === (patchType !== undefined)
      ? ''
      : patch === undefined
        ? 'webhook returned response.patchType but not response.patch'
        : 'webhook returned response.patch but not response.patchType'
  const unread = patch === undefined ? null : base64Problem(patch)
  if (unread) return failed(webhook, callFailed(webhook, unread))
  if (invalid) return failed(webhook, `failed calling webhook ${quoted(webhook)}: received invalid webhook response: ${invalid}`)
  response.warnings?.forEach(a.warn)
  if (!response.allowed) return deniedBy(webhook, response.status ?? {})
  return mutating && patch !== undefined ? patchedBy(webhook, patch, a) : null
}

/** The object with the JSON patch of an answer: decoded and defaulted as if it came so. What is wrong with a patch is not forgiven. */
function patchedBy({ name }: Webhook, patch: string, { object, shape, defaulted }: Attributes): Status | Mutated {
  if (!object)
    return internalError(`admission webhook ${quoted({ name })} attempted to modify the object, which is not supported for this operation`)
  const read = parseJson(textOfBase64(patch))
  if ('error' in read) return internalError(read.error)
  if (!Array.isArray(read.value))
    return internalError(`json: cannot unmarshal ${jsonType(read.value)} into Go value of type jsonpatch.Patch`)
  try {
    const decoded = jsonPatched(object, shape, read.value as readonly JsonObject[])
    return 'error' in decoded ? internalError(decoded.error) : { mutated: defaulted(decoded.object as ApiObject) }
  } catch (error) {
    if (error instanceof JsonPatchError) return internalError(error.message)
    throw error
  }
}

/** A denial never has a code below 400, and says at least that it is one. */
function deniedBy({ name }: Webhook, { code = 0, message = '', reason = '', ...status }: Partial<Status>): Status {
  const denied = `admission webhook ${quoted({ name })} denied the request`
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
  return internalError(why)
}

const quoted = ({ name = '' }: Pick<Webhook, 'name'>) => goQuote(name)

const callFailed = (webhook: Webhook, why: string) => `failed calling webhook ${quoted(webhook)}: failed to call webhook: ${why}`

/** An address without a path is asked at its root. */
const postTo = (webhook: Webhook, url: string) =>
  `Post ${goQuote(`${url}${/^https:\/\/[^/]*$/.test(url) ? '/' : ''}?timeout=${timeoutOf(webhook)}s`)}`
const timeoutOf = ({ timeoutSeconds = 10 }: Webhook) => timeoutSeconds

function reviewOf(a: Attributes, uid: string): JsonObject {
  const { kind, shape, subresource, name, namespace, operation, object, old, user, dryRun, options } = a
  const gvk = { group: shape.group, version: shape.version, kind: shape.kind }
  const resource = { group: kind.group, version: kind.version, resource: kind.resource }
  const whole = (o: ApiObject | null) => o && { kind: shape.kind, apiVersion: groupVersion(shape.group, shape.version), ...o }
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind: gvk,
      resource,
      ...(subresource === '' ? {} : { subResource: subresource }),
      requestKind: gvk,
      requestResource: resource,
      ...(subresource === '' ? {} : { requestSubResource: subresource }),
      ...(name === '' ? {} : { name }),
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: {
        username: user.name,
        ...(user.uid ? { uid: user.uid } : {}),
        groups: user.groups,
        ...(user.extra ? { extra: user.extra } : {}),
      },
      object: whole(object),
      oldObject: whole(old),
      dryRun,
      options,
    },
  }
}

function unreachable(webhook: Webhook, server: ServerState): string {
  const { url, service } = webhook.clientConfig ?? {}
  if (url !== undefined) {
    const [, host = '', port = '443'] = /^https:\/\/(\[[^\]]*\]|[^/:]+)(?::(\d+))?/.exec(url) ?? []
    // An address is not looked up; nobody listens there.
    const isAddress = isIp(host.replace(/^\[|\]$/g, ''))
    const problem = isAddress ? `dial tcp ${host}:${port}: connect: connection refused` : `dial tcp: lookup ${host}: no such host`
    return `${postTo(webhook, url)}: ${problem}`
  }
  const { name = '', namespace = '', path = '', port = 443 } = service ?? {}
  const post = postTo(webhook, `https://${name}.${namespace}.svc:${port}${path}`)
  return server.cached('services/specs', namespace, name)
    ? `${post}: no endpoints available for service ${goQuote(name)}`
    : `${post}: service ${goQuote(name)} not found`
}
