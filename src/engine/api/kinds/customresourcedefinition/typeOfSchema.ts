// From the schema of a custom resource to the type that server-side apply and managedFields read.
// Upstream: kube-openapi pkg/schemaconv, apiextensions-apiserver pkg/controller/openapi/builder

import type { ListSchema, MapSchema, ScalarSchema, StructSchema, TypeSchema } from '../../schema/schema'
import { types } from '../types'
import { isEmbedded, isIntOrString, itemsOf, preserves, valuesOf, type JsonSchema } from './jsonSchema'

/** Nothing is known of it: its maps are merged by key, its lists are owned as one. */
const DEDUCED: MapSchema = {
  type: 'map',
  atomic: false,
  deduced: true,
  get values() {
    return DEDUCED
  },
}
const STRING: ScalarSchema = { type: 'string' }

export const typeOfResource = (schema: JsonSchema, kind: string): StructSchema => structOf(schema, kind, true)

function structOf(schema: JsonSchema, name: string, isResource: boolean): StructSchema {
  const { properties = {} } = schema
  const known = new Map<string, TypeSchema>()
  const typed = (field: string): TypeSchema | undefined => {
    if (isResource && field === 'metadata') return types.struct('ObjectMeta')
    if (isResource && (field === 'apiVersion' || field === 'kind')) return STRING
    if (Object.hasOwn(properties, field)) return typeOf(properties[field]!, field)
    return preserves(schema) ? DEDUCED : undefined
  }
  return {
    type: 'struct',
    name,
    field: (field) => {
      let type = known.get(field)
      if (!type) {
        const made = typed(field)
        if (made) known.set(field, (type = made))
      }
      return type
    },
    fieldNames: [...new Set([...(isResource ? ['apiVersion', 'kind', 'metadata'] : []), ...Object.keys(properties)])],
    required: [],
    written: isResource ? ['metadata'] : [],
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    retainKeys: false,
  }
}

function typeOf(schema: JsonSchema, name: string): TypeSchema {
  if (isIntOrString(schema)) return { type: 'intOrString' }
  switch (schema.type) {
    case 'string':
      return STRING
    case 'boolean':
      return { type: 'boolean' }
    case 'integer':
      return { type: 'int64' }
    case 'number':
      return { type: 'double' }
    case 'array':
      return listOf(schema, name)
    case 'object': {
      const values = valuesOf(schema)
      const atomic = schema['x-kubernetes-map-type'] === 'atomic'
      if (values) return { type: 'map', values: typeOf(values, name), atomic }
      if (schema.properties || isEmbedded(schema)) return structOf(schema, name, isEmbedded(schema))
      if (preserves(schema) || schema.additionalProperties) return atomic ? { ...DEDUCED, values: DEDUCED, atomic } : DEDUCED
      return structOf(schema, name, false)
    }
    default:
      return DEDUCED
  }
}

function listOf(schema: JsonSchema, name: string): ListSchema {
  const items = itemsOf(schema)
  const listType = schema['x-kubernetes-list-type']
  return {
    type: 'list',
    items: items ? typeOf(items, name) : DEDUCED,
    listType: listType === 'map' || listType === 'set' ? listType : 'atomic',
    listMapKeys: schema['x-kubernetes-list-map-keys'] ?? [],
    keyDefaults: Object.fromEntries(
      Object.entries(items?.properties ?? {}).flatMap(([k, s]) => (s.default === undefined ? [] : [[k, s.default]])),
    ),
    patchMerge: false,
    patchRetainKeys: false,
  }
}
