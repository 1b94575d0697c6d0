// A CustomResourceDefinition's version as a kind, data like all others: what the generic path has to know is read from the definition.
// Leaves out: conversion by webhook (versions differ in their apiVersion and in what their schemas keep).
// Upstream: apiextensions-apiserver pkg/registry/customresource/{strategy,status_strategy,validator}.go, pkg/apiserver/customresource_handler.go

import type { JsonObject } from '../../../base/json'
import type { Decoded } from '../../serializer/decode'
import { equalJson } from '../../../base/equal'
import type { Kind, Subresource, Verb, Warn } from '../../kind'
import { groupVersion, type ApiObject } from '../../object'
import { ALL_BUT_STATUS, UNRESET } from '../../managedfields/resetFields'
import { Path, type Errors } from '../../validation/rules'
import { without, withFields } from '../../../base/without'
import { customColumns } from './customColumns'
import { customScale, validateScale } from './customScale'
import { coerced, decodeMeta, hasEmbedded, validateEmbedded } from './embedded'
import { filled, pruned } from './fill'
import { valuesAt } from './jsonPath'
import type { JsonSchema } from './jsonSchema'
import { validateListTypes } from './listTypes'
import { validateRules } from './rules'
import { isTrue, type CrdVersion, type CustomResourceDefinition } from './types'
import { typeOfResource } from './typeOfSchema'
import { validateValue } from './validateValue'
import { finalizerWarnings } from './warnings'
import { compareVersions } from '../../versions'

/** In the order in which discovery lists them. */
const VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const TERMINATING: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'watch']
const SUBRESOURCE_VERBS: readonly Verb[] = ['get', 'patch', 'update']
const OPEN: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** One kind for each version that is served. */
export function customKinds(definition: CustomResourceDefinition): readonly Kind[] {
  return (definition.spec.versions ?? []).filter((v) => v.served).map((v) => customKind(definition, v))
}

function customKind(definition: CustomResourceDefinition, version: CrdVersion): Kind {
  const { group = '', scope, versions = [] } = definition.spec
  const { plural = '', singular = '', kind = '', listKind = '', shortNames, categories } = definition.status.acceptedNames ?? {}
  const schema = schemaOf(version)
  const stored = versions.find((v) => v.storage) ?? version
  const storedAs = groupVersion(group, stored.name)
  const { status, scale } = version.subresources ?? {}
  const own = groupVersion(group, version.name)
  const defaults = (object: ApiObject) => filled(object, schema) as ApiObject
  const selectable = (version.selectableFields ?? []).flatMap(({ jsonPath }) => (jsonPath ? [jsonPath] : []))
  return {
    group,
    version: version.name,
    kind,
    resource: plural,
    singular,
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
    namespaced: scope === 'Namespaced',
    ...(version.deprecated ? { deprecated: version.deprecationWarning ?? deprecation(definition, version) } : {}),
    verbs: isTrue(definition, 'Terminating') ? TERMINATING : VERBS,
    storage: `${group}/${plural}`,
    custom: { listKind, decode: (value) => decode(value, schema) },
    storedAs: {
      group,
      version: stored.name,
      toStored: (object) => (object.apiVersion === storedAs ? object : as(known(object, schemaOf(stored)), storedAs)),
      fromStored: (object) => {
        const from = object.apiVersion === own ? undefined : versions.find((v) => groupVersion(group, v.name) === object.apiVersion)
        return defaults(as(known(from ? known(object, schemaOf(from)) : object, schema), own))
      },
    },
    schema: typeOfResource(schema, kind),
    resets: status ? { ...UNRESET, status: true } : UNRESET,
    defaults,
    anyFinalizer: true,
    hasGeneration: true,
    raisesGeneration: (object, old) => !equalJson(without(object, 'metadata'), without(old, 'metadata')),
    allowUnconditionalUpdate: false,
    prepareForCreate: (object) => (status ? without(object, 'status') : object),
    prepareForUpdate: (object, old) => (status ? withStatusOf(object, old) : object),
    validate: (object) => validate(object, undefined, schema, version),
    validateUpdate: (object, old, warn) => validate(object, old, schema, version, warn),
    warnings: finalizerWarnings,
    columns: customColumns(version.additionalPrinterColumns),
    fieldSelectors: Object.fromEntries(
      selectable.map((path) => [path.replace(/^\./, ''), (o: ApiObject) => String(valuesAt(path, o)?.[0] ?? '')]),
    ),
    subresources: {
      ...(status ? { status: statusSubresource(schema, version) } : {}),
      ...(scale ? { scale: customScale(scale) } : {}),
    },
  }
}

