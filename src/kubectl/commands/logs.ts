// kubectl logs of one Pod.
// Leaves out: logs of a Deployment or a selector, --all-containers, --since.
// Upstream: kubectl pkg/cmd/logs/logs.go

import { CommandError } from '../context'
import { next, print, printError } from '../effects'
import { statusText } from '../errors'
import { findResource, pathOf, query } from '../resources'
import { ACCEPT, bodyOf } from '../session'
import type { Command } from './command'

export const logs: Command = {
  flags: {
    follow: { type: 'bool', short: 'f' },
    tail: { type: 'int' },
    container: { type: 'string', short: 'c' },
    previous: { type: 'bool', short: 'p' },
    timestamps: { type: 'bool' },
    selector: { type: 'string', short: 'l', unmodelled: true },
    'all-containers': { type: 'bool', unmodelled: true },
    since: { type: 'string', unmodelled: true },
  },
  *run(session) {
    const { flags, namespace } = session
    const [word, second] = flags.args
    if (word === undefined)
      throw new CommandError(
        "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples\n",
      )
    const pods = findResource(session.resources, 'pods')
    const [type, ofType] = word.includes('/') ? word.split('/') : ['pod', word]
    if (findResource(session.resources, type!) !== pods) throw new CommandError('apiscope: kubectl logs is modelled for Pods only\n')
    const name = ofType!
    const found = yield* session.ask({ path: pathOf(pods, namespace, name), accept: ACCEPT.any })
    if (found.status === 404)
      throw new CommandError(`error: error from server (NotFound): pods "${name}" not found in namespace "${namespace}"\n`)
    if (found.status >= 300) throw new CommandError(statusText(found))
    const spec = (bodyOf(found).spec ?? {}) as { containers?: readonly { name: string }[]; initContainers?: readonly { name: string }[] }
    const names = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name)
    const container = flags.text('container') ?? second ?? names[0]
    if (!flags.has('container') && second === undefined && names.length > 1) {
      const initial = new Set((spec.initContainers ?? []).map((one) => one.name))
      yield* printError(
        `Defaulted container "${container}" out of: ${names.map((one) => (initial.has(one) ? `${one} (init)` : one)).join(', ')}\n`,
      )
    }
    if (container !== undefined && !names.includes(container))
      throw new CommandError(`error: container ${container} is not valid for pod ${name}\n`)
    const values = {
      container,
      follow: flags.bool('follow') || undefined,
      previous: flags.bool('previous') || undefined,
      timestamps: flags.bool('timestamps') || undefined,
      tailLines: flags.has('tail') && flags.int('tail')! >= 0 ? flags.int('tail') : undefined,
    }
    const path = pathOf(pods, namespace, name, 'log') + query(values)
    const { stream, response } = yield* session.open({ path, accept: ACCEPT.any })
    if (response.status >= 300) throw new CommandError(statusText(response))
    if (stream === null) {
      yield* print(typeof response.body === 'string' ? response.body : '')
      return 0
    }
    for (;;) {
      const piece = yield* next(stream)
      if (piece === null) return 0
      if (typeof piece === 'string') yield* print(piece)
    }
  },
}
