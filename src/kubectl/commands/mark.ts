// kubectl label and kubectl annotate: the same command on two maps of an object's metadata.
// Leaves out: --list, --local, --resource-version, printed objects.
// Upstream: kubectl pkg/cmd/label/label.go, pkg/cmd/annotate/annotate.go

import type { JsonObject } from '../../engine/index'
import { CommandError } from '../context'
import { print, printError } from '../effects'
import { pathOf, query, typeName } from '../resources'
import { chosen, chosenFlags, PATCH_TYPES } from './chosen'
import { dryRunFlag, dryRunNote, dryRunOf, dryRunQuery, type Command } from './command'

interface Words {
  readonly field: 'labels' | 'annotations'
  readonly one: string
  readonly done: string
  readonly undone: string
  readonly same: string
  /** What is said of values that would be overwritten. */
  taken(list: readonly string[]): string
}

export const label: Command = marking({
  field: 'labels',
  one: 'label',
  done: 'labeled',
  undone: 'unlabeled',
  same: 'not labeled',
  taken: ([first]) => `error: ${first}, and --overwrite is false\n`,
})

export const annotate: Command = marking({
  field: 'annotations',
  one: 'annotation',
  done: 'annotated',
  undone: 'annotated',
  same: 'annotated',
  taken: (list) => `error: --overwrite is false but found the following declared annotation(s): ${list.join('; ')}\n`,
})

function marking({ field, one, done, undone, same, taken }: Words): Command {
  const command = one === 'label' ? 'kubectl label' : 'kubectl annotate'
  return {
    flags: {
      ...dryRunFlag,
      overwrite: { type: 'bool' },
      ...chosenFlags,
      list: { type: 'bool', unmodelled: true },
      local: { type: 'bool', unmodelled: true },
      output: { type: 'string', short: 'o', unmodelled: true },
    },
    *run(session) {
      const { flags } = session
      const { resources, changes } = split(flags.args)
      if (changes.size === 0) throw new CommandError(`error: at least one ${one} update is required\n`)
      const options = query({ fieldManager: command.replace(' ', '-'), ...dryRunQuery(session) })
      for (const { info, name, namespace, object } of yield* chosen(session, resources, command)) {
        const had = new Map(Object.entries((object.metadata as JsonObject)[field] ?? {}) as [string, string][])
        const kept = [...changes].filter(([key, value]) => value !== null && had.get(key) !== undefined && had.get(key) !== value)
        if (kept.length > 0 && !flags.bool('overwrite'))
          throw new CommandError(taken(kept.map(([key]) => `'${key}' already has a value (${had.get(key)})`)))
        for (const [key, value] of changes)
          if (value === null && had.get(key) === undefined) yield* printError(`${one} "${key}" not found.\n`)
        const changed = [...changes].filter(([key, value]) => (value === null ? had.get(key) !== undefined : had.get(key) !== value))
        if (changed.length > 0 && dryRunOf(session) !== 'client') {
          const body = { metadata: { [field]: Object.fromEntries(changed) } }
          const path = pathOf(info, namespace, name) + options
          yield* session.get({ method: 'PATCH', path, contentType: PATCH_TYPES.merge, body })
        }
        const word = changed.length === 0 ? same : changed.every(([, value]) => value === null) ? undone : done
        yield* print(`${typeName(info)}/${name} ${word}${dryRunNote(session)}\n`)
      }
      return 0
    },
  }
}

/** Resources come first, then `key=value` and `key-`. */
function split(args: readonly string[]): { resources: readonly string[]; changes: ReadonlyMap<string, string | null> } {
  const isChange = (arg: string) => (arg.includes('=') && !arg.startsWith('=')) || (arg.length > 1 && arg.endsWith('-'))
  const first = args.findIndex(isChange)
  const resources = first < 0 ? args : args.slice(0, first)
  const changes = new Map<string, string | null>()
  for (const arg of first < 0 ? [] : args.slice(first)) {
    const equals = arg.indexOf('=')
    if (equals > 0) changes.set(arg.slice(0, equals), arg.slice(equals + 1))
    else changes.set(arg.slice(0, -1), null)
  }
  return { resources, changes }
}