const schemaOf = ({ schema }: CrdVersion): JsonSchema => schema?.openAPIV3Schema ?? OPEN

/** Without what the schema does not know: each version that an object passes through leaves out what is none of its own. */
const known = (object: ApiObject, schema: JsonSchema) => pruned(object, schema, new Set()) as ApiObject

const as = (object: ApiObject, apiVersion: string): ApiObject => (object.apiVersion === apiVersion ? object : { ...object, apiVersion })

/** `…; use <the newest version that is not deprecated>`, where there is one. */
function deprecation({ spec, status }: CustomResourceDefinition, version: CrdVersion): string {
  const kind = status.acceptedNames?.kind ?? ''
  const better = (spec.versions ?? []).filter((v) => v.served && !v.deprecated).map((v) => v.name)
  const best = better.sort(compareVersions).find((name) => compareVersions(name, version.name) < 0)
  const text = `${spec.group}/${version.name} ${kind} is deprecated`
  return best === undefined ? text : `${text}; use ${spec.group}/${best} ${kind}`
}

/** Metadata as Go has it; what the schema does not know is dropped. Its values are judged later, by validation. */
function decode(value: JsonObject, schema: JsonSchema): Decoded {
  const meta = decodeMeta(value.metadata ?? {})
  if ('error' in meta) return meta
  const [unknown, inside, errors] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const whole = pruned(meta.object === value.metadata ? value : withFields(value, { metadata: meta.object }), schema, unknown)
  const object = hasEmbedded(schema) ? (coerced(whole, schema, Path.root(), inside, errors) as JsonObject) : whole
  for (const error of errors) return { error }
  const paths = [...meta.unknown.map((field) => `metadata.${field}`), ...[...unknown].sort(), ...[...inside].sort()]
  return { object, unknown: paths.map((path) => `unknown field "${path}"`) }
}

function withStatusOf(object: ApiObject, old: ApiObject): ApiObject {
  return old.status === undefined ? without(object, 'status') : { ...object, status: old.status }
}

function statusSubresource(schema: JsonSchema, version: CrdVersion): Subresource {
  return {
    verbs: SUBRESOURCE_VERBS,
    resets: ALL_BUT_STATUS,
    prepareForUpdate: (object, old) => {
      const { managedFields } = object.metadata
      const metadata = withFields(without(old.metadata, 'managedFields'), managedFields ? { managedFields } : {})
      return { ...withStatusOf(old, object), metadata }
    },
    validateUpdate: (object, old, warn) => {
      const { status } = object
      const of = schema.properties?.status
      const errors = [
        ...(status !== undefined && of ? validateValue(status, of, old.status, Path.root('status')) : []),
        ...(version.subresources?.scale ? validateScale(object, version.subresources.scale, true) : []),
        ...validateListTypes(object, schema),
      ]
      return [...errors, ...validateRules(object, old, schema, errors, warn)]
    },
  }
}

function validate(object: ApiObject, old: ApiObject | undefined, schema: JsonSchema, { subresources }: CrdVersion, warn?: Warn): Errors {
  const errors = [
    ...validateValue(object, schema, old),
    ...(subresources?.scale ? validateScale(object, subresources.scale, false) : []),
    ...validateEmbedded(object, schema),
    ...(old === undefined || validateListTypes(old, schema).length === 0 ? validateListTypes(object, schema) : []),
  ]
  return [...errors, ...validateRules(object, old, schema, errors, warn)]
}
