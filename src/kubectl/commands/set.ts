// kubectl set image: other images for the containers of a Pod template.
// Leaves out: the other words of kubectl set.
// Upstream: kubectl pkg/cmd/set/set_image.go

import { createStrategicPatch, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print } from '../effects'
import { failedAt, saidOf, unknownCommand } from '../errors'
import { pathOf, query, schemaOf, typeName } from '../resources'
import { chosen, chosenFlags, PATCH_TYPES } from './chosen'
import { dryRunFlag, dryRunNote, dryRunOf, dryRunQuery, type Command } from './command'

const WORDS = ['env', 'resources', 'selector', 'serviceaccount', 'subject']

const image: Command = {
  flags: {
    ...dryRunFlag,
    ...chosenFlags,
    local: { type: 'bool', unmodelled: true },
    output: { type: 'string', short: 'o', unmodelled: true },
  },
  *run(session) {
    const { args } = session.flags
    const images = new Map(args.filter((arg) => arg.includes('=')).map((arg) => arg.split('=', 2) as [string, string]))
    const resources = args.filter((arg) => !arg.includes('='))
    if (resources.length === 0)
      throw new CommandError('error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n')
    if (images.size === 0) throw new CommandError('error: at least one image update is required\n')
    const problems: string[] = []
    const options = query({ fieldManager: 'kubectl-set', ...dryRunQuery(session) })
    for (const { info, name, namespace, object } of yield* chosen(session, resources, 'kubectl set image')) {
      const after = withImages(object, images)
      const body = createStrategicPatch(object, after, schemaOf(info))
      if (Object.keys(body).length === 0) continue
      if (dryRunOf(session) !== 'client') {
        const path = pathOf(info, namespace, name) + options
        const patched = yield* session.ask({ method: 'PATCH', path, contentType: PATCH_TYPES.strategic, body })
        if (patched.status >= 300) {
          problems.push(saidOf(patched, 'failed to patch image update to pod template'))
          continue
        }
      }
      yield* print(`${typeName(info)}/${name} image updated${dryRunNote(session)}\n`)
    }
    if (problems.length > 0) throw failedAt(problems)
    return 0
  },
}

export const set: Command = {
  flags: {},
  subcommands: { image },
  *run({ flags }) {
    const [word = ''] = flags.args
    if (WORDS.includes(word)) throw new CommandError(`apiscope: kubectl set ${word} is not modelled; kubectl set image is\n`)
    throw unknownCommand('kubectl set', flags.args)
  },
}

/** `*` names every container. Throws for a name that no container has. */
function withImages(object: JsonObject, images: ReadonlyMap<string, string>): JsonObject {
  const spec = object.spec as JsonObject
  const template = spec.template as JsonObject | undefined
  const podSpec = (template ? template.spec : spec) as JsonObject
  const lists = ['initContainers', 'containers'].filter((list) => podSpec[list])
  const names = lists.flatMap((list) => (podSpec[list] as readonly JsonObject[]).map((c) => c.name))
  for (const name of images.keys())
    if (name !== '*' && !names.includes(name)) throw new CommandError(`error: unable to find container named "${name}"\n`)
  const changed = Object.fromEntries(
    lists.map((list) => [
      list,
      (podSpec[list] as readonly JsonObject[]).map((c) => ({ ...c, image: images.get(String(c.name)) ?? images.get('*') ?? c.image })),
    ]),
  )
  const after = { ...podSpec, ...changed }
  return { ...object, spec: template ? { ...spec, template: { ...template, spec: after } } : after } as JsonObject
}
