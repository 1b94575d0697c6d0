// Decoding, defaults and validation against what a real v1.37.2 answered to the same bodies (conformance/{create,kinds}).
// Only POSTs to a kind's own collection; what admission and the registry add is compared elsewhere, by whole exchanges.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isObject } from '../../base/json'
import { decodeObject } from '../decode'
import type { FieldError } from '../fieldErrors'
import type { Kind } from '../kind'
import type { ApiObject, Json, JsonObject } from '../object'
import { createScheme } from '../scheme'
import { invalid } from '../status'
import { validateObjectMeta } from '../validation/objectMeta'
import { without } from '../without'
import { builtinKinds } from './builtin'

interface Step {
  readonly method: string
  readonly path: string
  readonly body?: Json
  readonly response: { readonly status: number; readonly body: JsonObject }
}

/** Answered by later stages, which this test leaves out: allocation by the registry, admission. */
const ELSEWHERE = new Set([
  'create/create-limit-range.json step 2',
  'kinds/kind-service.json step 4',
  'kinds/kind-service.json step 5',
  'kinds/x-kind-service-mistakes.json step 5',
])
/** Rules that are not modelled yet. Each must fail: one that begins to pass has to leave this list. */
const OPEN = new Set([
  'create/x-create-lifecycle.json step 3',
  'create/x-create-os.json step 3',
  'create/x-create-os.json step 4',
  'create/x-create-os.json step 5',
  'kinds/kind-secret.json step 4',
  'kinds/x-kind-event-new.json step 3',
  'kinds/x-kind-node.json step 3',
  'kinds/x-kind-service-mistakes.json step 6',
  'kinds/x-kind-service-mistakes.json step 7',
  'kinds/x-kind-service-mistakes.json step 9',
])

const scheme = createScheme(builtinKinds)
const folder = new URL('../../../../conformance/', import.meta.url)
const recordings = ['create', 'kinds'].flatMap((group) =>
  readdirSync(new URL(group, folder))
    .filter((f) => f.endsWith('.json'))
    .map((f) => `${group}/${f}`),
)
const cases = recordings.flatMap((file) => {
  const { namespace, steps } = JSON.parse(readFileSync(new URL(file, folder), 'utf8').replaceAll('{{ns}}', 'ns-under-test')) as {
    namespace?: string
    steps: readonly Step[]
  }
  const own = (text: Json) => JSON.parse(JSON.stringify(text ?? null).replaceAll(namespace ?? '{{ns}}', 'ns-under-test')) as JsonObject
  return steps.flatMap((step, i) => {
    const kind = step.method === 'POST' ? kindOf(step.path) : undefined
    if (!kind || !isObject(step.body) || !isObject(step.response?.body) || (step.body.kind ?? kind.kind) !== kind.kind) return []
    if (ELSEWHERE.has(`${file} step ${i + 1}`)) return []
    return [
      {
        title: `${file} step ${i + 1}`,
        kind,
        path: step.path,
        body: step.body,
        status: step.response.status,
        answer: own(step.response.body),
      },
    ]
  })
})

const rule = (title: string) => (OPEN.has(title) ? it.fails : it)

describe('what a real server answered', () => {
  for (const c of cases.filter(
    (c) => c.status === 422 && isObject(c.answer.details) && c.answer.details.causes && String(c.answer.message).startsWith(c.kind.kind),
  ))
    rule(c.title)(`is refused with the same words: ${c.title}`, () => expect(answer(c.kind, c.path, c.body)).toEqual(c.answer.message))
  for (const c of cases.filter(
    (c) => c.status === 400 && /unmarshal|unable to parse|quantities must|illegal base64/.test(String(c.answer.message)),
  ))
    rule(c.title)(`cannot be decoded, in the same words: ${c.title}`, () =>
      expect(answer(c.kind, c.path, c.body)).toEqual(c.answer.message),
    )
  for (const c of cases.filter((c) => c.status === 201))
    rule(c.title)(`is filled in with the same values: ${c.title}`, () => {
      const made = answer(c.kind, c.path, c.body, (c.answer as ApiObject).metadata.name)
      expect(typeof made === 'string' ? made : pickLike(c.answer, made)).toEqual(typeof made === 'string' ? 'an object' : made)
    })
})

function kindOf(path: string): Kind | undefined {
  const [url = ''] = path.split('?')
  const parts = url.split('/').filter(Boolean)
  const [group, version] = parts[0] === 'api' ? ['', parts[1]] : [parts[1], parts[2]]
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3)
  const own = rest[0] === 'namespaces' && rest.length > 1 ? rest.slice(2) : rest
  const kind = own.length === 1 ? scheme.byResource(group ?? '', version ?? '', own[0] ?? '') : undefined
  return kind?.storage ? kind : undefined
}

/** The object as it would be handed to admission and storage, or the refusal's message. */
function answer(kind: Kind, path: string, body: JsonObject, recordedName?: string): string | JsonObject {
  const decoded = decodeObject(kind.schema, body)
  if ('error' in decoded) return `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${decoded.error}`
  const given = { ...decoded.object, metadata: isObject(decoded.object.metadata) ? decoded.object.metadata : {} } as ApiObject
  let object = kind.storedAs?.toStored(given) ?? given
  object = kind.defaults?.(object) ?? object
  // What the registry does between admission and validation: its own metadata, and a name from generateName.
  const meta = without(object.metadata, 'uid', 'creationTimestamp', 'selfLink')
  object = { ...object, metadata: meta.generateName && !meta.name ? { ...meta, name: recordedName ?? `${meta.generateName}abcde` } : meta }
  const namespace = /\/namespaces\/([^/?]+)\//.exec(path)?.[1]
  if (kind.namespaced && namespace) object = { ...object, metadata: { ...object.metadata, namespace } }
  object = kind.prepareForCreate?.(object, { now: '2026-01-15T10:00:00Z' }) ?? object
  const errors: readonly FieldError[] = [
    ...validateObjectMeta(object.metadata, kind.namespaced, kind.nameRule ?? 'dnsSubdomain'),
    ...(kind.validate?.(object) ?? []),
  ]
  const name = object.metadata.name ?? object.metadata.generateName ?? ''
  return errors.length > 0
    ? String(invalid(kind.storedAs?.group ?? kind.group, kind.kind, name, errors).message)
    : (kind.storedAs?.fromStored(object) ?? object)
}

/** What the recording has at the places that ours has: admission only adds. */
function pickLike(theirs: Json | undefined, ours: Json | undefined): Json | undefined {
  if (Array.isArray(ours) && Array.isArray(theirs))
    return theirs.slice(0, ours.length).map((item: Json, i) => pickLike(item, ours[i] as Json) ?? null)
  if (!isObject(ours) || !isObject(theirs)) return theirs
  return Object.fromEntries(
    Object.keys(ours).flatMap((k) => (k in theirs || ours[k] !== undefined ? [[k, pickLike(theirs[k], ours[k])]] : [])),
  )
}
