// One line of the terminal as a Program: kubectl, k, curl, etcdctl.
// Leaves out: pipes, variables and every other program; they are named, never pretended.

import type { Program } from '../../engine/index'
import type { CommandContext } from '../context'
import { curl } from '../curl/curl'
import { printError, print } from '../effects'
import { etcdctl } from '../etcdctl/etcdctl'
import { kubectl, kubectlCommands } from '../kubectl'
import { splitLine } from './splitLine'

const PROGRAMS = ['kubectl', 'k', 'curl', 'etcdctl', 'help', 'clear'] as const

/** Gives a new run each time, so that a fork of the cluster can start the line again. */
export function commandProgram(line: string, context: CommandContext): () => Program {
  return () => start(line, context)
}

function* start(line: string, context: CommandContext): Program {
  const { pipeline, stdin, problem } = splitLine(line)
  if (problem !== undefined) {
    yield* printError(`${problem}\n`)
    return 2
  }
  if (pipeline.length > 1) {
    yield* printError(`apiscope: pipes are not modelled (| ${pipeline[1]![0]})\n`)
    return 2
  }
  const [program, ...words] = pipeline[0] ?? []
  switch (program) {
    case undefined:
    case 'clear':
      return 0
    case 'kubectl':
    case 'k':
      return yield* kubectl(words, context, stdin)
    case 'curl':
      return yield* curl(words, context)
    case 'etcdctl':
      return yield* etcdctl()
    case 'help':
      yield* print(`These programs are modelled: ${PROGRAMS.join(', ')}\nkubectl: ${Object.keys(kubectlCommands).join(', ')}\n`)
      return 0
    default:
      yield* printError(`bash: ${program}: command not found\napiscope: these programs are modelled: ${PROGRAMS.join(', ')}\n`)
      return 127
  }
}
