// kubectl auth can-i and whoami.
// Leaves out: can-i --list, reconcile.
// Upstream: kubectl pkg/cmd/auth/{cani,whoami}.go

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, printError } from '../effects'
import type { Step } from '../effects'
import { Columns } from '../printers/tableText'
import { findResource } from '../resources'
import { TYPED, type Session } from '../session'
import type { Command } from './command'

export const auth: Command = {
  flags: {},
  subcommands: {
    'can-i': {
      flags: {
        subresource: { type: 'string' },
        quiet: { type: 'bool', short: 'q' },
        'all-namespaces': { type: 'bool', short: 'A' },
        list: { type: 'bool', unmodelled: true },
      },
      run: canI,
    },
    whoami: { flags: { output: { type: 'string', short: 'o', unmodelled: true } }, run: whoAmI },
  },
  *run() {
    throw new CommandError('apiscope: of kubectl auth, can-i and whoami are modelled\n')
  },
}

function* canI(session: Session): Step<number> {
  const [verb, target, name] = session.flags.args
  if (verb === undefined || target === undefined)
    throw new CommandError(
      "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n",
    )
  const spec: JsonObject = target.startsWith('/')
    ? { nonResourceAttributes: { path: target, verb } }
    : { resourceAttributes: yield* attributes(session, verb, target, name) }
  const review = yield* session.get({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ...TYPED,
    body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status: { allowed: false } },
  })
  const { allowed, reason, evaluationError } = (review.status ?? {}) as { allowed?: boolean; reason?: string; evaluationError?: string }
  const why = `${reason ? ` - ${reason}` : ''}${evaluationError ? ` - ${evaluationError}` : ''}`
  if (!session.flags.bool('quiet')) yield* print(allowed ? 'yes\n' : `no${why}\n`)
  return allowed ? 0 : 1
}

function* attributes(session: Session, verb: string, target: string, third: string | undefined): Step<JsonObject> {
  const [typed = '', inWord] = target.split('/')
  const name = inWord ?? third
  const subresource = session.flags.text('subresource')
  let group = ''
  let resource = typed
  let namespaced = true
  try {
    if (typed !== '*') {
      const info = findResource(session.resources, typed)
      group = info.group
      resource = info.resource
      namespaced = info.namespaced
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    yield* printError(`Warning: the server doesn't have a resource type '${typed}'\n\n`)
  }
  if (!namespaced)
    yield* printError(`Warning: resource '${resource}' is not namespace scoped${group === '' ? '' : ` in group '${group}'`}\n\n`)
  return {
    ...(session.flags.bool('all-namespaces') ? {} : { namespace: session.namespace }),
    verb,
    ...(group === '' ? {} : { group }),
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  }
}

function* whoAmI(session: Session): Step<number> {
  const review = yield* session.get({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    ...TYPED,
    body: { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo: {} } },
  })
  const info = ((review.status as JsonObject | undefined)?.userInfo ?? {}) as {
    username?: string
    uid?: string
    groups?: readonly string[]
    extra?: Record<string, readonly string[]>
  }
  const list = (values: readonly string[]) => `[${values.join(' ')}]`
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ['Username', info.username ?? ''],
    ...(info.uid ? [['UID', info.uid]] : []),
    ...(info.groups?.length ? [['Groups', list(info.groups)]] : []),
    ...Object.entries(info.extra ?? {})
      .sort()
      .map(([key, values]) => [`Extra: ${key}`, list(values)]),
  ]
  yield* print(new Columns().lines(rows))
  return 0
}
