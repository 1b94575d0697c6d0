// kubectl describe: what a person would ask of an object, with its events.
// Leaves out: kinds without a layout here (they say so), --show-events=false's other forms, several types at once.
// Upstream: kubectl pkg/cmd/describe/describe.go, pkg/describe/describe.go

import type { JsonObject } from '../../engine/index'
import { CommandError, type ResourceInfo } from '../context'
import { now, print, type Step } from '../effects'
import { statusText } from '../errors'
import { eventLines } from '../printers/describeParts'
import { describePod } from '../printers/describePod'
import { describers } from '../printers/describeOther'
import { alignTabs } from '../printers/tabWriter'
import { pathOf, query } from '../resources'
import { bodyOf, type Session } from '../session'
import { targetsOf } from '../targets'
import type { Command } from './command'

/** Kinds whose description ends with their events. */
const WITHOUT_EVENTS = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'Namespace', 'Secret'])

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
    for (const { info, name } of targetsOf(session.resources, flags.args, 'kubectl describe')) {
      if (info.kind !== 'Pod' && !describers[info.kind])
        throw new CommandError(
          `apiscope: kubectl describe of ${info.resource} is not modelled; Pod, ${Object.keys(describers).join(', ')} are\n`,
        )
      for (const object of yield* objectsOf(session, info, name)) {
        yield* print(`${first ? '' : '\n\n'}${yield* described(session, info, object)}`)
        first = false
      }
    }
    return 0
  },
}

/** By name: twice, once to find it and once to describe it, as kubectl asks. Without one: all that the selector finds. */
function* objectsOf(session: Session, info: ResourceInfo, name: string | undefined): Step<readonly JsonObject[]> {
  if (name === undefined) {
    const options = query({ labelSelector: session.flags.text('selector'), limit: 500 })
    const list = yield* session.get({ path: pathOf(info, session.flags.bool('all-namespaces') ? null : session.namespace) + options })
    const items = (list.items ?? []) as readonly JsonObject[]
    if (items.length === 0) throw new CommandError(`No resources found in ${session.namespace} namespace.\n`, 0)
    return items
  }
  const path = pathOf(info, session.namespace, name)
  const found = yield* session.ask({ path })
  if (found.status < 300) return [yield* session.get({ path })]
  if (found.status !== 404) throw new CommandError(statusText(found))
  // kubectl then takes the name as the beginning of one.
  const list = yield* session.get({ path: pathOf(info, session.namespace) + query({ limit: 500 }) })
  const items = ((list.items ?? []) as readonly JsonObject[]).filter((o) => String((o.metadata as JsonObject).name).startsWith(name))
  if (items.length === 0) throw new CommandError(statusText(found))
  return items
}

function* described(session: Session, info: ResourceInfo, object: JsonObject): Step<string> {
  const time = yield* now()
  const { name, namespace, uid } = object.metadata as { name: string; namespace?: string; uid: string }
  const body = info.kind === 'Pod' ? describePod(object, time) : describers[info.kind]!(object as never).join('\n')
  if (WITHOUT_EVENTS.has(info.kind) || (session.flags.has('show-events') && !session.flags.bool('show-events')))
    return `${alignTabs(body)}\n`
  const about = [
    `involvedObject.name=${name}`,
    ...(namespace ? [`involvedObject.namespace=${namespace}`] : []),
    `involvedObject.uid=${uid}`,
  ]
  const events = { resource: 'events', group: '', version: 'v1', namespaced: true } as ResourceInfo
  const found = yield* session.ask({ path: pathOf(events, namespace ?? null) + query({ fieldSelector: about.join(','), limit: 500 }) })
  const list = found.status < 300 ? ((bodyOf(found).items ?? []) as readonly JsonObject[]) : []
  return `${alignTabs(`${body}\n${eventLines(list, time, info.kind === 'Pod').join('\n')}`)}\n`
}
