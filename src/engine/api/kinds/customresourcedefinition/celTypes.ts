// The types of a schema as its rules see them: each object a type of its own with its fields, so that a misspelt field is found when the rule is registered.
// Upstream: apiserver pkg/cel/common/schemas.go, apiextensions-apiserver pkg/apiserver/schema/cel/model

import type { CelStructs } from '../../cel/check'
import { escapedField } from './celFields'
import { isEmbedded, isIntOrString, itemsOf, preserves, valuesOf, type JsonSchema } from './jsonSchema'
import { own } from '../../../base/json'

export interface CelTypes {
  readonly self: string
  readonly structs: CelStructs
}

/** `isRoot`: whether the schema is that of a whole resource, which has a kind and a name besides. */
export function celTypesOf(schema: JsonSchema, isRoot: boolean): CelTypes {
  const structs: Record<string, Record<string, string>> = {}
  return { self: typeOf(schema, 'selfType', isRoot, structs) ?? 'dyn', structs }
}

const META: JsonSchema = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } }
const RESOURCE: Readonly<Record<string, JsonSchema>> = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: META }
const BY_FORMAT: Readonly<Record<string, string>> = {
  byte: 'bytes',
  date: 'google.protobuf.Timestamp',
  'date-time': 'google.protobuf.Timestamp',
  datetime: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
}

/** Null for what rules cannot see: parts of which no type is said. */
function typeOf(schema: JsonSchema, name: string, isResource: boolean, structs: Record<string, Record<string, string>>): string | null {
  if (isIntOrString(schema)) return 'dyn'
  switch (schema.type) {
    case 'string':
      return own(BY_FORMAT, schema.format ?? '') ?? 'string'
    case 'boolean':
      return 'bool'
    case 'integer':
      return 'int'
    case 'number':
      return 'double'
    case 'array': {
      const items = itemsOf(schema)
      const of = items && typeOf(items, `${name}.@idx`, isEmbedded(items), structs)
      return of ? `list(${of})` : null
    }
    case 'object': {
      const values = valuesOf(schema)
      if (values) {
        const of = typeOf(values, `${name}.@elem`, isEmbedded(values), structs)
        return of ? `map(string, ${of})` : null
      }
      if (!schema.properties && !isResource) return preserves(schema) ? null : structOf(schema, name, false, structs)
      return structOf(schema, name, isResource, structs)
    }
    default:
      return null
  }
}

function structOf(schema: JsonSchema, name: string, isResource: boolean, structs: Record<string, Record<string, string>>): string {
  const fields: Record<string, string> = {}
  structs[name] = fields
  for (const [field, of] of Object.entries({ ...schema.properties, ...(isResource ? RESOURCE : {}) })) {
    const type = typeOf(of, `${name}.${field}`, isEmbedded(of), structs)
    if (type) fields[escapedField(field)] = type
  }
  return name
}
