// kubectl replace: the whole object is written as the file has it, over the version that is there unless the file names one.
// Leaves out: --force, --raw, printed objects.
// Upstream: kubectl pkg/cmd/replace/replace.go, cli-runtime pkg/resource/helper.go (Replace)

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, printError, type Step } from '../effects'
import { statusText } from '../errors'
import { manifestsToWrite, type Manifest } from '../manifests'
import { pathOf, query, typeName } from '../resources'
import { bodyOf, type Session } from '../session'
import { dryRunFlag, dryRunNote, dryRunOf, validateFlag, writeOptions, type Command } from './command'

export const replace: Command = {
  flags: {
    ...dryRunFlag,
    ...validateFlag,
    filename: { type: 'list', short: 'f' },
    'field-manager': { type: 'string' },
    force: { type: 'bool', unmodelled: true },
    kustomize: { type: 'string', short: 'k', unmodelled: true },
    raw: { type: 'string', unmodelled: true },
    output: { type: 'string', short: 'o', unmodelled: true },
  },
  *run(session) {
    if (!session.flags.has('filename')) throw new CommandError('error: must specify one of -f and -k\n')
    const manifests = yield* manifestsToWrite(session)
    let exit = 0
    for (const manifest of manifests.found) if (!(yield* put(session, manifest))) exit = 1
    if (manifests.refusals !== '') throw new CommandError(manifests.refusals)
    return exit
  },
}

function* put(session: Session, { info, object, name, namespace, source }: Manifest): Step<boolean> {
  if (dryRunOf(session) !== 'client') {
    const path = pathOf(info, namespace, name)
    const options = query(writeOptions(session, 'kubectl-replace'))
    const body = yield* overPresent(session, path, object)
    const response = yield* session.ask({ method: 'PUT', path: path + options, body })
    if (response.status >= 300) {
      yield* printError(statusText(response, `error when replacing "${source}": `))
      return false
    }
  }
  yield* print(`${typeName(info)}/${name} replaced${dryRunNote(session)}\n`)
  return true
}

/** Without a version of its own it takes the present one's; there may be none. */
function* overPresent(session: Session, path: string, object: JsonObject): Step<JsonObject> {
  const metadata = object.metadata as JsonObject
  if (metadata.resourceVersion) return object
  const present = yield* session.ask({ path })
  if (present.status >= 300) return object
  const { resourceVersion } = bodyOf(present).metadata as { readonly resourceVersion: string }
  return { ...object, metadata: { ...metadata, resourceVersion } }
}
