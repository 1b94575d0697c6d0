// What Go writes of a type where nothing was set. A new object is compared with it: what its maker did not send is nobody's.
// Upstream: apiserver pkg/endpoints/handlers/create.go (the empty object that FieldManager.UpdateNoErrors is given)

import { isObject, type Json, type JsonObject } from '../../base/json'
import type { StructSchema } from '../schema/schema'
import { zeroScalar } from '../serializer/decode'

/** `more`: fields of which the schema does not tell that they are written; what they hold joins what the type has there. */
export function zeroObject(schema: StructSchema, more: JsonObject = {}): JsonObject {
  const zero = zeroOf(schema)
  const out: Record<string, Json | undefined> = { ...zero }
  for (const [key, value] of Object.entries(more)) out[key] = isObject(value) && isObject(zero[key]) ? { ...zero[key], ...value } : value
  return out as JsonObject
}

const zeros = new WeakMap<StructSchema, JsonObject>()

/** Structs that are no pointers, required lists as null, and the zeros of required scalars. */
function zeroOf(schema: StructSchema): JsonObject {
  let zero = zeros.get(schema)
  if (!zero) {
    const out: Record<string, Json> = {}
    for (const name of schema.written) {
      const type = schema.field(name)!
      if (type.type === 'struct') out[name] = zeroOf(type)
    }
    for (const name of schema.required) {
      const type = schema.field(name)!
      const nothing = type.type === 'list' ? null : zeroScalar(type)
      if (nothing !== undefined) out[name] = nothing
    }
    zeros.set(schema, (zero = out))
  }
  return zero
}
