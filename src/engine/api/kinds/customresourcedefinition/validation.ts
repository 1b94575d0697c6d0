// What a CustomResourceDefinition must be. Upstream reads it into an internal form in which what all versions have in common stands once,
// above them; errors name it there (`spec.validation.openAPIV3Schema`), so the same is done here.
// Leaves out: definitions stored under weaker rules.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/{validation/validation.go,v1/conversion.go}

import { equalJson } from '../../../base/equal'
import type { Json } from '../../object'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, NONE, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateApproval } from './approval'
import { validateConversion } from './conversionValidation'
import { dns1035, validateNames } from './namesValidation'
import { isTrue, type CrdVersion, type CustomResourceDefinition } from './types'
import { SHARED, validateShared, validateWarning, type Shared } from './versionValidation'

const SPEC = Path.root('spec')

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

function validateGroup(group: string): Errors {
  const at = SPEC.child('group')
  if (group === '') return missing(at)
  const bad = dnsSubdomainErrors(group)
  if (bad.length > 0) return wrong(at, group, bad.join(','))
  return group.includes('.') ? NONE : wrong(at, group, 'should be a domain with at least one dot')
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
