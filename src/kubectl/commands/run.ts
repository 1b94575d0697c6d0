// kubectl run: a Pod from an image.
// Upstream: kubectl pkg/cmd/run/run.go, pkg/generate/versioned/run.go

import { applyMergePatch, isObject, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print } from '../effects'
import { outputText } from '../printers/output'
import { pathOf, query, findResource } from '../resources'
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
    expose: { type: 'bool', unmodelled: true },
    overrides: { type: 'string' },
  },
  *run(session) {
    const [name, ...words] = session.flags.args
    const image = session.flags.text('image')!
    if (name === undefined) throw new CommandError("error: NAME is required for run\nSee 'kubectl run -h' for help and examples\n")
    const restart = session.flags.text('restart') ?? 'Always'
    if (!['Always', 'OnFailure', 'Never'].includes(restart)) throw new CommandError(`error: invalid restart policy: ${restart}\n`)
    let pod = podOf(session, name, image, restart, [...words, ...(session.flags.afterDash ?? [])])
    pod = overridden(pod, session.flags.text('overrides'))
    const mode = dryRunOf(session)
    if (mode !== 'client') {
      const path = pathOf(findResource(session.resources, 'pods'), session.namespace)
      const values = { fieldManager: 'kubectl-run', ...dryRunQuery(session) }
      pod = yield* session.get({ method: 'POST', path: path + query(values), accept: ACCEPT.any, body: pod })
    }
    const output = session.flags.text('output')
    yield* print(output ? outputText(pod, output, session.resources) : `pod/${name} created${dryRunNote(session)}\n`)
    return 0
  },
}

/** `--overrides`: JSON that is merged into the Pod (upstream's default is a merge patch). */
function overridden(pod: JsonObject, text: string | undefined): JsonObject {
  if (text === undefined) return pod
  try {
    const patch: unknown = JSON.parse(text)
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
