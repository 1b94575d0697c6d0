// Server-side apply: the body is what its manager has an opinion on; merged into what is there, or the object's beginning.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (applyPatcher)

import { applyServerSide, type Conflict } from '../api/apply/applyServerSide'
import { KUBECTL, withLastApplied } from '../api/apply/lastApplied'
import { typedError } from '../api/apply/typedErrors'
import { jsonType } from '../api/decodeError'
import { pathsOf } from '../api/fieldSets'
import type { Kind } from '../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../api/object'
import { withEntries } from '../api/managedFields'
import { entriesOfScale } from '../api/scaleFields'
import { parseJson } from '../api/parseJson'
import { badRequest, conflict, goError } from '../api/status'
import { isObject } from '../base/json'
import type { Facts } from '../base/why'
import { isUnreadable } from '../base/yamlQuote'
import { expectedOf, fieldValidationOf, strictFacts, tooLong, unmarshalErrors, wrongName } from './body'
import { ownershipOf } from './ownership'
import { placeIn } from './place'
import { isTrue } from './queryValues'
import { otherNamespace, refusal, type Refusal } from './refusal'
import type { RequestContext } from './requestContext'
import type { ServerState } from './serverState'
import { dropsEmpty } from './timestamps'

export function applied(ctx: RequestContext, server: ServerState): Refusal | null {
  const { namespaced } = ctx.kind as Kind
  const expected = expectedOf(ctx)
  const { group, version, kind, schema } = expected
  const ownVersion = groupVersion(group, version)
  const body = bodyOf(ctx, server)
  if ('status' in body) return body
  const given = isObject(body.value) ? body.value : {}
  ctx.body = given
  const word = (field: 'kind' | 'apiVersion') => (typeof given[field] === 'string' ? given[field] : '')
  // Without a version there is no group-version-kind at all, whatever the kind.
  const shown = gvkText(word('apiVersion'), word('kind'))
  if (shown !== gvkText(ownVersion, kind))
    return refusal(badRequest(`invalid object type: ${shown}`), 'otherKind', {
      kind: word('kind'),
      apiVersion: word('apiVersion'),
      expected: `${ownVersion} ${kind}`,
    })
  const metadata = isObject(given.metadata) ? given.metadata : {}
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    return refusal(badRequest('metadata.managedFields must be nil'), 'managedFieldsSent', { field: 'metadata.managedFields' })
  const text = (field: 'name' | 'namespace') => (typeof metadata[field] === 'string' ? metadata[field] : '')
  const shownName = `${text('namespace')}/${text('name')}`
  const wrong = typedError(given, schema)
  if (wrong)
    return refusal(
      goError(`failed to create typed patch object (${shownName}; ${shown}): ${wrong}`),
      'notOfSchema',
      ...wrong.split('\n').flatMap((line) => (line === 'errors:' ? [] : [{ problem: line.trim() }])),
    )
  const config: JsonObject = {
    ...given,
    metadata: { ...metadata, ...(ctx.old ? { name: ctx.info.name } : {}), ...(namespaced ? { namespace: ctx.info.namespace } : {}) },
  }
  const live = liveOf(ctx)
  // The scale of a custom resource is of no version that its kind could be converted to.
  const inconvertible =
    ctx.kind?.custom && ctx.subresource?.view ? `request to convert CR to an invalid group/version: ${ownVersion}` : null
  const notConverted = (what: string, problem: string) =>
    refusal(goError(`failed to ${what} to proper version: ${problem}`), 'notOfSchema', { problem })
  if (inconvertible !== null && !live?.metadata.managedFields?.length)
    return notConverted(`create manager for existing fields: failed to convert live object (/; ${shown})`, inconvertible)
  const result = applyServerSide({
    live,
    applied: config,
    manager: ctx.fieldManager,
    force: isTrue(ctx.info.query.get('force')),
    apiVersion: ownVersion,
    now: server.nowText,
    schema,
    ...ownershipOf(ctx, server),
  })
  if ('conflict' in result) return refusal(result.conflict, 'applyConflict', ...result.conflicts.map(conflictFacts))
  const misplaced =
    repeatedKeys(ctx, body.duplicates) ??
    strangeUid(ctx, metadata.uid) ??
    misplacedName(ctx, text('name') || (ctx.old?.metadata.name ?? ''), text('namespace'))
  if (misplaced) return misplaced
  if (inconvertible !== null) return notConverted(`convert new object (${shownName}; ${shown})`, inconvertible)
  const merged = ctx.fieldManager === KUBECTL ? withLastApplied(result.object, given) : result.object
  const whole = ctx.kind?.custom ? expected.decode(merged) : expected.convert(merged)
  if ('error' in whole) {
    const into = `failed to convert new object (${shownName}; ${shown}) to proper version: unable to convert unstructured object to ${shown}`
    return refusal(goError(`${into}: ${whole.error}`), 'wrongType', whole.at ?? { problem: whole.error })
  }
  ctx.namesEmpty = dropsEmpty(merged, whole.object)
  ctx.sentVersion = ctx.old && typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : ''
  const object = whole.object as ApiObject
  ctx.object = {
    kind,
    apiVersion: ownVersion,
    ...object,
    metadata: { ...object.metadata, resourceVersion: ctx.old?.metadata.resourceVersion },
  }
  return null
}

