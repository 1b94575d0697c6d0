// kubectl describe of a kind that it has no layout for (custom resources, Leases …): every field, with its name spelled out.
// Upstream: kubectl pkg/describe/describe.go (genericDescriber, smartLabelFor)

import { jsonText, MOST_SHOWN } from '../printers/jsonText'
import { goValue } from '../printers/output'
import type { Json, JsonObject } from '../../engine/index'
import type { Describer } from './describer'
import { marked, type Lines } from './parts'

const TOLD = new Set(['managedFields', 'name', 'namespace', 'labels', 'annotations'])
const ACRONYMS = new Set(['API', 'URL', 'UID', 'GUID'])

export const describeGeneric: Describer = function* (object, asking) {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([field]) => !TOLD.has(field)))
  return [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace ?? ''}`,
    ...marked(object),
    ...fieldLines({ ...object, metadata } as unknown as JsonObject, 0),
    ...(yield* asking.events(object)),
  ]
}

function fieldLines(content: JsonObject, level: number): Lines {
  const indent = '  '.repeat(level)
  return Object.keys(content)
    .sort()
    .flatMap((field) => {
      const value = content[field] as Json
      const title = `${indent}${labelFor(field)}:`
      if (level >= MOST_SHOWN) return [`${title}\t${jsonText(value, 0)}`]
      if (Array.isArray(value)) return [title, ...(value as readonly Json[]).flatMap((item) => itemLines(item, level + 1))]
      if (typeof value === 'object' && value !== null) return [title, ...fieldLines(value as JsonObject, level + 1)]
      return [`${title}\t${value === null ? '<nil>' : String(value)}`]
    })
}

function itemLines(item: Json, level: number): Lines {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
    ? fieldLines(item as JsonObject, level)
    : [`${'  '.repeat(level)}${goValue(item)}`]
}

/** `apiVersion` → `API Version`, `podIPs` → `Pod I Ps`; a name with other signs stays. */
function labelFor(field: string): string {
  if (/[^A-Za-z-]/.test(field)) return field
  const words = field.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|-+/g) ?? [field]
  const merged: string[] = []
  for (let i = 0; i < words.length; i++) {
    const joins = /^[A-Z]{2,}$/.test(words[i]!) && /^[A-Z]/.test(words[i + 1] ?? '')
    merged.push(joins ? words[i]! + words[++i]! : words[i]!)
  }
  return merged.map(wordFor).join(' ')
}

function wordFor(word: string): string {
  if (ACRONYMS.has(word.toUpperCase())) return word.toUpperCase()
  return word === word.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word
}
