// kubectl: finds the command, reads its flags, runs it, and prints what ended it.
// Upstream: kubectl pkg/cmd/cmd.go

import { CommandError, UnknownType } from './context'
import type { CommandContext } from './context'
import { discovered } from './discovery'
import { printError, Unreachable } from './effects'
import type { Step } from './effects'
import { refusedText } from './errors'
import { globalFlags, parseFlags } from './flags'
import { apply } from './commands/apply'
import { auth } from './commands/auth'
import type { Command } from './commands/command'
import { create } from './commands/create'
import { cordon, taint, uncordon } from './commands/nodes'
import { deleteCommand } from './commands/delete'
import { describe } from './commands/describe'
import { drain } from './commands/drain'
import { get } from './commands/get'
import { logs } from './commands/logs'
import { annotate, label } from './commands/mark'
import { patch } from './commands/patch'
import { rollout } from './commands/rollout'
import { run } from './commands/run'
import { scale } from './commands/scale'
import { set } from './commands/set'
import { Session } from './session'

export const kubectlCommands: Readonly<Record<string, Command>> = {
  run,
  create,
  apply,
  get,
  describe,
  delete: deleteCommand,
  logs,
  auth,
  scale,
  set,
  rollout,
  patch,
  label,
  annotate,
  cordon,
  uncordon,
  drain,
  taint,
}

/** What the real kubectl has besides. */
const UNMODELLED =
  'api-resources api-versions attach autoscale certificate cluster-info completion config cp debug diff edit events exec explain expose kustomize options plugin port-forward proxy replace top version wait'.split(
    ' ',
  )

export function* kubectl(words: readonly string[], context: CommandContext, stdin: string | undefined): Step<number> {
  const modelled = Object.keys(kubectlCommands).join(', ')
  try {
    const at = commandAt(words)
    const name = words[at]
    if (name === undefined || name === 'help') throw new CommandError(`apiscope: these commands of kubectl are modelled: ${modelled}\n`, 0)
    const command = kubectlCommands[name]
    if (!command) {
      if (UNMODELLED.includes(name)) throw new CommandError(`apiscope: kubectl ${name} is not modelled; these are: ${modelled}\n`)
      throw new CommandError(`error: unknown command "${name}" for "kubectl"\n`)
    }
    const flags = parseFlags([...words.slice(0, at), ...words.slice(at + 1)], { ...globalFlags, ...command.flags }, `kubectl ${name}`)
    if (flags.bool('help'))
      throw new CommandError(`apiscope: the help text is not modelled; kubectl ${name} has these flags here: ${flagNames(command)}\n`, 0)
    return yield* runCommand(command, new Session(context, flags, stdin))
  } catch (error) {
    if (error instanceof Unreachable) {
      yield* printError(refusedText(error.message, context.serverUrl))
      return 1
    }
    if (!(error instanceof CommandError)) throw error
    yield* printError(error.message)
    return error.exitCode
  }
}

/** A type that is not known is looked for once more, among what the server serves by now. */
function* runCommand(command: Command, session: Session): Step<number> {
  try {
    return yield* command.run(session)
  } catch (error) {
    if (!(error instanceof UnknownType)) throw error
    const resources = yield* discovered(session)
    if (resources.length === 0) throw error
    return yield* command.run(new Session({ ...session.context, resources }, session.flags, session.stdin))
  }
}

export function flagNames(command: Command): string {
  return Object.entries({ ...globalFlags, ...command.flags })
    .filter(([, spec]) => !spec.unmodelled)
    .map(([name, { short }]) => (short ? `-${short}/--${name}` : `--${name}`))
    .join(' ')
}

/** The first word that is neither a global flag nor its value. */
function commandAt(words: readonly string[]): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (!word.startsWith('-')) return i
    const long = word.replace(/^--/, '')
    const spec = word.startsWith('--') ? globalFlags[long] : Object.values(globalFlags).find(({ short }) => `-${short}` === word)
    if (spec && spec.type !== 'bool') i++
  }
  return words.length
}
