// The parts of a configuration that can only be replaced as a whole: a policy's merge may not touch them.
// Upstream: apiserver pkg/admission/plugin/policy/mutating/patch/smd.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json } from '../../base/json'
import { itemsByElement } from '../managedfields/listElements'
import { childOf, type TypeSchema } from '../schema/schema'

/** Their paths: `.spec.containers[name="web"].command`. */
export const atomicParts = anyDepth(
  [] as readonly string[],
  (value: Json | undefined, type: TypeSchema | undefined, path: string): readonly string[] => {
    if (!type || value === undefined || value === null) return []
    if (type.type === 'list') {
      if (!Array.isArray(value)) return []
      if (type.listType === 'atomic') return [path]
      if (type.listType === 'set') return []
      return [...itemsByElement(value as readonly Json[], type)].flatMap(([element, item]): readonly string[] =>
        atomicParts(item, type.items, `${path}[${element.slice(3, -1).replace(/"([^"]+)":/g, '$1=')}]`),
      )
    }
    if (!isObject(value) || (type.type !== 'struct' && type.type !== 'map')) return []
    if (type.atomic) return [path]
    return Object.keys(value).flatMap((key): readonly string[] => atomicParts(value[key], childOf(type, key), `${path}.${key}`))
  },
)
