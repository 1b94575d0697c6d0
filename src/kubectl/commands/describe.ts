// kubectl describe: what a person would ask of an object, with its events.
// Leaves out: files, chunks beyond the first 500.
// Upstream: kubectl pkg/cmd/describe/describe.go

import type { JsonObject } from '../../engine/index'
import { CommandError, type ResourceInfo } from '../context'
import { Asking } from '../describe/describer'
import { describerOf } from '../describe/describers'
import type { Described } from '../describe/parts'
import { now, print, printError, type Step } from '../effects'
import { statusText } from '../errors'
import { alignTabs } from '../printers/tabWriter'
import { pathOf, query } from '../resources'
import type { Session } from '../session'
import { targetsOf } from '../targets'
import type { Command } from './command'

export const describe: Command = {
  flags: {
    selector: { type: 'string', short: 'l' },
    'all-namespaces': { type: 'bool', short: 'A' },
    'show-events': { type: 'bool' },
    'chunk-size': { type: 'int', unmodelled: true },
    filename: { type: 'array', short: 'f', unmodelled: true },
  },
  *run(session) {
    const { flags } = session
    if (flags.args.length === 0)
      throw new CommandError(
        'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      )
    let first = true
    let refused = ''
    for (const { info, name } of targetsOf(session, flags.args, 'kubectl describe')) {
      const found = yield* foundBy(session, info, name)
      refused += found.refusal
      for (const { namespace, name } of found.names) {
        yield* print(`${first ? '' : '\n\n'}${yield* described(session, info, namespace, name)}`)
        first = false
      }
    }
    if (refused !== '') throw new CommandError(refused)
    if (first) yield* printError(`No resources found${flags.bool('all-namespaces') ? '' : ` in ${session.namespace} namespace.`}\n`)
    return 0
  },
}

interface Found {
  readonly names: readonly { readonly namespace: string; readonly name: string }[]
  readonly refusal: string
}

/** The objects that are meant: kubectl finds them first, and then reads each one again to describe it. */
function* foundBy(session: Session, info: ResourceInfo, name: string | undefined): Step<Found> {
  const none: Found = { names: [], refusal: '' }
  if (name !== undefined) {
    const one = yield* session.ask({ path: pathOf(info, session.namespace, name) })
    if (one.status < 300) return { ...none, names: [{ namespace: session.namespace, name }] }
    if (one.status !== 404) return { ...none, refusal: statusText(one) }
    // kubectl then takes the name as the beginning of one.
    const names = (yield* listed(session, info, { limit: 500 })).filter((o) => o.name.startsWith(name))
    return names.length > 0 ? { ...none, names } : { ...none, refusal: statusText(one) }
  }
  return { ...none, names: yield* listed(session, info, { labelSelector: session.flags.text('selector'), limit: 500 }) }
}

function* listed(session: Session, info: ResourceInfo, options: Parameters<typeof query>[0]): Step<Found['names']> {
  const list = yield* session.get({ path: pathOf(info, session.flags.bool('all-namespaces') ? null : session.namespace) + query(options) })
  return ((list.items ?? []) as readonly JsonObject[]).map(({ metadata }) => {
    const { name, namespace = session.namespace } = metadata as { name: string; namespace?: string }
    return { name, namespace }
  })
}

function* described(session: Session, info: ResourceInfo, namespace: string, name: string): Step<string> {
  const object = (yield* session.get({ path: pathOf(info, namespace, name) })) as unknown as Described
  const lines = yield* describerOf(info)(object, new Asking(session, yield* now()))
  return `${alignTabs(lines.join('\n'))}\n`
}
