// Server-side apply: the body is what its manager has an opinion on; merged into what is there, or the object's beginning.
// Upstream: apiserver pkg/endpoints/handlers/patch.go (applyPatcher)

import { applyServerSide } from '../../api/apply/applyServerSide'
import type { Conflict } from '../../api/apply/conflicts'
import { KUBECTL, withLastApplied } from '../../api/apply/lastApplied'
import { typedError } from '../../api/apply/typedErrors'
import { pathsOf } from '../../api/managedfields/fieldSets'
import type { Kind } from '../../api/kind'
import { groupVersion, parseGroupVersion, type ApiObject, type Json, type JsonObject } from '../../api/object'
import { withEntries } from '../../api/managedfields/entries'
import { entriesOfScale } from '../../api/managedfields/scaleFields'
import type { StructSchema } from '../../api/schema/schema'
import { badRequest, conflict, goError } from '../../api/errors/status'
import { isObject } from '../../base/json'
import type { Facts } from '../../base/why'
import { expectedOf, type Expected } from '../body/expected'
import { unmarshalErrors, validateFields } from '../body/fieldValidation'
import { ownershipOf } from '../ownership'
import { isTrue } from '../queryValues'
import { otherNamespace, refusal, wrongName, type Refusal } from '../refusal'
import type { RequestContext } from '../requestContext'
import type { ServerState } from '../serverState'
import { dropsEmpty } from '../timestamps'
import { readConfiguration } from './readConfiguration'

/** Sets the request's object to what the applied configuration makes of it; says why, if that cannot be. */
export function applyObject(ctx: RequestContext, server: ServerState): Refusal | null {
  const expected = expectedOf(ctx)
  const ownVersion = groupVersion(expected.group, expected.version)
  const body = readConfiguration(ctx, server)
  if ('status' in body) return body
  const given = body.value
  ctx.body = given
  const shown = gvkText(textOf(given.apiVersion), textOf(given.kind))
  const unfit = wrongType(given, expected) ?? managedFieldsSent(given) ?? notOfSchema(given, expected.schema, shown)
  if (unfit) return unfit
  const metadata = metadataOf(given)
  const live = liveOf(ctx)
  // The scale of a custom resource is of no version that its kind could be converted to.
  const inconvertible =
    ctx.kind?.custom && ctx.subresource?.view ? `request to convert CR to an invalid group/version: ${ownVersion}` : null
  if (inconvertible !== null && !live?.metadata.managedFields?.length)
    return notConverted(`create manager for existing fields: failed to convert live object (/; ${shown})`, inconvertible)
  const result = applyServerSide({
    live,
    applied: withPlace(ctx, given),
    manager: ctx.fieldManager,
    force: isTrue(ctx.info.query.get('force')),
    apiVersion: ownVersion,
    now: server.nowText,
    schema: expected.schema,
    ...ownershipOf(ctx, server),
  })
  if ('conflict' in result) return refusal(result.conflict, 'applyConflict', ...result.conflicts.map(conflictFacts))
  const misplaced = repeatedKeys(ctx, body.duplicates) ?? strangeUid(ctx, metadata.uid) ?? misplacedName(ctx, metadata)
  if (misplaced) return misplaced
  const converting = `convert new object (${objectText(metadata)}; ${shown})`
  if (inconvertible !== null) return notConverted(converting, inconvertible)
  const merged = ctx.fieldManager === KUBECTL ? withLastApplied(result.object, given) : result.object
  const decoded = ctx.kind?.custom ? expected.decode(merged) : expected.convert(merged)
  if ('error' in decoded) {
    const into = `failed to ${converting} to proper version: unable to convert unstructured object to ${shown}`
    return refusal(goError(`${into}: ${decoded.error}`), 'wrongType', decoded.at ?? { problem: decoded.error })
  }
  const object = decoded.object as ApiObject
  ctx.namesEmpty = dropsEmpty(merged, object)
  ctx.sentVersion = ctx.old ? textOf(metadata.resourceVersion) : ''
  ctx.object = {
    kind: expected.kind,
    apiVersion: ownVersion,
    ...object,
    metadata: { ...object.metadata, resourceVersion: ctx.old?.metadata.resourceVersion },
  }
  return null
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const metadataOf = ({ metadata }: JsonObject): JsonObject => (isObject(metadata) ? metadata : {})
const objectText = ({ namespace, name }: JsonObject): string => `${textOf(namespace)}/${textOf(name)}`

/** Why a configuration is not of the kind and version that the path takes; null where it is. */
function wrongType({ kind, apiVersion }: JsonObject, expected: Expected): Refusal | null {
  const ownVersion = groupVersion(expected.group, expected.version)
  const shown = gvkText(textOf(apiVersion), textOf(kind))
  if (shown === gvkText(ownVersion, expected.kind)) return null
  return refusal(badRequest(`invalid object type: ${shown}`), 'otherKind', {
    kind: textOf(kind),
    apiVersion: textOf(apiVersion),
    expected: `${ownVersion} ${expected.kind}`,
  })
}

/** Without a version there is no group-version-kind at all, whatever the kind. */
function gvkText(apiVersion: string, kind: string): string {
  if (apiVersion === '' || apiVersion === '/') return `/, Kind=${kind}`
  if (apiVersion.split('/').length > 2) return '/, Kind='
  const { group, version } = parseGroupVersion(apiVersion)
  return `${group}/${version}, Kind=${kind}`
}

function managedFieldsSent(given: JsonObject): Refusal | null {
  const { managedFields } = metadataOf(given)
  if (managedFields === undefined || managedFields === null) return null
  return refusal(badRequest('metadata.managedFields must be nil'), 'managedFieldsSent', { field: 'metadata.managedFields' })
}

function notOfSchema(given: JsonObject, schema: StructSchema, shown: string): Refusal | null {
  const wrong = typedError(given, schema)
  if (!wrong) return null
  return refusal(
    goError(`failed to create typed patch object (${objectText(metadataOf(given))}; ${shown}): ${wrong}`),
    'notOfSchema',
    ...wrong.split('\n').flatMap((line) => (line === 'errors:' ? [] : [{ problem: line.trim() }])),
  )
}

const notConverted = (what: string, problem: string): Refusal =>
  refusal(goError(`failed to ${what} to proper version: ${problem}`), 'notOfSchema', { problem })

/** With the name and namespace of the URL, which the body may leave out. */
function withPlace({ old, info, kind }: RequestContext, given: JsonObject): JsonObject {
  const place = { ...(old ? { name: info.name } : {}), ...(kind?.namespaced ? { namespace: info.namespace } : {}) }
  return { ...given, metadata: { ...metadataOf(given), ...place } }
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
function misplacedName({ info, kind, old }: RequestContext, metadata: JsonObject): Refusal | null {
  const namespace = textOf(metadata.namespace)
  if (kind?.namespaced && namespace !== '' && namespace !== info.namespace) return otherNamespace(namespace, info.namespace)
  return wrongName(textOf(metadata.name) || old?.metadata.name, info.name)
}

const repeatedKeys = (ctx: RequestContext, duplicates: readonly string[]): Refusal | null =>
  validateFields(ctx, duplicates, (_, facts) =>
    refusal(
      badRequest(`error strict decoding patch: error converting YAML to JSON: ${unmarshalErrors(duplicates)}`),
      'strictFields',
      ...facts,
    ),
  )
