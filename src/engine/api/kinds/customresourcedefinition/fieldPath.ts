// A path like `.spec.name` or `.spec.labels['app']` through a schema, as rules and selectable fields name their fields.
// Upstream: apiextensions-apiserver pkg/apiserver/schema/cel/validation.go (ValidFieldPath)

import { META_FIELDS, valuesOf, type JsonSchema } from './jsonSchema'

export type FoundField = { readonly path: string; readonly schema: JsonSchema } | { readonly error: string }

const META: JsonSchema = { type: 'object' }

/** `brackets`: whether `['key']` may stand for a dot. */
export function fieldAt(path: string, root: JsonSchema, brackets = true): FoundField {
  let rest = path
  let schema: JsonSchema = root
  let text = ''
  while (rest !== '') {
    const dotted = /^\.([^.[\]]+)/.exec(rest)
    const keyed = dotted || !brackets ? null : /^\['((?:[^'\\]|\\.)*)'\]/.exec(rest)
    if (!dotted && !keyed) return { error: badStart(rest, brackets) }
    const name = dotted ? dotted[1]! : keyed![1]!.replace(/\\(.)/g, '$1')
    rest = rest.slice((dotted ?? keyed)![0].length)
    const own = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined
    const values = valuesOf(schema)
    if (!own && values && keyed) {
      text += `[${name}]`
      schema = values
      continue
    }
    const next = own ?? (schema === root && META_FIELDS.has(name) ? META : undefined)
    if (!next) return { error: 'does not refer to a valid field' }
    text = text === '' ? name : `${text}.${name}`
    schema = next
  }
  return { path: text, schema }
}

function badStart(rest: string, brackets: boolean): string {
  if (rest.startsWith('[') && !brackets) return 'array notation is not allowed'
  if (rest.startsWith('.')) return 'unexpected end of JSON path'
  return `expected [ or . but got: ${/^[^.[\]]+|./.exec(rest)?.[0] ?? ''}`
}
