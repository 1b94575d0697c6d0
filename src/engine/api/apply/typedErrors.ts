// Whether an applied configuration has the types of its schema, in the words of structured-merge-diff: it is stricter than decoding,
// for it must know whose each field is.
// Upstream: structured-merge-diff typed/{validate,helpers}.go

import { anyDepth } from '../../base/anyDepth'
import { isNumber, isObject, own, type Json, type JsonObject } from '../../base/json'
import { zeroScalar } from '../serializer/decode'
import { keyText, valueText } from '../managedfields/fieldSets'
import { goQuote } from '../go/goQuote'
import { KEY_DEFAULTS } from '../managedfields/listElements'
import { goMap, goTypeOf } from '../go/goValue'
import type { ListSchema, MapSchema, StructSchema, TypeSchema } from '../schema/schema'

/** What keeps the configuration from being applied; null when it can be. */
export function typedError(config: JsonObject, schema: StructSchema): string | null {
  const errors = errorsOf(config, schema, '')
  if (errors.length <= 1) return errors[0] ?? null
  return `errors:\n${errors.map((e) => `  ${e}`).join('\n')}`
}

const errorsOf = anyDepth(
  [] as readonly string[],
  (value: Json | undefined, type: TypeSchema | undefined, path: string): readonly string[] => {
    if (value === null || value === undefined || !type || type.type === 'any' || (type.type === 'map' && type.deduced)) return []
    if (type.type === 'struct' && type.loose && !isObject(value)) return []
    const wrong = (text: string) => [path === '' ? text : `${path}: ${text}`]
    switch (type.type) {
      case 'struct':
      case 'map':
        if (!isObject(value)) return wrong(`expected map, got &{${goMap(value)}}`)
        return fieldErrors(value, type, path)
      case 'list':
        if (!Array.isArray(value)) return wrong(`expected list, got &{${goMap(value)}}`)
        return listErrors(value as readonly Json[], type, path)
      case 'boolean':
        return typeof value === 'boolean' ? [] : wrong(`expected boolean, got &{${goMap(value)}}`)
      case 'int32':
      case 'int64':
      case 'double':
        return isNumber(value) ? [] : wrong(`expected numeric (int or float), got ${goTypeOf(value)}`)
      case 'quantity':
      case 'intOrString':
        return typeof value === 'object' ? wrong(`expected any scalar, got &{${goMap(value)}}`) : []
      default:
        return typeof value === 'string' ? [] : wrong(`expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`)
    }
  },
)

/** Up to the first field that nobody declared: nothing that comes after it is looked at. */
function fieldErrors(value: JsonObject, type: StructSchema | MapSchema, path: string): readonly string[] {
  const errors: string[] = []
  for (const key of Object.keys(value)) {
    const inner = type.type === 'map' ? type.values : type.field(key)
    if (!inner) return [...errors, `${path}.${key}: field not declared in schema`]
    errors.push(...errorsOf(value[key], inner, `${path}.${key}`))
  }
  return errors
}

/** Up to the first item that has no key. */
function listErrors(items: readonly Json[], type: ListSchema, path: string): readonly string[] {
  if (type.listType === 'atomic') return items.flatMap((item, i) => errorsOf(item, type.items, `${path}[${i}]`))
  const errors: string[] = []
  const seen = new Set<string>()
  for (const [i, item] of items.entries()) {
    const element = type.listType === 'set' ? setElement(item) : keyElement(item, type)
    if ('error' in element) return [...errors, `${path}: element ${i}: ${element.error}`]
    if (seen.has(element.text)) errors.push(`${path}: duplicate entries for key ${element.text}`)
    seen.add(element.text)
    errors.push(...errorsOf(item, type.items, path + element.text))
  }
  return errors
}

type Element = { readonly text: string } | { readonly error: string }

function setElement(item: Json): Element {
  if (item === null) return { error: "associative list without keys has an element that's an explicit null" }
  if (isObject(item)) return { error: "associative list without keys has an element that's a map type" }
  if (Array.isArray(item)) return { error: 'not supported: associative list with lists as elements' }
  return { text: `[=${valueText(item)}]` }
}

/** What stands for a key that an item leaves out: of a built-in kind also the zero of a field that Go always writes. */
function defaultOf(key: string, { keyDefaults, items }: ListSchema): Json | undefined {
  if (keyDefaults) return own(keyDefaults, key)
  const zero = items.type === 'struct' && items.required.includes(key) ? zeroScalar(items.field(key)!) : undefined
  return own(KEY_DEFAULTS, key) ?? zero
}

function keyElement(item: Json, list: ListSchema): Element {
  if (item === null) return { error: 'associative list with keys may not have a null element' }
  if (!isObject(item)) return { error: 'associative list with keys may not have non-map elements' }
  const keys: Record<string, Json> = {}
  for (const key of [...list.listMapKeys].sort()) {
    const value = item[key] ?? defaultOf(key, list)
    if (value !== undefined) keys[key] = value
  }
  if (Object.keys(keys).length === 0)
    return {
      error: `associative list with keys has an element that omits all key fields [${list.listMapKeys.map((key) => goQuote(key)).join(' ')}] (and doesn't have default values for any key fields)`,
    }
  return { text: keyText(keys) }
}

/** %#v */
const goSyntax = anyDepth('', (value: Json): string => {
  if (Array.isArray(value)) return `[]interface {}{${(value as readonly Json[]).map(goSyntax).join(', ')}}`
  if (isObject(value))
    return `map[string]interface {}{${Object.keys(value)
      .sort()
      .map((k) => `${goQuote(k)}:${goSyntax(value[k] ?? null)}`)
      .join(', ')}}`
  return value === null ? 'interface {}(nil)' : valueText(value)
})
