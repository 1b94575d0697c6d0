// kubectl run: a Pod from an image.
// Upstream: kubectl pkg/cmd/run/run.go, pkg/generate/versioned/run.go

import { applyMergePatch, goQuote, isObject, readJson, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, type Step } from '../effects'
import { outputText } from '../printers/output'
import { findResource, pathOf, query, typeName } from '../resources'
import { ACCEPT } from '../session'
import type { Session } from '../session'
import { dryRunFlag, dryRunNote, dryRunOf, dryRunQuery } from './command'
import type { Command } from './command'

export const run: Command = {
  flags: {
    ...dryRunFlag,
    image: { type: 'string', required: true },
    labels: { type: 'string', short: 'l' },
    env: { type: 'array' },
    port: { type: 'int' },
    restart: { type: 'string' },
    command: { type: 'bool' },
    annotations: { type: 'array' },
    'image-pull-policy': { type: 'string' },
    output: { type: 'string', short: 'o' },
    rm: { type: 'bool', unmodelled: true },
    stdin: { type: 'bool', short: 'i', unmodelled: true },
    tty: { type: 'bool', short: 't', unmodelled: true },
    expose: { type: 'bool' },
    privileged: { type: 'bool' },
    overrides: { type: 'string' },
  },
  *run(session) {
    const [name, ...words] = session.flags.args
    const image = session.flags.text('image')!
    if (name === undefined) throw new CommandError("error: NAME is required for run\nSee 'kubectl run -h' for help and examples\n")
    const restart = session.flags.text('restart') ?? 'Always'
    if (!IMAGE.test(image)) throw new CommandError(`error: invalid image name ${goQuote(image)}: invalid reference format\n`)
    if (!RESTARTS.includes(restart))
      throw new CommandError(`error: invalid restart policy: ${restart}, valid values are: ${RESTARTS.join(', ')}\n`)
    const exposes = session.flags.bool('expose')
    if (exposes && !session.flags.has('port')) throw new CommandError('error: --port must be set when exposing a service\n')
    let pod = podOf(session, name, image, restart, [...words, ...(session.flags.afterDash ?? [])])
    pod = overridden(pod, session.flags.text('overrides'))
    yield* post(session, 'pods', pod)
    if (exposes) yield* post(session, 'services', serviceOf(pod, session.flags.int('port')!))
    return 0
  },
}

/** As distribution's reference grammar has it: a host, a path in lower case, a tag, a digest. */
const IMAGE =
  /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?$/
const RESTARTS = ['Always', 'OnFailure', 'Never']

function* post(session: Session, resource: string, object: JsonObject): Step<void> {
  const info = findResource(session.resources, resource)
  let made = object
  if (dryRunOf(session) !== 'client') {
    const path = pathOf(info, session.namespace) + query({ fieldManager: 'kubectl-run', ...dryRunQuery(session) })
    made = yield* session.get({ method: 'POST', path, accept: ACCEPT.any, body: object })
  }
  const output = session.flags.text('output')
  const { name } = object.metadata as { readonly name: string }
  yield* print(output ? outputText(made, output, session.resources) : `${typeName(info)}/${name} created${dryRunNote(session)}\n`)
}

/** What --expose adds: a Service of the Pod's name, in front of its port. */
function serviceOf({ metadata }: JsonObject, port: number): JsonObject {
  const { name, labels } = metadata as JsonObject
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: name! },
    spec: { selector: labels!, ports: [{ port, protocol: 'TCP', targetPort: port }] },
    status: { loadBalancer: {} },
  }
}

/** `--overrides`: JSON that is merged into the Pod (upstream's default is a merge patch). */
function overridden(pod: JsonObject, text: string | undefined): JsonObject {
  if (text === undefined) return pod
  try {
    const patch = readJson(text)
    if (isObject(patch)) return applyMergePatch(pod, patch)
  } catch {
    // Said below.
  }
  throw new CommandError(`error: Invalid JSON Patch\n`)
}

function podOf({ flags }: Session, name: string, image: string, restartPolicy: string, words: readonly string[]): JsonObject {
  const env = flags.list('env').map((pair) => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1) }))
  const port = flags.int('port')
  const annotations = flags.list('annotations')
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      labels: flags.has('labels') ? pairsOf(flags.text('labels')!.split(',')) : { run: name },
      ...(annotations.length > 0 ? { annotations: pairsOf(annotations) } : {}),
    },
    spec: {
      containers: [
        {
          name,
          image,
          ...(words.length === 0 ? {} : { [flags.bool('command') ? 'command' : 'args']: words }),
          ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
          ...(env.length === 0 ? {} : { env }),
          resources: {},
          ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
          ...(flags.has('image-pull-policy') ? { imagePullPolicy: flags.text('image-pull-policy') } : {}),
        },
      ],
      restartPolicy,
      dnsPolicy: 'ClusterFirst',
    },
    status: {},
  }
}

function pairsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(Boolean).map((pair) => [pair.split('=')[0]!, pair.slice(pair.indexOf('=') + 1)]))
}
