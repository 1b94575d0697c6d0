// Who owns each field of a stored object, as its managedFields say.
// Upstream: structured-merge-diff fieldpath/serialize.go (the form of fieldsV1)

import { goJson, readJson, type Json, type JsonObject } from '../../engine/index'

export interface FieldOwner {
  readonly manager: string
  /** `Apply` or `Update`. */
  readonly operation: string
  readonly subresource?: string
}

type Path = readonly (string | number)[]

/** Answers for one object: the managers that own the field at a path. Empty for what the server itself filled in. */
export function fieldOwners(object: JsonObject): (path: Path) => readonly FieldOwner[] {
  const entries = (((object.metadata as JsonObject | undefined)?.managedFields ?? []) as readonly JsonObject[]).map((entry) => ({
    owner: {
      manager: String(entry.manager ?? ''),
      operation: String(entry.operation ?? ''),
      ...(entry.subresource ? { subresource: String(entry.subresource) } : {}),
    },
    fields: (entry.fieldsV1 ?? {}) as JsonObject,
  }))
  return (path) => entries.flatMap(({ owner, fields }) => (owns(fields, path, object) ? [owner] : []))
}

/** A node without children is owned with all below it; one with children is owned itself if it has a `.`. */
function owns(fields: JsonObject, path: Path, object: Json): boolean {
  let node: JsonObject = fields
  let value: Json | undefined = object
  for (const [i, part] of path.entries()) {
    if (i > 0 && Object.keys(node).length === 0) return true
    value = (value as Record<string | number, Json> | undefined)?.[part]
    const child = node[elementFor(node, part, value)]
    if (child === undefined) return false
    node = child as JsonObject
  }
  return Object.keys(node).length === 0 || '.' in node
}

/** `f:image`; for an item of a list `k:{"name":"web"}` (the keys that it has), `v:"text"`, or `i:0`. */
function elementFor(node: JsonObject, part: string | number, value: Json | undefined): string {
  if (typeof part === 'string') return `f:${part}`
  const byValue = `v:${goJson(value)}`
  if (byValue in node) return byValue
  const byKeys = Object.keys(node).find((element) => element.startsWith('k:') && hasKeys(value, readJson(element.slice(2)) as JsonObject))
  return byKeys ?? `i:${part}`
}

function hasKeys(value: Json | undefined, keys: JsonObject): boolean {
  return typeof value === 'object' && value !== null && Object.entries(keys).every(([key, wanted]) => (value as JsonObject)[key] === wanted)
}
