// What the server warns of: formats that it does not know, sets of what cannot be told apart, finalizers without a domain.
// Upstream: apiextensions-apiserver pkg/registry/{customresourcedefinition,customresource}/strategy.go

import { goQuote } from '../../go/goQuote'
import type { ApiObject } from '../../object'
import { labelKeyErrors } from '../../validation/labels'
import { isKnownFinalizer } from '../../validation/objectMeta'
import { isKnownFormat } from './formats'
import { below, itemsOf, type JsonSchema } from './jsonSchema'
import type { CustomResourceDefinition } from './types'

/** Of a definition; what the old one had already is not said again. */
export function definitionWarnings(definition: CustomResourceDefinition, old: CustomResourceDefinition | null): readonly string[] {
  const before = new Set(old ? schemaWarnings(old) : [])
  return schemaWarnings(definition).filter((w) => !before.has(w))
}

function schemaWarnings({ spec: { versions = [] } }: CustomResourceDefinition): readonly string[] {
  const schemas = versions.flatMap(({ schema }) => (schema?.openAPIV3Schema ? parts(schema.openAPIV3Schema) : []))
  const formats = schemas.flatMap(({ format, type }) =>
    format && !isKnownFormat(format, type) ? [`unrecognized format ${goQuote(format)}`] : [],
  )
  const sets = schemas.flatMap((schema) => {
    const type = schema['x-kubernetes-list-type'] === 'set' ? itemsOf(schema)?.type : undefined
    return type === 'object' || type === 'array'
      ? [`x-kubernetes-list-type: set for items of type ${goQuote(type)} is not supported by server-side apply or CEL validation rules`]
      : []
  })
  return [...new Set([...formats, ...sets.sort()])]
}

/** A schema and all in it. */
function parts(schema: JsonSchema): readonly JsonSchema[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema
  return [schema, ...[...below(schema), ...allOf, ...anyOf, ...oneOf, ...(not ? [not] : [])].flatMap(parts)]
}

/** Of a custom resource. */
export function finalizerWarnings(object: ApiObject, old: ApiObject | null): readonly string[] {
  const had = new Set(old?.metadata.finalizers ?? [])
  return [...new Set(object.metadata.finalizers ?? [])]
    .filter((f) => !had.has(f))
    .sort()
    .flatMap((finalizer) => {
      const head = `metadata.finalizers: ${goQuote(finalizer)}: `
      const bad = labelKeyErrors(finalizer).map((text) => head + text)
      if (isKnownFinalizer(finalizer)) return bad
      const path = finalizer.includes('.') ? ' including a path (/)' : ''
      return [...bad, `${head}prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`]
    })
}
