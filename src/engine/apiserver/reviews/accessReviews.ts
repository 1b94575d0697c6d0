// May I, may they, what may I: the authorizers asked as a request would ask them.
// Upstream: kubernetes pkg/registry/authorization, pkg/apis/authorization/validation

import { aggregated } from '../../api/errors/aggregated'
import type { FieldError } from '../../api/errors/fieldErrors'
import type { ApiObject, JsonObject } from '../../api/object'
import { parseFieldSelector } from '../../api/selectors/parseFieldSelector'
import { parseLabelSelector } from '../../api/selectors/parseLabelSelector'
import { badRequest } from '../../api/errors/status'
import { isSelector, operatorErrors, requirementNameErrors, type SelectorRequirement } from '../../api/validation/labelSelector'
import { each, missing, NONE, Path, wrong, type Errors } from '../../api/validation/rules'
import { authorize } from '../authorization/authorize'
import { nodeNameOf } from '../authorization/nodeIdentity'
import type { Attributes } from '../authorization/rbac'
import { invalidFields, lacking, type Refusal } from '../refusal'
import type { RequestContext, UserInfo } from '../requestContext'
import type { ServerState } from '../serverState'
import type { Answer, Answerer } from './answer'

interface SelectorAttributes {
  readonly rawSelector?: string
  readonly requirements?: readonly SelectorRequirement[]
}

interface AccessSpec {
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
  readonly resourceAttributes?: {
    readonly namespace?: string
    readonly verb?: string
    readonly group?: string
    readonly resource?: string
    readonly subresource?: string
    readonly name?: string
    readonly fieldSelector?: SelectorAttributes
    readonly labelSelector?: SelectorAttributes
  }
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string }
}

const SPEC = Path.root('spec')
const RESOURCE = SPEC.child('resourceAttributes')

export const selfSubjectAccessReview: Answerer = (ctx, server) => {
  const spec = accessSpecOf(ctx)
  return refusal([...eitherErrors(spec), ...selectorErrors(spec), ...metadataErrors(ctx, '')]) ?? answer(spec, ctx.user, server)
}

export const subjectAccessReview: Answerer = (ctx, server) => {
  const spec = accessSpecOf(ctx)
  return refusal([...subjectErrors(spec), ...metadataErrors(ctx, '')]) ?? answer(spec, subjectOf(spec), server)
}

export const localSubjectAccessReview: Answerer = (ctx, server) => {
  const spec = accessSpecOf(ctx)
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec
  const errors = [
    ...subjectErrors(spec),
    ...metadataErrors(ctx, ctx.info.namespace),
    ...(resource && (resource.namespace ?? '') !== ctx.info.namespace
      ? wrong(RESOURCE.child('namespace'), resource.namespace ?? '', 'must match metadata.namespace')
      : NONE),
    ...(path ? wrong(SPEC.child('nonResourceAttributes'), shownPath(path), 'disallowed on this kind of request') : NONE),
  ]
  return refusal(errors) ?? answer(spec, subjectOf(spec), server)
}

export const selfSubjectRulesReview: Answerer = (ctx, server) => {
  const { namespace = '' } = (ctx.object?.spec ?? {}) as { namespace?: string }
  if (namespace === '') return { refusal: lacking(badRequest('no namespace on request'), 'spec.namespace') }
  const rules = server.rbac.rulesOf(ctx.user, namespace)
  const isNode = nodeNameOf(ctx.user) !== null
  const errors = [
    ...(isNode ? ['node authorizer does not support user rule resolution'] : []),
    ...server.rbac.dangling(ctx.user, namespace),
  ]
  return {
    anew: true,
    metadata: {},
    spec: {},
    status: {
      resourceRules: rules.filter((r) => r.resources?.length).map(({ nonResourceURLs: _, ...r }) => r),
      nonResourceRules: rules.filter((r) => r.nonResourceURLs?.length).map((r) => ({ verbs: r.verbs, nonResourceURLs: r.nonResourceURLs })),
      incomplete: isNode,
      ...(errors.length > 0 ? { evaluationError: aggregated(errors) } : {}),
    },
  }
}

const accessSpecOf = ({ object }: RequestContext) => (object?.spec ?? {}) as AccessSpec

const subjectOf = ({ user = '', groups = [], uid, extra }: AccessSpec): UserInfo => ({
  name: user,
  groups,
  ...(uid ? { uid } : {}),
  ...(extra ? { extra } : {}),
})

