// The body of an apply: YAML, or JSON, of one object.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (applyPatcher.applyPatchToCurrentObject)

import { badRequest } from '../../api/errors/status'
import type { Json, JsonObject } from '../../api/object'
import { jsonType } from '../../api/serializer/decodeError'
import { deepTextError, parseJson } from '../../api/serializer/parseJson'
import { isObject } from '../../base/json'
import { isUnreadable } from '../../base/yamlQuote'
import { placeIn } from '../body/place'
import { tooLong } from '../body/readBody'
import { refusal, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'

export interface Configuration {
  /** Empty where nothing was sent. */
  readonly value: JsonObject
  /** Keys that were repeated, as a strict reader says it. */
  readonly duplicates: readonly string[]
}

export function readConfiguration({ http }: RequestContext, server: ServerState): Configuration | Refusal {
  const { body } = http
  if (body !== undefined && typeof body !== 'string') return { value: body, duplicates: [] }
  const text = body ?? ''
  const long = tooLong(text)
  if (long) return long
  // JSON is YAML; only its reader is there without the YAML one.
  const json = parseJson(text)
  const isPlain = !('error' in json) && json.duplicates.length === 0 && !isUnreadable(text)
  if (!('error' in json) && (isPlain || !server.yaml)) return objectOf(json.value, json.duplicates)
  const parsed = server.yaml?.parseYaml(text) ?? json
  if ('error' in parsed) {
    const { error: problem, at } = parsed
    // What begins as JSON is not read twice.
    const stage = text.trimStart().startsWith('{') ? 'decoding patch: error converting YAML to JSON' : 'encoding patch'
    return refusal(badRequest(`error ${stage}: ${problem}`), 'notYaml', { ...placeIn(text, at), problem })
  }
  return objectOf('documents' in parsed ? (parsed.documents[0] ?? null) : parsed.value, parsed.duplicates)
}

function objectOf(value: Json, duplicates: readonly string[]): Configuration | Refusal {
  const undecoded = (why: string) => badRequest(`error decoding patch: error unmarshaling JSON: while decoding JSON: ${why}`)
  const problem = deepTextError(value)
  if (problem !== null) return refusal(undecoded(problem), 'notYaml', { problem })
  if (value === null || isObject(value)) return { value: value ?? {}, duplicates }
  const found = jsonType(value)
  const why = `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`
  return refusal(undecoded(why), 'notAnObject', { expected: 'object', found })
}
