// Reads the objects of `-f FILE` (or `-f -`): several YAML documents, JSON, and Lists.
// Leaves out: folders, URLs, kustomize.
// Upstream: cli-runtime pkg/resource/visitor.go

import { parseYaml } from '../engine/api/yaml/yaml'
import { goJson, isObject, metadataProblem, type Json, type JsonObject } from '../engine/index'
import { CommandError, UnknownType, type ResourceInfo } from './context'
import { fieldValidationOf } from './commands/command'
import type { Step } from './effects'
import { findKind } from './resources'
import type { Session } from './session'

export interface Manifest {
  readonly info: ResourceInfo
  readonly object: JsonObject
  readonly name: string
  readonly namespace: string
  /** As kubectl names the source: `pod.yaml`, `STDIN`. */
  readonly source: string
}

export interface Manifests {
  readonly found: readonly Manifest[]
  /** Of those whose type the server does not have: told once the others are done with. */
  readonly refusals: string
}

/** Throws UnknownType if the server has not been asked what it serves by now. `validates`: the command checks objects before it decodes them. */
export function readManifests(session: Session, validates = false): Manifests {
  const found: Manifest[] = []
  let refusals = ''
  for (const { object, source } of objectsIn(session))
    try {
      found.push(manifest(session, object, source, validates))
    } catch (error) {
      if (!(error instanceof UnknownType) || !session.context.justAsked) throw error
      refusals += error.message
    }
  return { found, refusals }
}

/** Nothing is done if the type of one of them is not known. */
export function knownManifests(session: Session): readonly Manifest[] {
  const { found, refusals } = readManifests(session)
  if (refusals !== '') throw new CommandError(refusals)
  return found
}

/** What is to be written is checked first, unless --validate says not to; of a type that kubectl was not built with, it looks before that whether there is a definition. */
export function* manifestsToWrite(session: Session): Step<Manifests> {
  const manifests = readManifests(session, fieldValidationOf(session) !== 'Ignore')
  if (manifests.refusals !== '' || manifests.found.some(({ info, object }) => info.kind !== object.kind))
    yield* session.ask({ path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions' })
  return manifests
}

function objectsIn(session: Session): readonly { readonly object: JsonObject; readonly source: string }[] {
  return session.flags.list('filename').flatMap((file) => {
    const text = file === '-' ? session.stdin : session.file(file)
    if (text === undefined) throw new CommandError(`error: the path "${file}" does not exist\n`)
    const source = file === '-' ? 'STDIN' : file
    const parsed = parseYaml(text)
    if ('error' in parsed) throw new CommandError(`error: error parsing ${source}: error converting YAML to JSON: ${parsed.error}\n`)
    return parsed.documents.flatMap((object) => {
      if (!isObject(object))
        throw new CommandError(`error: error validating "${source}": error validating data: invalid object to validate\n`)
      const { kind } = object
      const list = typeof kind === 'string' && kind.endsWith('List') && Array.isArray(object.items)
      return (list ? (object.items as readonly Json[]) : [object]).map((item) => ({ object: isObject(item) ? item : {}, source }))
    })
  })
}

function manifest(session: Session, object: JsonObject, source: string, validates: boolean): Manifest {
  const { apiVersion, kind } = object
  if (validates) checkType(object, source)
  if (typeof kind !== 'string' || kind === '')
    throw new CommandError(`error: unable to decode "${source}": Object 'Kind' is missing in '${goJson(object)}'\n`)
  const unread = metadataProblem(object)
  if (unread !== null) throw new CommandError(`error: unable to decode "${source}": ${unread}\n`)
  const metadata = isObject(object.metadata) ? object.metadata : {}
  const text = (field: 'name' | 'namespace') => (typeof metadata[field] === 'string' ? metadata[field] : undefined)
  const version = typeof apiVersion === 'string' ? apiVersion : ''
  const info = findKind(session.resources, version, kind)
  if (!info)
    throw new UnknownType(
      `error: resource mapping not found for name: "${text('name') ?? ''}" namespace: "${text('namespace') ?? ''}" from "${source}": no matches for kind "${kind}" in version "${version}"\nensure CRDs are installed first\n`,
    )
  const asked = session.flags.text('namespace')
  const given = text('namespace')
  if (info.namespaced && asked !== undefined && given !== undefined && asked !== given)
    throw new CommandError(
      `error: the namespace from the provided object "${given}" does not match the namespace "${asked}". You must pass '--namespace=${given}' to perform this operation.\n`,
    )
  const namespace = given ?? session.namespace
  const placed = info.namespaced && given === undefined ? { ...object, metadata: { ...metadata, namespace } } : object
  return { info, object: placed, name: text('name') ?? '', namespace, source }
}

function checkType({ apiVersion, kind }: JsonObject, source: string): void {
  const unset = Object.entries({ apiVersion, kind }).flatMap(([field, value]) => (value ? [] : [`${field} not set`]))
  if (unset.length === 0) return
  const problem = unset.length === 1 ? unset[0]! : `[${unset.join(', ')}]`
  throw new CommandError(
    `error: error validating "${source}": error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false\n`,
  )
}
