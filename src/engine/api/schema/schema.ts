// The shape of a type as the API server knows it: what decoding, field validation, list merging and server-side apply read.
// Built from kinds/types.json (cut from the OpenAPI v3 schemas of v1.37.2).
// Upstream: kube-openapi pkg/schemaconv, structured-merge-diff schema/elements.go

import type { Json } from '../../base/json'

export type TypeSchema = StructSchema | MapSchema | ListSchema | ScalarSchema

export interface StructSchema {
  readonly type: 'struct'
  /** Go's name, as decode errors print it: `PodSpec`. */
  readonly name: string
  /** Of its Go package, where it is not v1. */
  readonly version?: string
  /** Resolved on first use, so that types may be recursive. */
  field(name: string): TypeSchema | undefined
  readonly fieldNames: readonly string[]
  /** Fields without which Go writes a zero value (required in OpenAPI). */
  readonly required: readonly string[]
  /** Fields that Go writes even when nothing was sent: structs that are no pointers, and times without omitempty. */
  readonly written: readonly string[]
  /** Of a struct in which another stands without a name: how the path of a decode error calls a field. */
  readonly goPath?: (field: string) => string
  /** Server-side apply owns it as one (x-kubernetes-map-type: atomic). */
  readonly atomic: boolean
  readonly retainKeys: boolean
  /** A strategic merge patch does not merge it. */
  readonly patchReplaces?: boolean
  /** What is no object is taken as it is. */
  readonly loose?: boolean
}

export interface MapSchema {
  readonly type: 'map'
  readonly values: TypeSchema
  readonly atomic: boolean
  /** Nothing is known of what stands here: it may as well be a list or a scalar. */
  readonly deduced?: true
}

export interface ListSchema {
  readonly type: 'list'
  readonly items: TypeSchema
  /** Server-side apply's view. */
  readonly listType: 'atomic' | 'set' | 'map'
  readonly listMapKeys: readonly string[]
  /** What a key is that an item leaves out. */
  readonly keyDefaults?: Readonly<Record<string, Json>>
  /** Strategic merge patch's view: absent means the list is replaced. */
  readonly patchMerge: boolean
  readonly patchMergeKey?: string
  readonly patchRetainKeys: boolean
}

export interface ScalarSchema {
  readonly type: 'string' | 'bytes' | 'time' | 'microTime' | 'boolean' | 'int32' | 'int64' | 'double' | 'quantity' | 'intOrString' | 'any'
  readonly enum?: readonly string[]
  readonly nullWhenAbsent?: boolean
  /** No pointer in Go: an empty text, zero or false that was sent is as good as absent. */
  readonly omitZero?: boolean
}

/** The type of a field of a struct, or of a map's value; of what is neither, or has no such field, there is none. */
export function childOf(type: TypeSchema | undefined, key: string): TypeSchema | undefined {
  if (type?.type === 'struct') return type.field(key)
  return type?.type === 'map' ? type.values : undefined
}

/** A map or struct whose fields may have different owners. */
export const isGranular = (type: TypeSchema | undefined) =>
  type !== undefined && (type.type === 'struct' || type.type === 'map') && !type.atomic

export interface AssociativeList extends ListSchema {
  readonly listType: 'set' | 'map'
}

/** A list whose items may have different owners: they are told apart by their keys, or in a set by what they are. */
export const isAssociative = (type: TypeSchema | undefined): type is AssociativeList => type?.type === 'list' && type.listType !== 'atomic'
