// The schema of a custom resource as its CustomResourceDefinition writes it: OpenAPI v3 with Kubernetes' extensions.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/types_jsonschema.go

import type { Json, JsonObject } from '../../object'

export interface JsonSchema extends JsonObject {
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly default?: Json
  readonly enum?: readonly Json[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number | bigint
  readonly maxLength?: number | bigint
  readonly pattern?: string
  readonly minItems?: number | bigint
  readonly maxItems?: number | bigint
  readonly minProperties?: number | bigint
  readonly maxProperties?: number | bigint
  readonly uniqueItems?: boolean
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema | readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[]
}

export interface ValidationRule extends JsonObject {
  readonly rule?: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}

export const preserves = (schema: JsonSchema) => schema['x-kubernetes-preserve-unknown-fields'] === true
export const isEmbedded = (schema: JsonSchema) => schema['x-kubernetes-embedded-resource'] === true
export const isIntOrString = (schema: JsonSchema) => schema['x-kubernetes-int-or-string'] === true

/** The schema of a list's items; lists of schemas are refused when the definition is registered. */
export function itemsOf({ items }: JsonSchema): JsonSchema | undefined {
  return items && !Array.isArray(items) ? (items as JsonSchema) : undefined
}

/** The schema of a map's values, where it says one. */
export function valuesOf({ additionalProperties }: JsonSchema): JsonSchema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

/** The fields that every object has, whether its schema names them or not. */
export const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

/** The schemas right below one, with the part of the path that leads there. Not those of allOf, anyOf, oneOf and not. */
export function below(schema: JsonSchema): readonly JsonSchema[] {
  const [items, values] = [itemsOf(schema), valuesOf(schema)]
  return [...Object.values(schema.properties ?? {}), ...(items ? [items] : []), ...(values ? [values] : [])]
}

/** Whether a schema, or one below it, is such a one: looked for once in each, however deep. */
export function somewhere(isSuch: (schema: JsonSchema) => boolean): (schema: JsonSchema) => boolean {
  const known = new WeakMap<JsonSchema, boolean>()
  return (schema) => {
    const open = [schema]
    for (let at = open.at(-1); at; at = open.at(-1)) {
      const parts = isSuch(at) ? [] : below(at)
      const unknown = parts.filter((part) => !known.has(part))
      open.push(...unknown)
      if (unknown.length > 0) continue
      known.set(at, isSuch(at) || parts.some((part) => known.get(part)))
      open.pop()
    }
    return known.get(schema) === true
  }
}
