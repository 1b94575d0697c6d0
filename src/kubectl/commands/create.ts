// kubectl create: from files, and namespace, configmap, serviceaccount, deployment by words.
// Upstream: kubectl pkg/cmd/create

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, printError } from '../effects'
import type { Step } from '../effects'
import { statusText } from '../errors'
import { readManifests } from '../manifests'
import { outputText } from '../printers/output'
import { findKind, pathOf, query, typeName } from '../resources'
import { ACCEPT, bodyOf, PROTOBUF } from '../session'
import type { Session } from '../session'
import { dryRunFlag, dryRunNote, dryRunOf, dryRunQuery } from './command'
import type { Command } from './command'

export const create: Command = {
  flags: {
    ...dryRunFlag,
    filename: { type: 'list', short: 'f' },
    output: { type: 'string', short: 'o' },
    image: { type: 'array' },
    replicas: { type: 'int', short: 'r' },
    port: { type: 'int' },
    'from-literal': { type: 'array' },
    'from-file': { type: 'array', unmodelled: true },
    validate: { type: 'string', bare: 'strict', unmodelled: true },
    'save-config': { type: 'bool', unmodelled: true },
  },
  *run(session) {
    if (session.flags.has('filename')) return yield* createFiles(session)
    const [word, name] = session.flags.args
    if (word === undefined) throw new CommandError('error: must specify one of -f and -k\n')
    const make = generators[word] ?? generators[aliases[word] ?? '']
    if (!make)
      throw new CommandError(`apiscope: kubectl create ${word} is not modelled; ${Object.keys(generators).join(', ')} and -f are\n`)
    if (name === undefined)
      throw new CommandError(`error: exactly one NAME is required, got 0\nSee 'kubectl create ${word} -h' for help and examples\n`)
    const object = make(session, name)
    const info = findKind(session.resources, String(object.apiVersion), String(object.kind))
    if (!info) throw new CommandError(`error: the server doesn't have a resource type "${word}"\n`)
    let made = object
    if (dryRunOf(session) !== 'client') {
      const path = pathOf(info, session.namespace) + createQuery(session)
      const response = yield* session.ask({ method: 'POST', path, accept: ACCEPT.protobuf, contentType: PROTOBUF, body: object })
      if (response.status >= 300) {
        const text = statusText(response)
        const wrapped = info.kind === 'ConfigMap' && text.startsWith('Error from server')
        throw new CommandError(wrapped ? `error: failed to create configmap: ${text.replace(/^[^:]*: /, '')}` : text)
      }
      made = bodyOf(response)
    }
    yield* report(session, made, `${typeName(info)}/${name}`)
    return 0
  },
}

function* createFiles(session: Session): Step<number> {
  let exit = 0
  for (const { info, object, namespace, name, source } of readManifests(session)) {
    let made = object
    if (dryRunOf(session) !== 'client') {
      const response = yield* session.ask({ method: 'POST', path: pathOf(info, namespace) + createQuery(session), body: object })
      if (response.status >= 300) {
        yield* printError(statusText(response, `error when creating "${source}": `))
        exit = 1
        continue
      }
      made = bodyOf(response)
    }
    yield* report(session, made, `${typeName(info)}/${name || String((made.metadata as JsonObject).name)}`)
  }
  return exit
}

function* report(session: Session, made: JsonObject, name: string): Step<void> {
  const output = session.flags.text('output')
  yield* print(output ? outputText(made, output, session.resources) : `${name} created${dryRunNote(session)}\n`)
}

function createQuery(session: Session): string {
  return query({ fieldManager: 'kubectl-create', fieldValidation: 'Strict', ...dryRunQuery(session) })
}

const aliases: Readonly<Record<string, string>> = { ns: 'namespace', cm: 'configmap', sa: 'serviceaccount', deploy: 'deployment' }

const generators: Readonly<Record<string, (session: Session, name: string) => JsonObject>> = {
  namespace: (_, name) => ({ kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} }),
  serviceaccount: ({ namespace }, name) => ({ kind: 'ServiceAccount', apiVersion: 'v1', metadata: { name, namespace } }),
  configmap: ({ flags, namespace }, name) => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace },
    data: Object.fromEntries(
      flags.list('from-literal').map((pair) => {
        const equals = pair.indexOf('=')
        if (equals <= 0) throw new CommandError(`error: invalid literal source ${pair}, expected key=value\n`)
        return [pair.slice(0, equals), pair.slice(equals + 1)]
      }),
    ),
  }),
  deployment: ({ flags, namespace }, name) => {
    const images = flags.list('image')
    if (images.length === 0) throw new CommandError('error: required flag(s) "image" not set\n')
    const port = flags.int('port')
    const containers = images.map((image) => ({
      name: image.split('/').at(-1)!.split(/[:@]/)[0]!,
      image,
      ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
      resources: {},
    }))
    return {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name, namespace, labels: { app: name } },
      spec: {
        replicas: flags.int('replicas') ?? 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers } },
        strategy: {},
      },
      status: {},
    }
  },
}
