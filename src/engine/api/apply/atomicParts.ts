// The parts of a configuration that can only be replaced as a whole: a policy's merge may not touch them.
// Upstream: apiserver pkg/admission/plugin/policy/mutating/patch/smd.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json } from '../../base/json'
import { childOf, type TypeSchema } from '../schema/schema'

/** Their paths: `.spec.containers[0].command`. What is within such a part is looked into as well. */
export const atomicParts = anyDepth(
  [] as readonly string[],
  (value: Json | undefined, type: TypeSchema | undefined, path: string): readonly string[] => {
    if (type?.type === 'list' && Array.isArray(value)) {
      const within = (value as readonly Json[]).flatMap((item, i): readonly string[] => atomicParts(item, type.items, `${path}[${i}]`))
      return type.listType === 'atomic' ? [path, ...within] : within
    }
    if (!isObject(value) || (type?.type !== 'struct' && type?.type !== 'map')) return []
    const within =
      type.type === 'struct'
        ? Object.keys(value).flatMap((key): readonly string[] => atomicParts(value[key], childOf(type, key), `${path}.${key}`))
        : []
    return type.atomic ? [path, ...within] : within
  },
)
