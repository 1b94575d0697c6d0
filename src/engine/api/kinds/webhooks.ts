// Webhooks of admission, as their two configurations list them: defaults, rules, and the column that counts them.
// Upstream: kubernetes pkg/apis/admissionregistration/{v1/defaults.go,validation/validation.go}

import type { Column, Kind } from '../kind'
import type { ApiObject, JsonObject } from '../object'
import { validateLabelSelector, type SelectorObject } from '../validation/labelSelector'
import { dns1035LabelErrors, dnsSubdomainErrors } from '../validation/names'
import { each, missing, named, NONE, oneOf, Path, repeated, seenBefore, wrong, type Errors } from '../validation/rules'
import {
  ADMISSION,
  FAILURE_POLICIES,
  MATCH_POLICIES,
  validateConditions,
  validateRule,
  withScope,
  type AdmissionRule,
  type MatchCondition,
} from './admissionRules'
import { ageColumn, column, integer, nameColumn } from './columns'

export interface Webhook extends JsonObject {
  readonly name?: string
  readonly clientConfig?: {
    readonly url?: string
    readonly service?: { readonly namespace?: string; readonly name?: string; readonly path?: string; readonly port?: number }
  }
  readonly rules?: readonly AdmissionRule[]
  readonly failurePolicy?: string
  readonly matchPolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
  readonly sideEffects?: string
  readonly timeoutSeconds?: number
  readonly reinvocationPolicy?: string
  readonly admissionReviewVersions?: readonly string[]
}

export interface WebhookConfiguration extends ApiObject {
  readonly webhooks?: readonly Webhook[]
}

const NEVER = { reinvocationPolicy: 'Never' }
const DEFAULTS: Webhook = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
}
const FORM = 'desired format: https://host[/path]'

/** What a configuration of webhooks does beside having a name; `mutating` ones may be asked again. */
export function webhookKind(mutating: boolean): Pick<Kind, 'defaults' | 'validate' | 'validateUpdate' | 'columns'> {
  const validate = (object: ApiObject) => validateWebhooks(object as WebhookConfiguration)
  const webhooks: Column = column(
    'Webhooks',
    'Webhooks indicates the number of webhooks registered in this configuration',
    (o) => (o as WebhookConfiguration).webhooks?.length ?? 0,
    integer,
  )
  return {
    defaults: (object) => {
      const { webhooks } = object as WebhookConfiguration
      return webhooks ? { ...object, webhooks: webhooks.map((w) => withDefaults(w, mutating)) } : object
    },
    validate,
    validateUpdate: validate,
    columns: [nameColumn, webhooks, ageColumn],
  }
}

function withDefaults(webhook: Webhook, mutating: boolean): Webhook {
  const { clientConfig, rules } = webhook
  const service = clientConfig?.service
  return {
    ...DEFAULTS,
    ...(mutating ? NEVER : {}),
    ...webhook,
    ...(service ? { clientConfig: { ...clientConfig, service: withPort(service) } } : {}),
    ...(rules ? { rules: withScope(rules) } : {}),
  }
}

/** HTTPS, where nothing else is said. */
export const withPort = <S extends object>(service: S): S & { readonly port: number } => ({ port: 443, ...service })

function validateWebhooks({ webhooks = [] }: WebhookConfiguration): Errors {
  const again = seenBefore()
  return each(webhooks, Path.root('webhooks'), (webhook, place) => {
    const { name = '' } = webhook
    return [...validateWebhook(webhook, place), ...(again(name) ? repeated(place.child('name'), name) : NONE)]
  })
}

