// Reads the objects of `-f FILE` (or `-f -`): several YAML documents, JSON, and Lists.
// Leaves out: folders, URLs, kustomize.
// Upstream: cli-runtime pkg/resource/visitor.go

import { parseAllDocuments } from 'yaml'
import { isObject, type JsonObject } from '../engine/index'
import { CommandError, UnknownType, type ResourceInfo } from './context'
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

/** Of a type that kubectl was not built with, it looks whether there is a definition before it checks the object. */
export function* lookForDefinitions(session: Session, { found, refusals }: Manifests): Step<void> {
  if (refusals !== '' || found.some(({ info, object }) => info.kind !== object.kind))
    yield* session.ask({ path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions' })
}

function objectsIn(session: Session): readonly { readonly object: JsonObject; readonly source: string }[] {
  return session.flags.list('filename').flatMap((file) => {
    const text = file === '-' ? session.stdin : session.context.files[file.replace(/^\.\//, '')]
    if (text === undefined) throw new CommandError(`error: the path "${file}" does not exist\n`)
    const source = file === '-' ? 'STDIN' : file
    const documents = parseAllDocuments(text, { version: '1.1', logLevel: 'silent' })
    return (Array.isArray(documents) ? documents : []).flatMap((document) => {
      const [problem] = document.errors
      if (problem)
        throw new CommandError(`error: error parsing ${source}: error converting YAML to JSON: yaml: ${problem.message.split('\n')[0]}\n`)
      const value: unknown = document.toJS()
      if (value === null || value === undefined) return []
      if (!isObject(value))
        throw new CommandError(`error: error validating "${source}": error validating data: invalid object to validate\n`)
      const object = value as JsonObject
      const list = String(object.kind).endsWith('List') && Array.isArray(object.items)
      return (list ? (object.items as readonly JsonObject[]) : [object]).map((item) => ({ object: item, source }))
    })
  })
}

function manifest(session: Session, object: JsonObject, source: string, validates: boolean): Manifest {
  const { apiVersion, kind } = object
  if (validates) checkType(object, source)
  if (typeof kind !== 'string' || kind === '')
    throw new CommandError(`error: unable to decode "${source}": Object 'Kind' is missing in '${JSON.stringify(object)}'\n`)
  const metadata = (object.metadata ?? {}) as { name?: string; namespace?: string }
  const info = findKind(session.resources, String(apiVersion ?? ''), kind)
  if (!info)
    throw new UnknownType(
      `error: resource mapping not found for name: "${metadata.name ?? ''}" namespace: "${metadata.namespace ?? ''}" from "${source}": no matches for kind "${kind}" in version "${String(apiVersion ?? '')}"\nensure CRDs are installed first\n`,
    )
  const asked = session.flags.text('namespace')
  if (info.namespaced && asked !== undefined && metadata.namespace !== undefined && asked !== metadata.namespace)
    throw new CommandError(
      `error: the namespace from the provided object "${metadata.namespace}" does not match the namespace "${asked}". You must pass '--namespace=${metadata.namespace}' to perform this operation.\n`,
    )
  const namespace = metadata.namespace ?? session.namespace
  const placed = info.namespaced && metadata.namespace === undefined ? { ...object, metadata: { ...metadata, namespace } } : object
  return { info, object: placed, name: metadata.name ?? '', namespace, source }
}

function checkType({ apiVersion, kind }: JsonObject, source: string): void {
  const unset = Object.entries({ apiVersion, kind }).flatMap(([field, value]) => (value ? [] : [`${field} not set`]))
  if (unset.length === 0) return
  const problem = unset.length === 1 ? unset[0]! : `[${unset.join(', ')}]`
  throw new CommandError(
    `error: error validating "${source}": error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false\n`,
  )
}
