// The type of a built-in kind as expressions see it, made of its schema: each object a type of its own, named after its place.
// Upstream: apiserver pkg/cel/common/schemas.go (SchemaDeclType) over the generated OpenAPI definitions, pkg/cel/types.go (MaybeAssignTypeName)

import type { ScalarSchema, StructSchema, TypeSchema } from '../schema/schema'
import type { CelScope } from './check'

type Structs = Record<string, Record<string, string>>

/** The types that belong to the one that is named `name`. */
export function structsOf(schema: StructSchema, name: string): NonNullable<CelScope['structs']> {
  const structs: Structs = {}
  typeOf(schema, name, structs, [])
  return structs
}

const SCALARS: Readonly<Record<ScalarSchema['type'], string | null>> = {
  string: 'string',
  bytes: 'bytes',
  time: 'timestamp',
  microTime: 'timestamp',
  boolean: 'bool',
  int32: 'int',
  int64: 'int',
  double: 'double',
  intOrString: 'dyn',
  // These have no one type in OpenAPI: expressions do not see them, nor what is made of them.
  quantity: null,
  any: null,
}

/** `within`: the types in which it stands; where one stands in itself, nothing more is known of it. */
function typeOf(schema: TypeSchema, name: string, structs: Structs, within: readonly StructSchema[]): string | null {
  switch (schema.type) {
    case 'list': {
      const item = typeOf(schema.items, `${name}.@idx`, structs, within)
      return item && `list(${item})`
    }
    case 'map': {
      const value = schema.deduced ? null : typeOf(schema.values, `${name}.@elem`, structs, within)
      return value && `map(string, ${value})`
    }
    case 'struct': {
      const fields: Record<string, string> = {}
      structs[name] = fields
      const inner = [...within, schema]
      if (within.includes(schema)) return name
      for (const field of schema.fieldNames) {
        const type = typeOf(schema.field(field)!, `${name}.${field}`, structs, inner)
        if (type) fields[field] = type
      }
      return name
    }
    default:
      return SCALARS[schema.type]
  }
}
