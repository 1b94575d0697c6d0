// kubectl patch.
// Leaves out: --patch-file, --local, printed objects.
// Upstream: kubectl pkg/cmd/patch/patch.go

import { equalJson, type JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print } from '../effects'
import { withoutManagedFields } from '../printers/managedFields'
import { pathOf, query, typeName } from '../resources'
import { chosen, PATCH_TYPES } from './chosen'
import { dryRunFlag, dryRunNote, dryRunQuery, type Command } from './command'

export const patch: Command = {
  flags: {
    ...dryRunFlag,
    patch: { type: 'string', short: 'p' },
    type: { type: 'string' },
    subresource: { type: 'string' },
    filename: { type: 'list', short: 'f' },
    'field-manager': { type: 'string' },
    'patch-file': { type: 'string', unmodelled: true },
    local: { type: 'bool', unmodelled: true },
    output: { type: 'string', short: 'o', unmodelled: true },
  },
  *run(session) {
    const { flags } = session
    const type = (flags.text('type') ?? 'strategic').toLowerCase()
    const subresource = flags.text('subresource')
    const body = flags.text('patch')
    if (!Object.hasOwn(PATCH_TYPES, type)) throw new CommandError(`error: --type must be one of [json merge strategic], not "${type}"\n`)
    if (body === undefined) throw new CommandError('error: must specify --patch or --patch-file containing the contents of the patch\n')
    const options = query({
      fieldManager: flags.text('field-manager') ?? 'kubectl-patch',
      ...dryRunQuery(session),
    })
    for (const { info, name, namespace, object } of yield* chosen(session, flags.args, 'kubectl patch', subresource)) {
      const path = pathOf(info, namespace, name, subresource) + options
      const contentType = PATCH_TYPES[type as keyof typeof PATCH_TYPES]
      const patched = yield* session.get({ method: 'PATCH', path, contentType, body })
      const changed = !equalJson(withoutManagedFields(object), withoutManagedFields(patched))
      yield* print(`${shownName(patched, typeName(info))}/${name} patched${dryRunNote(session)}${changed ? '' : ' (no change)'}\n`)
    }
    return 0
  },
}

/** What is written through a subresource of another kind is named as that kind: `scale.autoscaling`. */
function shownName({ kind, apiVersion }: JsonObject, own: string): string {
  const group = String(apiVersion ?? '').split('/')
  return kind === 'Scale' ? `scale.${group[0]}` : own
}
