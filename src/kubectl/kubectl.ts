// kubectl: finds the command, reads its flags, runs it, and prints what ended it.
// Upstream: kubectl pkg/cmd/cmd.go

import { goQuote, own } from '../engine/index'
import { CommandError, UnknownType, type CommandContext } from './context'
import { discovered } from './discovery'
import { printError, Unreachable, type Step } from './effects'
import { refusedText } from './errors'
import { globalFlags, parseFlags, requireFlags, type FlagTable } from './flags'
import { suggestionsFor } from './suggestions'
import { apply } from './commands/apply'
import { auth } from './commands/auth'
import { autoscale } from './commands/autoscale'
import type { Command, Commands } from './commands/command'
import { create } from './commands/create'
import { cordon, taint, uncordon } from './commands/nodes'
import { deleteCommand } from './commands/delete'
import { describe } from './commands/describe'
import { drain } from './commands/drain'
import { get } from './commands/get'
import { logs } from './commands/logs'
import { annotate, label } from './commands/mark'
import { patch } from './commands/patch'
import { replace } from './commands/replace'
import { rollout } from './commands/rollout'
import { run } from './commands/run'
import { scale } from './commands/scale'
import { set } from './commands/set'
import { Session } from './session'

export const kubectlCommands: Commands = {
  run,
  create,
  apply,
  get,
  describe,
  delete: deleteCommand,
  logs,
  auth,
  scale,
  autoscale,
  set,
  rollout,
  patch,
  replace,
  label,
  annotate,
  cordon,
  uncordon,
  drain,
  taint,
}

/** All that the real kubectl has, in the order of its help. */
const REAL =
  'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion api-resources api-versions config plugin version options'.split(
    ' ',
  )

export function* kubectl(words: readonly string[], context: CommandContext, stdin: string | undefined): Step<number> {
  try {
    const { command, name, rest } = find(words)
    const table = { ...globalFlags, ...command.flags }
    const flags = parseFlags(rest, table, name)
    if (flags.bool('help'))
      throw new CommandError(`apiscope: the help text is not modelled; ${name} has these flags here: ${flagNames(table)}\n`, 0)
    requireFlags(flags, table)
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

interface Found {
  readonly command: Command
  /** `kubectl create deployment` */
  readonly name: string
  /** The words but those that name it. */
  readonly rest: readonly string[]
}

/** Throws for a command that there is none of, or that is not modelled. */
function find(words: readonly string[]): Found {
  const found = below(kubectlCommands, words, 'kubectl', globalFlags)
  if (found) return found
  const name = words[commandAt(words, globalFlags)]
  const modelled = Object.keys(kubectlCommands).join(', ')
  if (name === undefined || name === 'help') throw new CommandError(`apiscope: these commands of kubectl are modelled: ${modelled}\n`, 0)
  if (REAL.includes(name)) throw new CommandError(`apiscope: kubectl ${name} is not modelled; these are: ${modelled}\n`)
  const meant = suggestionsFor(name, REAL)
  const hint = meant.length === 0 ? '' : `\nDid you mean this?\n${meant.map((one) => `\t${one}\n`).join('')}\n`
  throw new CommandError(`unknown command ${goQuote(name)} for "kubectl"\n${hint}`)
}

/** Follows the words as far as they name a command. */
function below(commands: Commands, words: readonly string[], parent: string, flags: FlagTable): Found | null {
  const at = commandAt(words, flags)
  const typed = words[at]
  const entry = Object.entries(commands).find(([name, { aliases }]) => name === typed || (typed !== undefined && aliases?.includes(typed)))
  if (!entry) return null
  const name = `${parent} ${entry[0]}`
  const [, command] = entry
  const rest = [...words.slice(0, at), ...words.slice(at + 1)]
  const deeper = command.subcommands && below(command.subcommands, rest, name, { ...globalFlags, ...command.flags })
  return deeper || { command, name, rest }
}

/** A type that is not known is looked for once more, among what the server serves by now. */
function* runCommand(command: Command, session: Session): Step<number> {
  try {
    return yield* command.run(session)
  } catch (error) {
    if (!(error instanceof UnknownType)) throw error
    const resources = yield* discovered(session)
    if (resources.length === 0) throw error
    return yield* command.run(new Session({ ...session.context, resources, justAsked: true }, session.flags, session.stdin))
  }
}

function flagNames(table: FlagTable): string {
  return Object.entries(table)
    .filter(([, spec]) => !spec.unmodelled)
    .map(([name, { short }]) => (short ? `-${short}/--${name}` : `--${name}`))
    .join(' ')
}

/** The first word that is neither a flag nor its value. */
function commandAt(words: readonly string[], flags: FlagTable): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') return words.length
    if (!word.startsWith('-')) return i
    const spec = word.startsWith('--') ? own(flags, word.slice(2)) : Object.values(flags).find(({ short }) => `-${short}` === word)
    if (spec && spec.type !== 'bool' && spec.bare === undefined) i++
  }
  return words.length
}
