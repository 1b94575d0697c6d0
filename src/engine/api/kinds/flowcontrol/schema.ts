// What a FlowSchema must be: whom it matches, doing what, and which level it leads to.
// Upstream: kubernetes pkg/apis/flowcontrol/validation/validation.go

import { equalSemantic } from '../../../base/equal'
import type { ApiObject, JsonObject } from '../../object'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  Path,
  required,
  unsupported,
  wrong,
  type Errors,
  type Validate,
} from '../../validation/rules'
import { validateConditionTypes } from './conditions'

interface Subject extends JsonObject {
  readonly kind?: string
  readonly user?: NamedSubject
  readonly group?: NamedSubject
  readonly serviceAccount?: NamedSubject & { readonly namespace?: string }
}
interface NamedSubject extends JsonObject {
  readonly name?: string
}
interface ResourceRule extends JsonObject {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly clusterScope?: boolean
  readonly namespaces?: readonly string[]
}
interface NonResourceRule extends JsonObject {
  readonly verbs?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}
interface Rules extends JsonObject {
  readonly subjects?: readonly Subject[]
  readonly resourceRules?: readonly ResourceRule[]
  readonly nonResourceRules?: readonly NonResourceRule[]
}
export interface FlowSchemaSpec extends JsonObject {
  readonly priorityLevelConfiguration?: { readonly name?: string }
  readonly matchingPrecedence?: number
  readonly distinguisherMethod?: { readonly type?: string }
  readonly rules?: readonly Rules[]
}

const LAST = 10000
const SUBJECTS = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const
const METHODS = ['ByNamespace', 'ByUser']
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const SPEC = Path.root('spec')

const everything = (...groups: readonly string[]): readonly Rules[] => [
  {
    subjects: groups.map((name) => ({ kind: 'Group', group: { name } })),
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  },
]
/** Those that must be there are what they are. */
const MANDATORY: Readonly<Record<string, FlowSchemaSpec>> = {
  exempt: { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 1, rules: everything('system:masters') },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' },
    matchingPrecedence: LAST,
    distinguisherMethod: { type: 'ByUser' },
    rules: everything('system:unauthenticated', 'system:authenticated'),
  },
}

export function validateFlowSchema(object: ApiObject): Errors {
  const { name = '' } = object.metadata
  const spec = (object.spec ?? {}) as FlowSchemaSpec
  const fixed = Object.hasOwn(MANDATORY, name) ? MANDATORY[name] : undefined
  return [
    ...validateSpec(spec, name),
    ...(fixed && !equalSemantic(spec, fixed) ? wrong(SPEC, internal(spec), `spec of '${name}' must equal the fixed value`) : NONE),
    ...validateConditionTypes(object),
  ]
}

function validateSpec({ matchingPrecedence: precedence = 0, distinguisherMethod: method, ...spec }: FlowSchemaSpec, name: string): Errors {
  const at = SPEC.child('matchingPrecedence')
  const level = SPEC.child('priorityLevelConfiguration', 'name')
  const { name: levelName = '' } = spec.priorityLevelConfiguration ?? {}
  return [
    ...(precedence <= 0 ? wrong(at, precedence, 'must be a positive value') : NONE),
    ...(precedence > LAST ? wrong(at, precedence, `must not be greater than ${LAST}`) : NONE),
    ...(precedence === 1 && name !== 'exempt' ? wrong(at, 1, "only the schema named 'exempt' may have matchingPrecedence 1") : NONE),
    ...(method && !METHODS.includes(method.type ?? '')
      ? unsupported(SPEC.child('distinguisherMethod', 'type'), { Type: method.type ?? '' }, METHODS)
      : NONE),
    ...(levelName ? named(levelName, level, dnsSubdomainErrors) : missing(level, 'must reference a priority level')),
    ...each(spec.rules, SPEC.child('rules'), validateRules),
  ]
}

const validateRules: Validate<Rules> = ({ subjects = [], resourceRules = [], nonResourceRules = [] }, at) => [
  ...(subjects.length > 0
    ? each(subjects, at.child('subjects'), validateSubject)
    : missing(at.child('subjects'), 'subjects must contain at least one value')),
  ...(resourceRules.length + nonResourceRules.length === 0
    ? missing(at, 'at least one of resourceRules and nonResourceRules has to be non-empty')
    : NONE),
  ...each(resourceRules, at.child('resourceRules'), validateResourceRule),
  ...each(nonResourceRules, at.child('nonResourceRules'), validateNonResourceRule),
]

const validateSubject: Validate<Subject> = (subject, at) => {
  const { kind = '' } = subject
  if (!Object.hasOwn(SUBJECTS, kind)) return unsupported(at.child('kind'), kind, Object.keys(SUBJECTS))
  const field = SUBJECTS[kind as keyof typeof SUBJECTS]
  const others = Object.entries(SUBJECTS).flatMap(([other, name]) =>
    other !== kind && subject[name] ? notAllowed(at.child(name), `${name} is forbidden when subject kind is not '${other}'`) : NONE,
  )
  const given = subject[field]
  return given
    ? [...(field === 'serviceAccount' ? validateAccount(given, at.child(field)) : required(given.name, at.child(field, 'name'))), ...others]
    : [...missing(at.child(field), `${field} is required when subject kind is '${kind}'`), ...others]
}

