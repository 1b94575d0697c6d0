// kubectl scale: writes the number through `…/scale`.
// Leaves out: --resource-version, waiting for the Pods.
// Upstream: kubectl pkg/cmd/scale/scale.go, pkg/scale

import { CommandError } from '../context'
import { print } from '../effects'
import { pathOf, typeName } from '../resources'
import { chosen, chosenFlags, PATCH_TYPES } from './chosen'
import type { Command } from './command'

export const scale: Command = {
  flags: {
    replicas: { type: 'int', required: true },
    'current-replicas': { type: 'int' },
    ...chosenFlags,
    'resource-version': { type: 'string', unmodelled: true },
    timeout: { type: 'string', unmodelled: true },
  },
  *run(session) {
    const { flags } = session
    const replicas = flags.int('replicas')!
    const current = flags.int('current-replicas') ?? -1
    if (replicas < 0) throw new CommandError('error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n')
    for (const { info, name, namespace, object } of yield* chosen(session, flags.args, 'kubectl scale')) {
      const has = Number((object.spec as { replicas?: number } | undefined)?.replicas ?? 0)
      if (current >= 0 && has !== current) throw new CommandError(`error: Expected replicas to be ${current}, was ${has}\n`)
      const path = pathOf(info, namespace, name, 'scale')
      yield* session.get({ method: 'PATCH', path, contentType: PATCH_TYPES.merge, body: { spec: { replicas } } })
      yield* print(`${typeName(info)}/${name} scaled\n`)
    }
    return 0
  },
}
