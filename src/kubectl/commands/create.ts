// kubectl create: what is in files; or one object of a kind, made of flags (create/*.ts).
// Leaves out: --raw, --edit; of Secrets all but generic; Services.
// Upstream: kubectl pkg/cmd/create/create.go

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { configmap, namespace, secret, serviceaccount } from '../create/config'
import { messageOf, onlyName, wrong, type Generator } from '../create/generator'
import { ingress } from '../create/ingress'
import { poddisruptionbudget, priorityclass, quota } from '../create/policy'
import { clusterrole, clusterrolebinding, role, rolebinding } from '../create/rbac'
import { token } from '../create/token'
import { cronjob, deployment, job } from '../create/workloads'
import { print, printError, type Step } from '../effects'
import { statusText } from '../errors'
import type { FlagTable } from '../flags'
import { withLastApplied } from '../lastApplied'
import { manifestsToWrite } from '../manifests'
import { outputText } from '../printers/output'
import { findKind, pathOf, query, typeName } from '../resources'
import { bodyOf, TYPED, type Session } from '../session'
import { dryRunFlag, dryRunNote, dryRunOf, validateFlag, writeOptions, type Command, type Commands } from './command'

const createFlags: FlagTable = {
  ...dryRunFlag,
  ...validateFlag,
  output: { type: 'string', short: 'o' },
  'field-manager': { type: 'string' },
}

/** What kubectl has below create, and we have not. */
const UNMODELLED = ['service', 'svc']

const generated: Readonly<Record<string, Generator>> = {
  clusterrole,
  clusterrolebinding,
  configmap,
  cronjob,
  deployment,
  ingress,
  job,
  namespace,
  poddisruptionbudget,
  priorityclass,
  quota,
  role,
  rolebinding,
  serviceaccount,
}

const subcommands: Commands = {
  ...Object.fromEntries(Object.entries(generated).map(([word, generator]) => [word, byName(word, generator)])),
  secret: {
    flags: {},
    subcommands: { generic: byName('secret generic', secret) },
    *run() {
      throw new CommandError('apiscope: of kubectl create secret, generic is modelled\n')
    },
  },
  token,
}

export const create: Command = {
  flags: {
    ...createFlags,
    filename: { type: 'list', short: 'f' },
    'save-config': { type: 'bool' },
    kustomize: { type: 'string', short: 'k', unmodelled: true },
    raw: { type: 'string', unmodelled: true },
    edit: { type: 'bool', unmodelled: true },
  },
  subcommands,
  *run(session) {
    const { flags } = session
    const [word] = flags.args
    if (word !== undefined && UNMODELLED.includes(word))
      throw new CommandError(`apiscope: kubectl create ${word} is not modelled; ${Object.keys(subcommands).join(', ')} and -f are\n`)
    if (!flags.has('filename') && word === undefined) throw wrong('must specify one of -f and -k')
    if (word !== undefined)
      throw new CommandError(`error: Unexpected args: [${flags.args.join(' ')}]\nSee 'kubectl create -h' for help and examples\n`)
    return yield* createFiles(session)
  },
}

function byName(word: string, { aliases = [], flags, failing, make }: Generator): Command {
  return {
    aliases,
    flags: { ...createFlags, ...flags, 'save-config': { type: 'bool', unmodelled: true } },
    *run(session) {
      const object = yield* make(session, onlyName(session, word))
      const info = findKind(session.resources, String(object.apiVersion), String(object.kind))!
      let made = object
      if (dryRunOf(session) !== 'client') {
        const path = pathOf(info, session.namespace) + createQuery(session)
        const response = yield* session.ask({ method: 'POST', path, ...TYPED, body: object })
        if (response.status >= 300) throw failing ? wrong(failing + messageOf(response)) : new CommandError(statusText(response))
        made = { ...object, ...bodyOf(response) }
      }
      yield* report(session, made, typeName(info))
      return 0
    },
  }
}

function* createFiles(session: Session): Step<number> {
  let exit = 0
  const manifests = yield* manifestsToWrite(session)
  for (const { info, object, namespace, source } of manifests.found) {
    const body = session.flags.bool('save-config') ? withLastApplied(object) : object
    let made = body
    if (dryRunOf(session) !== 'client') {
      const response = yield* session.ask({ method: 'POST', path: pathOf(info, namespace) + createQuery(session), body })
      if (response.status >= 300) {
        yield* printError(statusText(response, `error when creating "${source}": `))
        exit = 1
        continue
      }
      made = { ...body, ...bodyOf(response) }
    }
    yield* report(session, made, typeName(info))
  }
  if (manifests.refusals !== '') throw new CommandError(manifests.refusals)
  return exit
}

function* report(session: Session, made: JsonObject, type: string): Step<void> {
  const output = session.flags.text('output')
  const { name } = made.metadata as { readonly name: string }
  yield* print(output ? outputText(made, output, session.resources) : `${type}/${name} created${dryRunNote(session)}\n`)
}

function createQuery(session: Session): string {
  return query(writeOptions(session, 'kubectl-create'))
}
