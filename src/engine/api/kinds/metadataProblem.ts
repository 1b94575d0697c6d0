// What a client finds wrong with the types in an object's metadata before it sends it, in the words of Go's decoder.
// Upstream: cli-runtime pkg/resource/metadata_decoder.go

import type { JsonObject } from '../object'
import { decodeObject } from '../serializer/decode'
import { types } from './types'

types.add({ metadataOnlyObject: 'metadata:ObjectMeta+' })

/** Null: it can be read as ObjectMeta. */
export function metadataProblem({ metadata }: JsonObject): string | null {
  const decoded = decodeObject(types.struct('metadataOnlyObject'), { metadata })
  return 'error' in decoded ? decoded.error : null
}
