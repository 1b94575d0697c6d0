// What a CustomResourceDefinition must be. Upstream reads it into an internal form in which what all versions have in common stands once,
// above them; errors name it there (`spec.validation.openAPIV3Schema`), so the same is done here.
// Leaves out: definitions stored under weaker rules; certificates of conversion webhooks.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/{validation/validation.go,v1/conversion.go}

import { equalJson } from '../../../base/equal'
import type { Json } from '../../object'
import { dns1035LabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { missing, NONE, notAllowed, Path, repeated, seenBefore, tooMany, unsupported, wrong, type Errors } from '../../validation/rules'
import { kindNameErrors } from '../../validation/typeMeta'
import { clientErrors } from '../webhooks'
import { fieldAt } from './fieldPath'
import type { JsonSchema } from './jsonSchema'
import { validateSchema } from './schemaValidation'
import { isTrue, type CrdColumn, type CrdNames, type CrdSubresources, type CrdVersion, type CustomResourceDefinition } from './types'

const SPEC = Path.root('spec')
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const MOST_SELECTABLE = 8

/** What versions may have in common. */
const SHARED = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const
type Shared = Partial<Pick<CrdVersion, (typeof SHARED)[number]>>

export function validateDefinition(definition: CustomResourceDefinition, old?: CustomResourceDefinition): Errors {
  const { plural = '' } = definition.spec.names ?? {}
  const { name = '', annotations } = definition.metadata
  return [
    ...(old || name === `${plural}.${definition.spec.group}`
      ? NONE
      : wrong(Path.root('metadata').child('name'), name, 'must be spec.names.plural+"."+spec.group')),
    ...validateSpec(definition, old),
    ...validateNames(definition.status.acceptedNames ?? {}, Path.root('status').child('acceptedNames')),
    ...validateStoredVersions(definition),
    ...validateApproval(definition.spec.group ?? '', annotations, old?.metadata.annotations),
    ...(definition.spec.preserveUnknownFields && !old?.spec.preserveUnknownFields
      ? wrong(
          SPEC.child('preserveUnknownFields'),
          true,
          'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        )
      : NONE),
  ]
}

function validateSpec({ spec }: CustomResourceDefinition, old?: CustomResourceDefinition): Errors {
  const { group = '', scope = '', versions = [], names = {} } = spec
  const common = inCommon(versions)
  const own = versions.map((v) => ({ ...v, ...Object.fromEntries(Object.keys(common).map((k) => [k, undefined])) }) as CrdVersion)
  const status = versions.some((v) => v.subresources?.status)
  const at = SPEC.child('versions')
  const unchanged = ({ name, schema }: CrdVersion) => {
    const before = old?.spec.versions?.find((v) => v.name === name)
    return before !== undefined && equalJson((schema as Json | undefined) ?? null, (before.schema as Json | undefined) ?? null)
  }
  return [
    ...validateGroup(group),
    ...(scope === ''
      ? missing(SPEC.child('scope'))
      : scope === 'Cluster' || scope === 'Namespaced'
        ? NONE
        : unsupported(SPEC.child('scope'), scope, ['Cluster', 'Namespaced'])),
    ...versions.flatMap((v, i) => (v.schema?.openAPIV3Schema ? NONE : missing(at.index(i).child('schema', 'openAPIV3Schema')))),
    ...own.flatMap((v, i) => [
      ...dns1035(v.name, at.index(i).child('name')),
      ...validateWarning(v, at.index(i).child('deprecationWarning')),
      ...validateShared(v, Boolean(versions[i]!.subresources?.status), at.index(i), 'schema', unchanged(versions[i]!)),
    ]),
    ...(new Set(versions.map((v) => v.name)).size < versions.length
      ? wrong(at, own.map(internalVersion), 'must contain unique version names')
      : NONE),
    ...(versions.filter((v) => v.storage).length === 1
      ? NONE
      : wrong(at, spec.versions ? own.map(internalVersion) : null, 'must have exactly one version marked as storage version')),
    // The only version there was of old is the first one.
    ...(versions[0] ? dns1035(versions[0].name, SPEC.child('version')) : NONE),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) => (names[name] ? NONE : missing(SPEC.child('names', name)))),
    ...validateNames(names, SPEC.child('names')),
    ...validateShared(common, status, SPEC, 'validation', versions[0] !== undefined && unchanged(versions[0])),
    ...validateConversion(spec.conversion),
    ...(old ? validateUpdate(spec, old) : NONE),
  ]
}

function validateUpdate(spec: CustomResourceDefinition['spec'], old: CustomResourceDefinition): Errors {
  const same = (now: string | undefined, before: string | undefined, at: Path): Errors =>
    now === before ? NONE : wrong(at, now ?? '', 'field is immutable')
  return [
    ...(isTrue(old, 'Established')
      ? [
          ...same(spec.scope, old.spec.scope, SPEC.child('scope')),
          ...same(spec.names?.kind, old.spec.names?.kind, SPEC.child('names', 'kind')),
        ]
      : NONE),
    ...same(spec.group, old.spec.group, SPEC.child('group')),
    ...same(spec.names?.plural, old.spec.names?.plural, SPEC.child('names', 'plural')),
  ]
}

