// kubectl delete: asks for each object, says so, then waits until they are gone.
// Leaves out: --raw, several -f folders.
// Upstream: kubectl pkg/cmd/delete/delete.go, pkg/cmd/wait

import type { HttpResponse, JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import type { ResourceInfo } from '../context'
import { close, next, print, printError } from '../effects'
import type { Step } from '../effects'
import { statusText } from '../errors'
import { readManifests } from '../manifests'
import { pathOf, query, typeName, watchPathOf } from '../resources'
import { bodyOf } from '../session'
import type { Session } from '../session'
import { selectorFlags, targetsOf } from '../targets'
import { dryRunFlag, dryRunNote, dryRunOf } from './command'
import type { Command } from './command'

interface Doomed {
  readonly info: ResourceInfo
  readonly name: string
  readonly namespace: string
  readonly source?: string
}

export const deleteCommand: Command = {
  flags: {
    ...selectorFlags,
    ...dryRunFlag,
    filename: { type: 'list', short: 'f' },
    all: { type: 'bool' },
    force: { type: 'bool' },
    now: { type: 'bool' },
    'grace-period': { type: 'int' },
    wait: { type: 'bool' },
    cascade: { type: 'string', bare: 'background' },
    'ignore-not-found': { type: 'bool' },
    output: { type: 'string', short: 'o' },
    timeout: { type: 'string', unmodelled: true },
    interactive: { type: 'bool', short: 'i', unmodelled: true },
  },
  *run(session) {
    const { flags } = session
    const force = flags.bool('force')
    const grace = flags.bool('now') ? 1 : (flags.int('grace-period') ?? (force ? 0 : undefined))
    if (flags.bool('now') && flags.has('grace-period'))
      throw new CommandError('error: --now and --grace-period cannot be specified together\n')
    if (force)
      yield* printError(
        'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
      )
    // Without --force a grace period of 0 becomes 1 second: the API server would drop the object at once.
    const seconds = grace === 0 && !force ? 1 : grace
    const body: JsonObject = {
      ...(seconds === undefined || seconds < 0 ? {} : { gracePeriodSeconds: seconds }),
      propagationPolicy:
        { background: 'Background', orphan: 'Orphan', foreground: 'Foreground' }[flags.text('cascade') ?? 'background'] ?? 'Background',
      ...(dryRunOf(session) === 'server' ? { dryRun: ['All'] } : {}),
    }
    let exit = 0
    const { found, refusals } = yield* select(session)
    const awaited: (Doomed & { uid: string })[] = []
    for (const doomed of found) {
      const { info, name, namespace, source } = doomed
      if (dryRunOf(session) !== 'client') {
        const response = yield* session.ask({ method: 'DELETE', path: pathOf(info, namespace, name), body })
        if (response.status >= 300) {
          // What is not there is looked for all the same, where that is no error.
          if (response.status === 404 && (flags.bool('ignore-not-found') || flags.bool('all'))) awaited.push({ ...doomed, uid: '' })
          else {
            yield* printError(statusText(response, source === undefined ? '' : `error when deleting "${source}": `))
            exit = 1
          }
          continue
        }
        awaited.push({ ...doomed, uid: uidOf(bodyOf(response)) })
      }
      const where = info.namespaced ? ` from ${namespace} namespace` : ''
      const verb = force ? 'force deleted' : 'deleted'
      const line = `${typeName(info)} "${name}" ${verb}${where}${dryRunNote(session)}\n`
      yield* print(flags.text('output') === 'name' ? `${typeName(info)}/${name}\n` : line)
    }
    if (found.length === 0) yield* print('No resources found\n')
    const waits = (flags.has('wait') ? flags.bool('wait') : true) && dryRunOf(session) === 'none'
    // After an error it waits for nothing.
    if (waits && exit === 0 && refusals === '') for (const one of awaited) if (!(yield* waitGone(session, one))) break
    if (refusals !== '') throw new CommandError(refusals)
    return exit
  },
}

function* select(session: Session): Step<{ readonly found: readonly Doomed[]; readonly refusals: string }> {
  const { flags } = session
  if (flags.has('filename')) return readManifests(session)
  if (flags.args.length === 0)
    throw new CommandError(
      "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n",
    )
  const found: Doomed[] = []
  for (const { info, name } of targetsOf(session, flags.args, 'kubectl delete')) {
    if (name !== undefined) {
      found.push({ info, name, namespace: session.namespace })
      continue
    }
    if (!flags.bool('all') && !flags.has('selector') && !flags.has('field-selector'))
      throw new CommandError('error: resource(s) were provided, but no name was specified\n')
    const values = { labelSelector: flags.text('selector'), fieldSelector: flags.text('field-selector') }
    const list = yield* session.get({ path: pathOf(info, flags.bool('all-namespaces') ? null : session.namespace) + query(values) })
    for (const item of (list.items ?? []) as readonly { metadata: { name: string; namespace?: string } }[])
      found.push({ info, name: item.metadata.name, namespace: item.metadata.namespace ?? session.namespace })
  }
  return { found, refusals: '' }
}

/** False: it may not look, which is no error; for the others it does not wait either. */
function* waitGone(session: Session, { info, name, namespace, uid }: Doomed & { uid: string }): Step<boolean> {
  const response = yield* session.ask({ path: pathOf(info, namespace, name) })
  if (response.status === 404) return true
  if (response.status >= 300) return unseen(response)
  if (uid !== '' && uidOf(bodyOf(response)) !== uid) return true
  const { stream, response: refused } = yield* session.open({ path: watchPathOf(info, namespace, name) })
  if (stream === null) return unseen(refused)
  let seen = false
  for (;;) {
    const piece = yield* next(stream)
    if (piece === null) return true
    if (typeof piece === 'string' || 'timeout' in piece) continue
    const same = piece.type !== 'BOOKMARK' && (uid === '' || uidOf(piece.object) === uid)
    if (piece.type === 'ADDED' && same) seen = true
    // The bookmark ends the initial events: an object that was not among them went away in between.
    const over = (piece.type === 'DELETED' && same) || (piece.type === 'BOOKMARK' && !seen) || (piece.type === 'ADDED' && !same)
    if (!over) continue
    yield* close(stream)
    return true
  }
}

function unseen(response: HttpResponse): false {
  if (response.status === 403 || response.status === 405) return false
  throw new CommandError(statusText(response))
}

/** Of the object itself, or of the Status that tells of it. */
function uidOf(body: JsonObject): string {
  const { metadata, details } = body as { metadata?: { uid?: string }; details?: { uid?: string } }
  return metadata?.uid ?? details?.uid ?? ''
}