/** A view has no owners of its own: its parent's are its. */
function liveOf({ old, parent, subresource }: RequestContext): ApiObject | null {
  if (!old || !parent || !subresource?.view) return old
  return withEntries(old, entriesOfScale(parent.metadata.managedFields ?? [], subresource.view.replicas))
}

/** Who names a uid means an object that is there. */
function strangeUid({ old, info, kind, key }: RequestContext, uid: Json | undefined): Refusal | null {
  if (old || typeof uid !== 'string' || uid === '') return null
  const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
  return refusal(conflict(kind as Kind, info.name, why), 'precondition', { key, field: 'metadata.uid', sent: uid, stored: '' })
}

const conflictFacts = ({ entry: { manager, operation, subresource, apiVersion }, fields }: Conflict): Facts => ({
  manager: `${manager ?? ''}${subresource ? ` (${subresource})` : ''}`,
  operation: `${operation ?? ''} ${apiVersion ?? ''}`,
  field: pathsOf(fields).join(', '),
})

/** The URL's namespace stands in for the one that the body leaves out. */
function misplacedName({ info, kind }: RequestContext, name: string, namespace: string): Refusal | null {
  if (kind?.namespaced && namespace !== '' && namespace !== info.namespace) return otherNamespace(namespace, info.namespace)
  return wrongName(name, info.name)
}

function repeatedKeys(ctx: RequestContext, duplicates: readonly string[]): Refusal | null {
  if (duplicates.length === 0) return null
  const mode = fieldValidationOf(ctx)
  if (mode === 'Strict')
    return refusal(
      badRequest(`error strict decoding patch: error converting YAML to JSON: ${unmarshalErrors(duplicates)}`),
      'strictFields',
      ...strictFacts(duplicates),
    )
  if (mode === 'Warn') ctx.warnings.push(...duplicates)
  return null
}

function gvkText(apiVersion: string, kind: string): string {
  if (apiVersion === '' || apiVersion === '/') return `/, Kind=${kind}`
  if (apiVersion.split('/').length > 2) return '/, Kind='
  const { group, version } = parseGroupVersion(apiVersion)
  return `${group}/${version}, Kind=${kind}`
}

type ApplyBody = { readonly value: Json; readonly duplicates: readonly string[] } | Refusal

function bodyOf({ http }: RequestContext, server: ServerState): ApplyBody {
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

function objectOf(value: Json, duplicates: readonly string[]): ApplyBody {
  if (value === null || isObject(value)) return { value, duplicates }
  const why = `json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`
  return refusal(badRequest(`error decoding patch: error unmarshaling JSON: while decoding JSON: ${why}`), 'notAnObject', {
    expected: 'object',
    found: jsonType(value),
  })
}
