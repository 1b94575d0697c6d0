// Metadata less one annotation; no annotations at all rather than none of them.

import type { ObjectMeta } from '../object'
import { without } from '../../base/without'

export function withoutAnnotation(metadata: ObjectMeta, key: string): ObjectMeta {
  if (metadata.annotations?.[key] === undefined) return metadata
  const annotations = without(metadata.annotations, key)
  return Object.keys(annotations).length > 0 ? { ...metadata, annotations } : without(metadata, 'annotations')
}