/** What is the same in all versions. */
function inCommon(versions: readonly CrdVersion[]): Shared {
  const [first] = versions
  if (!first) return {}
  return Object.fromEntries(
    SHARED.filter((name) => versions.every((v) => equalJson((v[name] as Json) ?? null, (first[name] as Json) ?? null))).map((name) => [
      name,
      first[name],
    ]),
  )
}

function validateShared(
  { schema, subresources, additionalPrinterColumns = [], selectableFields = [] }: Shared,
  status: boolean,
  at: Path,
  schemaField: 'schema' | 'validation',
  unchanged: boolean,
): Errors {
  const openApi = schema?.openAPIV3Schema
  return [
    ...(openApi ? validateSchema(openApi, at.child(schemaField, 'openAPIV3Schema'), status, unchanged) : NONE),
    ...validateSubresources(subresources, at.child('subresources')),
    ...additionalPrinterColumns.flatMap((c, i) => validateColumn(c, at.child('additionalPrinterColumns').index(i))),
    ...(selectableFields.length > 0 ? validateSelectable(selectableFields, openApi, at.child('selectableFields')) : NONE),
  ]
}

function validateGroup(group: string): Errors {
  const at = SPEC.child('group')
  if (group === '') return missing(at)
  const bad = dnsSubdomainErrors(group)
  if (bad.length > 0) return wrong(at, group, bad.join(','))
  return group.includes('.') ? NONE : wrong(at, group, 'should be a domain with at least one dot')
}

function dns1035(name: string, at: Path): Errors {
  const bad = dns1035LabelErrors(name)
  return bad.length > 0 ? wrong(at, name, bad.join(',')) : NONE
}

function validateNames({ plural, singular, kind, listKind, shortNames = [], categories = [] }: CrdNames, at: Path): Errors {
  return [
    ...(plural ? dns1035(plural, at.child('plural')) : NONE),
    ...(singular ? dns1035(singular, at.child('singular')) : NONE),
    ...(kind ? kindNameErrors(kind, at.child('kind')) : NONE),
    ...(listKind ? kindNameErrors(listKind, at.child('listKind')) : NONE),
    ...shortNames.flatMap((name, i) => dns1035(name, at.child('shortNames').index(i))),
    ...(kind && kind === listKind ? wrong(at.child('listKind'), listKind, 'kind and listKind may not be the same') : NONE),
    ...categories.flatMap((name, i) => dns1035(name, at.child('categories').index(i))),
  ]
}

function validateWarning({ deprecated, deprecationWarning: text }: CrdVersion, at: Path): Errors {
  if (text === undefined) return NONE
  if (!deprecated) return wrong(at, text, 'can only be set for deprecated versions')
  return [
    ...(text.length > 256 ? wrong(at, text, 'must be <= 256 characters long') : NONE),
    ...(text === '' ? wrong(at, text, 'must not be an empty string') : NONE),
  ]
}

function validateSubresources(subresources: CrdSubresources | undefined, at: Path): Errors {
  const scale = subresources?.scale
  if (!scale) return NONE
  const path = (name: 'specReplicasPath' | 'statusReplicasPath', root: string): Errors => {
    const text = scale[name] ?? ''
    const place = at.child(`scale.${name}`)
    if (text === '') return missing(place)
    const bad = simplePath(text, place)
    return bad.length > 0 || text.startsWith(`.${root}.`) ? bad : wrong(place, text, `should be a json path under .${root}`)
  }
  const selector = scale.labelSelectorPath ?? ''
  const place = at.child('scale.labelSelectorPath')
  const bad = selector === '' ? NONE : simplePath(selector, place)
  return [
    ...path('specReplicasPath', 'spec'),
    ...path('statusReplicasPath', 'status'),
    ...bad,
    ...(selector === '' || bad.length > 0 || /^\.(spec|status)\./.test(selector)
      ? NONE
      : wrong(place, selector, 'should be a json path under either .spec or .status')),
  ]
}

const simplePath = (path: string, at: Path): Errors =>
  path.startsWith('.') ? NONE : wrong(at, path, 'must be a simple json path starting with .')

function validateColumn({ name, type = '', format = '', jsonPath = '' }: CrdColumn, at: Path): Errors {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`
  return [
    ...(name ? NONE : missing(at.child('name'))),
    ...(type === '' ? missing(at.child('type'), types) : COLUMN_TYPES.includes(type) ? NONE : wrong(at.child('type'), type, types)),
    ...(format === '' || COLUMN_FORMATS.includes(format)
      ? NONE
      : wrong(at.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`)),
    ...(jsonPath === '' ? missing(at.child('JSONPath')) : simplePath(jsonPath, at.child('JSONPath'))),
  ]
}