function answer({ resourceAttributes: r, nonResourceAttributes: p }: AccessSpec, user: UserInfo, server: ServerState): Answer {
  const attributes: Attributes = {
    user,
    verb: r?.verb ?? p?.verb ?? '',
    apiGroup: r?.group ?? '',
    resource: r?.resource ?? '',
    subresource: r?.subresource ?? '',
    namespace: r?.namespace ?? '',
    name: r?.name ?? '',
    path: p?.path ?? '',
    isResource: r !== undefined,
    fieldSelector: fieldSelectorText(r?.fieldSelector),
  }
  const { allowed, reason } = authorize(server, attributes)
  const ignored = [
    ...unread('fieldSelector', r?.fieldSelector, (text) => 'error' in parseFieldSelector(text), isFieldRequirement),
    ...unread('labelSelector', r?.labelSelector, (text) => 'error' in parseLabelSelector(text), isLabelRequirement),
  ]
  return { status: { allowed, ...(reason ? { reason } : {}), ...(ignored.length > 0 ? { evaluationError: ignored.join('; ') } : {}) } }
}

/** What an authorizer understands of a selector: equalities. */
function fieldSelectorText({ rawSelector, requirements = [] }: SelectorAttributes = {}): string {
  if (rawSelector) return rawSelector
  return requirements.flatMap((r) => (r.operator === 'In' && isFieldRequirement(r) ? [`${r.key}=${r.values![0]}`] : [])).join(',')
}

/** What of a selector no authorizer heard of, because it could not be read. */
function unread(
  name: 'fieldSelector' | 'labelSelector',
  { rawSelector = '', requirements = [] }: SelectorAttributes = {},
  isBad: (text: string) => boolean,
  isRead: (requirement: SelectorRequirement) => boolean,
): readonly string[] {
  const read = requirements.filter(isRead).length
  const whole = rawSelector === '' ? read === requirements.length : !isBad(rawSelector)
  return whole ? [] : [`spec.resourceAttributes.${name} ${read > 0 ? 'partially ' : ''}ignored due to parse error`]
}

const isFieldRequirement = ({ operator, values = [] }: SelectorRequirement) =>
  values.length === 1 && (operator === 'In' || operator === 'NotIn')

const isLabelRequirement = (requirement: SelectorRequirement) => isSelector({ matchExpressions: [requirement] })

function refusal(errors: readonly FieldError[]): Extract<Answer, { readonly refusal: Refusal }> | null {
  // Upstream names no kind here.
  return errors.length === 0 ? null : { refusal: invalidFields('authorization.k8s.io', '', '', errors) }
}

const shownPath = ({ path = '', verb = '' }: NonNullable<AccessSpec['nonResourceAttributes']>) => ({ Path: path, Verb: verb })

function subjectErrors(spec: AccessSpec): Errors {
  return [
    ...eitherErrors(spec),
    ...(!spec.user && !spec.groups?.length ? wrong(SPEC.child('user'), '', 'at least one of user or group must be specified') : NONE),
    ...selectorErrors(spec),
  ]
}

function eitherErrors({ resourceAttributes: resource, nonResourceAttributes: path }: AccessSpec): Errors {
  if ((resource === undefined) !== (path === undefined)) return NONE
  return wrong(SPEC, path ? shownPath(path) : null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')
}

function metadataErrors({ object }: RequestContext, namespace: string): Errors {
  const { managedFields: _, ...metadata } = (object as ApiObject).metadata
  const given = Object.entries(metadata).filter(([field, value]) => value !== undefined && !(field === 'namespace' && value === namespace))
  if (given.length === 0) return NONE
  const shown = (object as ApiObject).metadata as JsonObject
  return wrong(Path.root('metadata'), shown, namespace === '' ? 'must be empty' : 'must be empty except for namespace')
}

function selectorErrors({ resourceAttributes: resource }: AccessSpec): Errors {
  return (['fieldSelector', 'labelSelector'] as const).flatMap((name) => {
    const selector = resource?.[name]
    if (!selector) return NONE
    const at = RESOURCE.child(name)
    const { rawSelector = '', requirements = [] } = selector
    return [
      ...(rawSelector !== '' && requirements.length > 0
        ? wrong(at.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements')
        : NONE),
      ...(rawSelector === '' && requirements.length === 0
        ? missing(at.child('requirements'), `when ${String(at)} is specified, requirements or rawSelector is required`)
        : NONE),
      ...each(requirements, at.child('requirements'), (requirement, place) => [
        ...(name === 'labelSelector' || requirement.key ? NONE : missing(place.child('key'), 'must be specified')),
        ...operatorErrors(requirement, place, true),
        ...(name === 'labelSelector' ? requirementNameErrors(requirement, place) : NONE),
      ]),
    ]
  })
}