const validateAccount: Validate<NonNullable<Subject['serviceAccount']>> = ({ name = '', namespace = '' }, at) => [
  ...(name === '' ? missing(at.child('name')) : name === '*' ? NONE : named(name, at.child('name'), dnsSubdomainErrors)),
  ...(namespace
    ? named(namespace, at.child('namespace'), dnsLabelErrors)
    : missing(at.child('namespace'), 'must specify namespace for service account')),
]

/** All of them, or some. `none`: what is said of none at all. */
function listed(list: readonly string[], at: Path, what: string, none: string): Errors {
  if (list.length === 0) return missing(at, none)
  return list.length > 1 && list.includes('*') ? wrong(at, list, `if '*' is present, must not specify other ${what}`) : NONE
}

const verbs = (list: readonly string[], at: Path): Errors => [
  ...listed(list, at, 'verbs', 'verbs must contain at least one value'),
  ...(list.includes('*') || list.every((verb) => VERBS.includes(verb)) ? NONE : unsupported(at, list, VERBS)),
]

const validateResourceRule: Validate<ResourceRule> = (rule, at) => {
  const { namespaces = [] } = rule
  const place = at.child('namespaces')
  return [
    ...verbs(rule.verbs ?? [], at.child('verbs')),
    ...listed(rule.apiGroups ?? [], at.child('apiGroups'), 'api groups', 'resource rules must supply at least one api group'),
    ...listed(rule.resources ?? [], at.child('resources'), 'resources', 'resource rules must supply at least one resource'),
    ...(rule.clusterScope && namespaces.length === 0
      ? NONE
      : listed(namespaces, place, 'namespaces', 'resource rules that are not cluster scoped must supply at least one namespace')),
    ...(namespaces.includes('*')
      ? NONE
      : each(namespaces, place, (name, p) =>
          named(name, p, (text) => dnsLabelErrors(text).map((why) => `each member of this list must be '*' or a DNS-1123 label; ${why}`)),
        )),
  ]
}

const validateNonResourceRule: Validate<NonResourceRule> = ({ verbs: list = [], nonResourceURLs: urls = [] }, at) => {
  const place = at.child('nonResourceURLs')
  return [
    ...verbs(list, at.child('verbs')),
    ...listed(urls, place, 'non-resource URLs', 'nonResourceURLs must contain at least one value'),
    ...(urls.includes('*') ? NONE : each(urls, place, (url, p) => named(url, p, urlErrors))),
  ]
}

/** The first thing that is wrong with a path. */
function urlErrors(url: string): readonly string[] {
  if (url === '') return ['must not be empty']
  if (url === '/') return []
  if (!url.startsWith('/')) return ['must start with slash']
  if (url.includes(' ')) return ['must not contain white-space']
  if (url.includes('//')) return ['must not contain double slash']
  const wildcard = url.indexOf('*')
  return wildcard >= 0 && !(wildcard === url.length - 1 && url.endsWith('/*')) ? ['wildcard can only do suffix matching'] : []
}

/** A bad value is shown as upstream's internal type. */
function internal({ priorityLevelConfiguration, matchingPrecedence, distinguisherMethod, rules }: FlowSchemaSpec): JsonObject {
  const subject = (s: NamedSubject | undefined) => (s ? { Name: s.name ?? '' } : null)
  return {
    PriorityLevelConfiguration: { Name: priorityLevelConfiguration?.name ?? '' },
    MatchingPrecedence: matchingPrecedence ?? 0,
    DistinguisherMethod: distinguisherMethod ? { Type: distinguisherMethod.type ?? '' } : null,
    Rules:
      rules?.map(({ subjects, resourceRules, nonResourceRules }) => ({
        Subjects:
          subjects?.map(({ kind, user, group, serviceAccount: account }) => ({
            Kind: kind ?? '',
            User: subject(user),
            Group: subject(group),
            ServiceAccount: account ? { Namespace: account.namespace ?? '', Name: account.name ?? '' } : null,
          })) ?? null,
        ResourceRules:
          resourceRules?.map((rule) => ({
            Verbs: rule.verbs ?? null,
            APIGroups: rule.apiGroups ?? null,
            Resources: rule.resources ?? null,
            ClusterScope: rule.clusterScope ?? false,
            Namespaces: rule.namespaces ?? null,
          })) ?? null,
        NonResourceRules:
          nonResourceRules?.map((rule) => ({ Verbs: rule.verbs ?? null, NonResourceURLs: rule.nonResourceURLs ?? null })) ?? null,
      })) ?? null,
  }
}