function validateSelectable(fields: readonly { readonly jsonPath?: string }[], schema: JsonSchema | undefined, at: Path): Errors {
  if (!schema) return wrong(at, '', 'may only be set when validations.schema is included')
  const seen = new Set<string>()
  const errors = fields.flatMap(({ jsonPath = '' }, i): Errors => {
    const place = at.index(i).child('jsonPath')
    if (jsonPath === '') return missing(place)
    const found = fieldAt(jsonPath, schema, false)
    if ('error' in found) return wrong(place, jsonPath, `is an invalid path: ${found.error}`)
    const again = seen.has(found.path)
    seen.add(found.path)
    return [
      ...(found.path.split('.', 1)[0] === 'metadata' ? wrong(place, jsonPath, 'must not point to fields in metadata') : NONE),
      ...(['string', 'boolean', 'integer'].includes(found.schema.type ?? '')
        ? NONE
        : wrong(
            place,
            jsonPath,
            'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
          )),
      ...(again ? repeated(place, jsonPath) : NONE),
    ]
  })
  return seen.size > MOST_SELECTABLE ? [...errors, ...tooMany(at, seen.size, MOST_SELECTABLE)] : errors
}

function validateConversion(conversion: CustomResourceDefinition['spec']['conversion']): Errors {
  if (!conversion) return NONE
  const at = SPEC.child('conversion')
  const { strategy = '', webhook } = conversion
  const known = strategy === 'None' || strategy === 'Webhook'
  const strategies =
    strategy === '' ? missing(at.child('strategy')) : known ? NONE : unsupported(at.child('strategy'), strategy, ['None', 'Webhook'])
  if (strategy !== 'Webhook') {
    const rest = 'should not be set when strategy is not set to Webhook'
    return [
      ...strategies,
      ...(webhook?.clientConfig ? notAllowed(at.child('webhookClientConfig'), rest) : NONE),
      ...(webhook?.conversionReviewVersions?.length ? notAllowed(at.child('conversionReviewVersions'), rest) : NONE),
    ]
  }
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {}
  const place = at.child('conversionReviewVersions')
  const again = seenBefore()
  return [
    ...(!clientConfig
      ? missing(at.child('webhookClientConfig'), 'required when strategy is set to Webhook')
      : clientErrors(clientConfig, at.child('webhookClientConfig'))),
    ...(conversionReviewVersions.length === 0
      ? missing(place)
      : [
          ...conversionReviewVersions.flatMap((v, i) =>
            again(v) ? wrong(place.index(i), v, 'duplicate version') : dns1035(v, place.index(i)),
          ),
          ...(conversionReviewVersions.some((v) => v === 'v1' || v === 'v1beta1')
            ? NONE
            : wrong(place, conversionReviewVersions, 'must include at least one of v1, v1beta1')),
        ]),
  ]
}

function validateStoredVersions({ spec: { versions = [] }, status: { storedVersions = [] } }: CustomResourceDefinition): Errors {
  const at = Path.root('status').child('storedVersions')
  if (storedVersions.length === 0) return wrong(at, null, 'must have at least one stored version')
  const names = new Set(versions.map((v) => v.name))
  return [
    ...versions.flatMap((v) =>
      v.storage && !storedVersions.includes(v.name) ? wrong(at, storedVersions, `must have the storage version ${v.name}`) : NONE,
    ),
    ...storedVersions.flatMap((v, i) =>
      names.has(v)
        ? NONE
        : wrong(
            at.index(i),
            v,
            `missing from spec.versions; ${v} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${v} and removes ${v} from status.storedVersions`,
          ),
    ),
  ]
}

const APPROVED = 'api-approved.kubernetes.io'
type Annotations = Readonly<Record<string, string>> | undefined

/** Groups of the community need a link to the review that let them in. */
function validateApproval(group: string, annotations: Annotations, old: Annotations): Errors {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return NONE
  const at = Path.root('metadata').child('annotations').key(APPROVED)
  const given = annotations?.[APPROVED] ?? ''
  if (old && stateOf(old[APPROVED] ?? '') === stateOf(given)) return NONE
  switch (stateOf(given)) {
    case 'missing':
      return missing(
        at,
        'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      )
    case 'invalid':
      return wrong(
        at,
        given,
        `protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`,
      )
    default:
      return NONE
  }
}

function stateOf(given: string): 'missing' | 'bypassed' | 'approved' | 'invalid' {
  if (given === '') return 'missing'
  if (given.startsWith('unapproved')) return 'bypassed'
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(given) ? 'approved' : 'invalid'
}

/** A version as Go prints its internal form. */
function internalVersion({ name, served = false, storage = false, deprecated = false, deprecationWarning }: Partial<CrdVersion>): Json {
  return {
    Name: name ?? '',
    Served: served,
    Storage: storage,
    Deprecated: deprecated,
    DeprecationWarning: deprecationWarning ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  }
}