function validateWebhook(webhook: Webhook, at: Path): Errors {
  const { name = '', rules, failurePolicy, matchPolicy, sideEffects, timeoutSeconds = 10, admissionReviewVersions = [] } = webhook
  return [
    ...qualifiedName(name, at.child('name')),
    ...each(rules, at.child('rules'), validateRule),
    ...oneOf(failurePolicy, FAILURE_POLICIES, at.child('failurePolicy')),
    ...oneOf(matchPolicy, MATCH_POLICIES, at.child('matchPolicy')),
    ...(sideEffects
      ? oneOf(sideEffects, ['None', 'NoneOnDryRun'], at.child('sideEffects'))
      : missing(at.child('sideEffects'), 'must specify one of None, NoneOnDryRun')),
    ...(timeoutSeconds < 1 || timeoutSeconds > 30
      ? wrong(at.child('timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')
      : NONE),
    ...validateLabelSelector(webhook.namespaceSelector, at.child('namespaceSelector')),
    ...validateLabelSelector(webhook.objectSelector, at.child('objectSelector')),
    ...oneOf(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], at.child('reinvocationPolicy')),
    ...clientErrors(webhook.clientConfig ?? {}, at.child('clientConfig')),
    ...validateConditions(webhook.matchConditions, at.child('matchConditions'), ADMISSION),
    ...versionErrors(admissionReviewVersions, at.child('admissionReviewVersions')),
  ]
}

function qualifiedName(name: string, at: Path): Errors {
  if (name === '') return missing(at)
  const errors = named(name, at, dnsSubdomainErrors)
  if (errors.length > 0) return errors
  return name.split('.').length < 3 ? wrong(at, name, 'should be a domain with at least three segments separated by dots') : NONE
}

/** Where a webhook is: also that of a conversion. */
export function clientErrors({ url, service }: NonNullable<Webhook['clientConfig']>, at: Path): Errors {
  if ((url === undefined) === (service === undefined)) return missing(at, 'exactly one of url or service is required')
  if (url !== undefined) return urlErrors(url, at.child('url'))
  const { name = '', namespace = '', path, port = 443 } = service!
  const place = at.child('service')
  return [
    ...(name === '' ? missing(place.child('name')) : NONE),
    ...(namespace === '' ? missing(place.child('namespace')) : NONE),
    ...(port < 1 || port > 65535 ? wrong(place.child('port'), port, 'port is not valid: must be between 1 and 65535, inclusive') : NONE),
    ...servicePathErrors(path, place.child('path')),
  ]
}

function servicePathErrors(path: string | undefined, at: Path): Errors {
  if (path === undefined || path === '' || path === '/') return NONE
  if (path === '//') return wrong(at, path, 'segment[0] may not be empty')
  const segments = path.slice(1).replace(/\/$/, '').split('/')
  return [
    ...(path.startsWith('/') ? NONE : wrong(at, path, "must start with a '/'")),
    ...segments.flatMap((segment, i) =>
      segment === ''
        ? wrong(at, path, `segment[${i}] may not be empty`)
        : dnsSubdomainErrors(segment).flatMap((text) => wrong(at, path, `segment[${i}]: ${text}`)),
    ),
  ]
}

function urlErrors(url: string, at: Path): Errors {
  const [, scheme = '', host = '', , query, fragment] =
    /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(url) ?? []
  return [
    ...(scheme === 'https' ? NONE : wrong(at, scheme, `'https' is the only allowed URL scheme; ${FORM}`)),
    ...(host === '' ? wrong(at, host, `host must be specified; ${FORM}`) : NONE),
    ...(host.includes('@') ? wrong(at, host.slice(0, host.indexOf('@')), 'user information is not permitted in the URL') : NONE),
    ...(fragment ? wrong(at, fragment, 'fragments are not permitted in the URL') : NONE),
    ...(query ? wrong(at, query, 'query parameters are not permitted in the URL') : NONE),
  ]
}

function versionErrors(versions: readonly string[], at: Path): Errors {
  if (versions.length === 0) return missing(at, 'must specify one of v1, v1beta1')
  const again = seenBefore()
  const bad = versions.flatMap((version, i) =>
    again(version) ? wrong(at.index(i), version, 'duplicate version') : named(version, at.index(i), dns1035LabelErrors),
  )
  return versions.some((v) => v === 'v1' || v === 'v1beta1')
    ? bad
    : [...bad, ...wrong(at, versions, 'must include at least one of v1, v1beta1')]
}
