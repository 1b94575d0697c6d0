// What a version of a CustomResourceDefinition must be, or what all its versions have in common: schema, subresources, columns, selectable fields.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go

import type { Path } from '../../validation/rules'
import { missing, NONE, repeated, tooMany, wrong, type Errors } from '../../validation/rules'
import { fieldAt } from './fieldPath'
import type { JsonSchema } from './jsonSchema'
import { validateSchema } from './schemaValidation'
import type { CrdColumn, CrdSubresources, CrdVersion } from './types'

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const MOST_SELECTABLE = 8

/** What versions may have in common. */
export const SHARED = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const
export type Shared = Partial<Pick<CrdVersion, (typeof SHARED)[number]>>

export function validateShared(
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

export function validateWarning({ deprecated, deprecationWarning: text }: CrdVersion, at: Path): Errors {
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
