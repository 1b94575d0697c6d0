// What the defaults in the schema of a custom resource must be: values that the schema takes, with no unknown field and sound metadata.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go

import { isObject, type Json } from '../../../base/json'
import { aggregated } from '../../errors/aggregated'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { NONE, Path, wrong, type Errors } from '../../validation/rules'
import { validateEmbedded } from './embedded'
import { pruned } from './fill'
import { isEmbedded, itemsOf, META_FIELDS, type JsonSchema } from './jsonSchema'
import { validateRulesOfDefault } from './rules'
import { validateValue } from './validateValue'

/** What a default stands in: the object around it, its schema, and how the value comes to be a part of it. */
interface Around {
  readonly schema: JsonSchema
  readonly inMeta: boolean
  around(value: Json): Json
}

export function validateDefaults(schema: JsonSchema, at: Path, outer: Around | null): Errors {
  const items = itemsOf(schema)
  const here = outer && !isEmbedded(schema) ? outer : { schema, inMeta: false, around: (value: Json) => value }
  const isObjectItself = here !== outer
  const within = (inMeta: boolean, around: (value: Json) => Json): Around => ({ ...here, inMeta, around: (v) => here.around(around(v)) })
  return [
    ...(schema.default === undefined ? NONE : validateDefault(schema, schema.default, at.child('default'), here)),
    ...(items
      ? validateDefaults(
          items,
          at.child('items'),
          within(here.inMeta, (v) => [v]),
        )
      : NONE),
    ...Object.keys(schema.properties ?? {})
      .sort()
      .flatMap((key) =>
        validateDefaults(
          schema.properties![key]!,
          at.child('properties').key(key),
          within(here.inMeta || (isObjectItself && META_FIELDS.has(key)), (v) => ({ [key]: v })),
        ),
      ),
  ]
}

const SOME_TYPE = { apiVersion: 'validation/v1', kind: 'Validation' }

/** Of a default within metadata: whether the object is one with it. */
function validateMetaDefault(schema: JsonSchema, value: Json, at: Path, { schema: whole, around }: Around): Errors {
  const object = around(value)
  const errors = validateEmbedded(isObject(object) ? { ...SOME_TYPE, ...object } : object, whole, Path.root(), true)
  if (errors.length > 0) return wrong(at, value, `must result in valid metadata: ${aggregated(errors.map(fieldErrorText))}`)
  return validateFit(schema, value, at)
}

function validateFit(schema: JsonSchema, value: Json, at: Path): Errors {
  const errors = validateValue(value, schema, undefined, at)
  return errors.length > 0 ? errors : validateRulesOfDefault(value, schema, at)
}

function validateDefault(schema: JsonSchema, value: Json, at: Path, here: Around): Errors {
  if (here.inMeta) return validateMetaDefault(schema, value, at, here)
  const isRoot = here.schema === schema
  const unknown = new Set<string>()
  if (isObject(value))
    pruned(value, isRoot || isEmbedded(schema) ? schema : { ...schema, 'x-kubernetes-embedded-resource': false }, unknown)
  const errors = validateEmbedded(value, schema, at, isRoot)
  return [
    ...(unknown.size > 0 ? wrong(at, value, 'must not have unknown fields') : NONE),
    ...(errors.length > 0 ? errors : validateFit(schema, value, at)),
  ]
}
