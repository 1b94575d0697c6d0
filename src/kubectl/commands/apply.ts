// kubectl apply: what the file asks for, what was applied last, and what is there, merged on the client; or, with --server-side, left to the server.
// Leaves out: --prune, folders, kustomize, --dry-run's printed objects.
// Upstream: kubectl pkg/cmd/apply/{apply,patcher}.go

import { createThreeWayPatch, goJson } from '../../engine/index'
import { CommandError } from '../context'
import { print, printError, type Step } from '../effects'
import { statusText } from '../errors'
import { LAST_APPLIED, lastAppliedOf, withLastApplied } from '../lastApplied'
import { manifestsToWrite, type Manifest } from '../manifests'
import { pathOf, query, schemaOf, typeName } from '../resources'
import { bodyOf, type Session } from '../session'
import { PATCH_TYPES } from './chosen'
import { dryRunFlag, dryRunNote, dryRunOf, validateFlag, writeOptions, type Command } from './command'

export const apply: Command = {
  flags: {
    ...dryRunFlag,
    ...validateFlag,
    filename: { type: 'list', short: 'f' },
    'server-side': { type: 'bool' },
    'force-conflicts': { type: 'bool' },
    'field-manager': { type: 'string' },
    prune: { type: 'bool', unmodelled: true },
    kustomize: { type: 'string', short: 'k', unmodelled: true },
    output: { type: 'string', short: 'o', unmodelled: true },
    wait: { type: 'bool', unmodelled: true },
  },
  *run(session) {
    const { args } = session.flags
    if (args.length > 0)
      throw new CommandError(`error: Unexpected args: [${args.join(' ')}]\nSee 'kubectl apply -h' for help and examples\n`)
    if (!session.flags.has('filename')) throw new CommandError('error: must specify one of -f and -k\n')
    const manifests = yield* manifestsToWrite(session)
    if (manifests.found.length === 0 && manifests.refusals === '') throw new CommandError('error: no objects passed to apply\n')
    let exit = 0
    for (const manifest of manifests.found) {
      if (manifest.name === '') throw new CommandError(namelessText(manifest))
      const done = session.flags.bool('server-side') ? yield* applyOnServer(session, manifest) : yield* applyOnClient(session, manifest)
      if (!done) exit = 1
    }
    if (manifests.refusals !== '') throw new CommandError(manifests.refusals)
    return exit
  },
}

function* applyOnServer(session: Session, { info, object, name, namespace, source }: Manifest): Step<boolean> {
  const { flags } = session
  const options = query({ ...writeOptions(session, 'kubectl'), force: flags.bool('force-conflicts') })
  const path = pathOf(info, namespace, name) + options
  const response = yield* session.ask({ method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body: goJson(object) })
  if (response.status >= 300) {
    yield* printError(statusText(response, `error when applying patch from "${source}": `))
    return false
  }
  yield* print(`${typeName(info)}/${name} serverside-applied${dryRunNote(session)}\n`)
  return true
}

function* applyOnClient(session: Session, manifest: Manifest): Step<boolean> {
  const { info, name, namespace, source } = manifest
  const path = pathOf(info, namespace, name)
  const options = query(writeOptions(session, 'kubectl-client-side-apply'))
  const shown = `${typeName(info)}/${name}`
  const file = withLastApplied(manifest.object)
  const found = yield* session.ask({ path })
  if (found.status === 404) {
    if (dryRunOf(session) !== 'client') {
      const made = yield* session.ask({ method: 'POST', path: pathOf(info, namespace) + options, body: file })
      if (made.status >= 300) return yield* refuse(made, `error when creating "${source}": `)
    }
    yield* print(`${shown} created${dryRunNote(session)}\n`)
    return true
  }
  if (found.status >= 300) return yield* refuse(found, `error when retrieving current configuration of "${source}": `)
  const live = bodyOf(found)
  const applied = lastAppliedOf(live)
  if (applied === null) yield* printError(missingAnnotation(`${info.resource}/${name}`))
  // How the lists of a kind are merged is known of built-in ones alone.
  const schema = schemaOf(info)
  const contentType = schema ? PATCH_TYPES.strategic : PATCH_TYPES.merge
  const patch = createThreeWayPatch(applied ?? {}, live, file, schema)
  if (Object.keys(patch).length === 0) {
    yield* print(`${shown} unchanged${dryRunNote(session)}\n`)
    return true
  }
  if (dryRunOf(session) !== 'client') {
    const patched = yield* session.ask({ method: 'PATCH', path: path + options, contentType, body: patch })
    if (patched.status >= 300)
      return yield* refuse(patched, `error when applying patch:\n${goJson(patch)}\nto:\n${shown}\nfor: "${source}": `)
  }
  yield* print(`${shown} configured${dryRunNote(session)}\n`)
  return true
}

function namelessText({ info, namespace, object, source }: Manifest): string {
  const { generateName } = (object.metadata ?? {}) as { readonly generateName?: string }
  if (generateName) return `error: from ${generateName}: cannot use generate name with apply\n`
  const { group, version, resource, kind } = info
  return `error: error when retrieving current configuration of:\nResource: "${group}/${version}, Resource=${resource}", GroupVersionKind: "${group}/${version}, Kind=${kind}"\nName: "", Namespace: "${namespace}"\nfrom server for: "${source}": resource name may not be empty\n`
}

function* refuse(response: Parameters<typeof statusText>[0], doing: string): Step<false> {
  yield* printError(statusText(response, doing))
  return false
}

const missingAnnotation = (name: string) =>
  `Warning: resource ${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`
