// The types of a schema as its rules see them: each object a type of its own with its fields, so that a misspelt field is found when the rule is registered;
// and how large its values may be, so that a rule that could cost too much is found then as well.
// Upstream: apiserver pkg/cel/common/schemas.go, pkg/cel/limits.go; apiextensions-apiserver pkg/apiserver/schema/cel/model

import type { CelStructs } from '../../cel/check'
import type { Measure } from '../../cel/estimate'
import { escapedField } from './celFields'
import { isEmbedded, isIntOrString, itemsOf, valuesOf, type JsonSchema } from './jsonSchema'

/** Of a value as JSON: no request is larger. */
export const LARGEST_REQUEST = 3 * 1024 * 1024

/** `smallest`: how many characters of JSON it takes at least. */
export interface CelType extends Measure {
  readonly type: string
  readonly smallest: number
  readonly fields?: Readonly<Record<string, CelType>>
}

export interface CelTypes {
  readonly self: CelType
  readonly structs: CelStructs
}

type Structs = Record<string, Record<string, string>>

/** `isResource`: whether the schema is that of a whole resource, which has a kind and a name besides. Null for what rules cannot see. */
export function celTypesOf(schema: JsonSchema, isResource: boolean): CelTypes | null {
  const structs: Structs = {}
  const self = typeOf(schema, 'selfType', isResource, structs)
  return self && { self, structs }
}

const LONGEST_NAME = 253
const RESOURCE: Readonly<Record<string, JsonSchema>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: {
    type: 'object',
    // A generated name has at least one character more.
    properties: { name: { type: 'string', maxLength: LONGEST_NAME }, generateName: { type: 'string', maxLength: LONGEST_NAME - 1 } },
  },
}
const LONGEST_STRING = LARGEST_REQUEST - 2
/** Of a code point. */
const BYTES = 4
const TIME = { type: 'google.protobuf.Timestamp', longest: 32, smallest: 21 }
const BY_FORMAT: Readonly<Record<string, CelType>> = {
  date: { type: 'google.protobuf.Timestamp', longest: 12, smallest: 12 },
  'date-time': TIME,
  duration: { type: 'google.protobuf.Duration', longest: 32, smallest: 3 },
}

function typeOf(schema: JsonSchema, name: string, isResource: boolean, structs: Structs): CelType | null {
  if (isIntOrString(schema)) return { type: 'dyn', longest: lengthOf(schema, BYTES), smallest: 1 }
  switch (isResource ? 'object' : schema.type) {
    case 'string':
      return stringType(schema)
    case 'boolean':
      return { type: 'bool', longest: 0, smallest: 4 }
    case 'integer':
      return { type: 'int', longest: 0, smallest: 1 }
    case 'number':
      return { type: 'double', longest: 0, smallest: 1 }
    case 'array': {
      const items = itemsOf(schema)
      const item = items && typeOf(items, `${name}.@idx`, isEmbedded(items), structs)
      if (!item) return null
      const longest =
        schema.maxItems === undefined ? Math.floor((LARGEST_REQUEST - 2) / (item.smallest + 1)) : positive(Number(schema.maxItems))
      return { type: `list(${item.type})`, longest, smallest: 2, item }
    }
    case 'object': {
      const values = valuesOf(schema)
      return values ? mapType(schema, values, name, structs) : structType(schema, name, isResource, structs)
    }
    default:
      return null
  }
}

const positive = (limit: number) => Math.max(0, limit)
const lengthOf = ({ maxLength }: JsonSchema, by: number) => (maxLength === undefined ? LONGEST_STRING : positive(Number(maxLength)) * by)

function stringType(schema: JsonSchema): CelType {
  const { format = '', enum: values = [], maxLength } = schema
  if (Object.hasOwn(BY_FORMAT, format)) return BY_FORMAT[format]!
  if (format === 'byte') return { type: 'bytes', longest: lengthOf(schema, 1), smallest: 2 }
  const listed = maxLength === undefined && values.length > 0
  const longest = listed ? Math.max(...values.map((v) => (typeof v === 'string' ? v.length : 0))) : lengthOf(schema, BYTES)
  return { type: 'string', longest, smallest: 2 }
}

function mapType({ maxProperties }: JsonSchema, values: JsonSchema, name: string, structs: Structs): CelType | null {
  const item = typeOf(values, `${name}.@elem`, isEmbedded(values), structs)
  if (!item) return null
  // A key, its quotes, a colon, a comma.
  const longest = maxProperties === undefined ? Math.floor((LARGEST_REQUEST - 2) / (item.smallest + 6)) : positive(Number(maxProperties))
  return { type: `map(string, ${item.type})`, longest, smallest: 2, key: { longest: 0 }, item }
}

function structType(schema: JsonSchema, name: string, isResource: boolean, structs: Structs): CelType {
  const types: Record<string, string> = {}
  const fields: Record<string, CelType> = {}
  structs[name] = types
  let smallest = 2
  for (const [field, of] of Object.entries({ ...schema.properties, ...(isResource ? RESOURCE : {}) })) {
    const found = typeOf(of, `${name}.${field}`, isEmbedded(of), structs)
    if (!found) continue
    const escaped = escapedField(field)
    types[escaped] = found.type
    fields[escaped] = found
    if (schema.required?.includes(field) && of.default === undefined) smallest += field.length + found.smallest + 4
  }
  return { type: name, longest: 0, smallest, fields }
}
