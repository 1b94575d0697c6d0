// kubectl rollout: status, history, undo, pause, resume and restart of what is rolled out.
// Upstream: kubectl pkg/cmd/rollout

import { equalJson, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import type { Described } from '../describe/parts'
import { close, next, now, print, type Step } from '../effects'
import { failedAt, saidOf, statusText, unknownCommand } from '../errors'
import type { FlagTable } from '../flags'
import { pathOf, query, typeName, watchPathOf } from '../resources'
import { showHistory, undo } from '../rollout/history'
import { statusViewers } from '../rollout/rolloutStatus'
import { bodyOf, type Session } from '../session'
import { chosen, chosenFlags, PATCH_TYPES, type Chosen } from './chosen'
import { dryRunFlag, type Command } from './command'

/** What went wrong, where it goes on with the next one all the same. */
type Action = (session: Session, target: Chosen) => Step<string | void>

const pause: Action = (session, target) =>
  write(session, target, 'paused', { spec: { paused: true } }, paused(target) && `${named(target)} is already paused`)
const resume: Action = (session, target) =>
  write(session, target, 'resumed', { spec: { paused: null } }, !paused(target) && `${named(target)} is not paused`)
const restart: Action = function* (session, target) {
  const time = new Date(yield* now()).toISOString().replace(/\.\d+Z$/, 'Z')
  const metadata = { annotations: { 'kubectl.kubernetes.io/restartedAt': time } }
  const refusal = paused(target) && "can't restart paused deployment (run rollout resume first)"
  return yield* write(session, target, 'restarted', { spec: { template: { metadata } } }, refusal)
}

/** The same for each that is chosen. */
function each(word: string, flags: FlagTable, action: Action): Command {
  return {
    flags: { selector: chosenFlags.selector!, filename: chosenFlags.filename!, ...flags },
    *run(session) {
      const { args } = session.flags
      if (args.length === 0 && !session.flags.has('filename')) throw new CommandError('error: required resource not specified\n')
      const problems: string[] = []
      for (const target of yield* chosen(session, args, `kubectl rollout ${word}`)) {
        const problem = yield* action(session, target)
        if (problem) problems.push(problem)
      }
      if (problems.length > 0) throw failedAt(problems)
      return 0
    },
  }
}

const output: FlagTable = { output: { type: 'string', short: 'o', unmodelled: true } }

export const rollout: Command = {
  flags: {},
  subcommands: {
    status: each(
      'status',
      {
        watch: { type: 'bool', short: 'w' },
        revision: { type: 'int', unmodelled: true },
        timeout: { type: 'string', unmodelled: true },
      },
      status,
    ),
    history: each('history', { ...output, revision: { type: 'int' } }, showHistory),
    undo: each('undo', { ...output, ...dryRunFlag, 'to-revision': { type: 'int' } }, undo),
    pause: each('pause', output, pause),
    resume: each('resume', output, resume),
    restart: each('restart', output, restart),
  },
  *run({ flags }) {
    throw unknownCommand('kubectl rollout', flags.args)
  },
}

const named = ({ info, name }: Chosen) => `${info.resource}${info.group ? `.${info.group}` : ''} "${name}"`
const paused = ({ object }: Chosen) => Boolean((object.spec as { paused?: boolean }).paused)

/** `refusal`: why it cannot be, if it cannot. */
function* write(session: Session, target: Chosen, done: string, body: JsonObject, refusal: string | false): Step<string | void> {
  const { info, name, namespace, object } = target
  if (!statusViewers[info.kind] || (done !== 'restarted' && info.kind !== 'Deployment'))
    throw new CommandError(`error: ${named(target)} ${done === 'restarted' ? 'restarting' : done.replace(/ed$/, 'ing')} is not supported\n`)
  if (refusal) throw new CommandError(`error: ${refusal}\n`)
  const path = pathOf(info, namespace, name) + query({ fieldManager: 'kubectl-rollout' })
  const patched = yield* session.ask({ method: 'PATCH', path, contentType: PATCH_TYPES.strategic, body })
  if (patched.status >= 300) return saidOf(patched, 'failed to patch')
  if (!equalJson(object, bodyOf(patched))) yield* print(`${typeName(info)}/${name} ${done}\n`)
}

/** Says how far it is, and again at each change, until it is over. */
function* status(session: Session, { info, name, namespace }: Chosen): Step<void> {
  const view = statusViewers[info.kind]
  if (!view) throw new CommandError(`error: no status viewer has been implemented for ${info.kind}\n`)
  const follows = !session.flags.has('watch') || session.flags.bool('watch')
  const { stream, response } = yield* session.open({ path: watchPathOf(info, namespace, name) })
  if (stream === null) throw new CommandError(statusText(response))
  for (;;) {
    const piece = yield* next(stream)
    if (piece === null) return
    if (typeof piece === 'string' || 'timeout' in piece || piece.type === 'BOOKMARK') continue
    if (piece.type === 'DELETED') throw new CommandError('error: object has been deleted\n')
    const { text, done } = view(piece.object as unknown as Described)
    yield* print(`${text}\n`)
    if (done || !follows) return yield* close(stream)
  }
}
