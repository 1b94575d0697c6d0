// Command-line flags as pflag reads them, from a table for each command.
// Upstream: github.com/spf13/pflag

import { goQuote, own } from '../engine/index'
import { CommandError } from './context'

/** `bool` may stand alone, and so may a flag with `bare`; `list` may repeat and splits at commas, `array` repeats only. */
export interface FlagSpec {
  readonly type: 'bool' | 'string' | 'int' | 'duration' | 'list' | 'array'
  readonly short?: string
  /** The value of the flag without `=value` (`--dry-run`, `--cascade`). */
  readonly bare?: string
  /** Without it the command does not begin. */
  readonly required?: true
  /** Real kubectl has it, this model does not: using it is said, not ignored. What it is anyway (`--edit=false`) may be said. */
  readonly unmodelled?: true
}

export type FlagTable = Readonly<Record<string, FlagSpec>>

const TRUE = ['true', '1', 't', 'T', 'TRUE', 'True']
const FALSE = ['false', '0', 'f', 'F', 'FALSE', 'False']

/** As Go's strconv.ParseBool reads it. */
export const isTruthValue = (text: string): boolean => TRUE.includes(text) || FALSE.includes(text)

export class Flags {
  readonly args: string[] = []
  /** What follows `--`. */
  afterDash: string[] | null = null
  private readonly values = new Map<string, string[]>()

  has(name: string): boolean {
    return this.values.has(name)
  }

  text(name: string): string | undefined {
    return this.values.get(name)?.at(-1)
  }

  bool(name: string): boolean {
    return TRUE.includes(this.text(name) ?? '')
  }

  int(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  seconds(name: string): number | undefined {
    return secondsOf(this.text(name) ?? '')
  }

  list(name: string): readonly string[] {
    return this.values.get(name) ?? []
  }

  add(name: string, spec: FlagSpec, value: string): void {
    const old = this.values.get(name) ?? []
    this.values.set(name, spec.type === 'list' ? [...old, ...value.split(',')] : [...old, value])
  }
}

/** What Go's parser says of a value that is not of its flag's type. */
function problemOf({ type }: FlagSpec, value: string): string | null {
  if (type === 'int' && !/^[-+]?\d+$/.test(value)) return `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`
  if (type === 'bool' && !isTruthValue(value)) return `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`
  if (type === 'duration' && secondsOf(value) === undefined) return `time: invalid duration ${goQuote(value)}`
  return null
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 }

/** `1h30m`, `-1.5s`, `0`; undefined for what is none. Upstream: Go time.ParseDuration */
function secondsOf(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0
  const whole = /^([-+]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|us|µs|ns|m|s))+)$/.exec(text)
  if (!whole) return undefined
  const parts = [...whole[2]!.matchAll(/([\d.]+)([a-zµ]+)/g)]
  const sum = parts.reduce((seconds, [, amount, unit]) => seconds + Number(amount) * UNITS[unit!]!, 0)
  return whole[1] === '-' ? -sum : sum
}

/** Throws CommandError with pflag's own words; `command` is what `See '… --help'` names. */
export function parseFlags(words: readonly string[], table: FlagTable, command: string): Flags {
  const flags = new Flags()
  const usage = (text: string) => new CommandError(`${text}\nSee '${command} --help' for usage.\n`)
  const set = (name: string, spec: FlagSpec, value: string, shown: string) => {
    if (spec.unmodelled && !(spec.type === 'bool' && FALSE.includes(value)))
      throw new CommandError(`apiscope: kubectl has the flag ${shown}, but it is not modelled here\n`)
    const problem = problemOf(spec, value)
    if (problem) throw usage(`invalid argument ${goQuote(value)} for "${shown}" flag: ${problem}`)
    flags.add(name, spec, value)
  }
  const shorts = new Map(Object.entries(table).flatMap(([name, spec]) => (spec.short ? [[spec.short, name] as const] : [])))
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') {
      flags.afterDash = words.slice(i + 1)
      break
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=')
      const name = word.slice(2, equals < 0 ? undefined : equals)
      const spec = own(table, name)
      if (!spec) throw usage(`unknown flag: --${name}`)
      const bare = spec.bare ?? (spec.type === 'bool' ? 'true' : undefined)
      const value = equals >= 0 ? word.slice(equals + 1) : (bare ?? words[++i])
      if (value === undefined) throw usage(`flag needs an argument: --${name}`)
      set(name, spec, value, spec.short ? `-${spec.short}, --${name}` : `--${name}`)
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const name = shorts.get(letter)
        const spec = name === undefined ? undefined : own(table, name)
        if (name === undefined || !spec) throw usage(`unknown shorthand flag: '${letter}' in ${word}`)
        const rest = word.slice(at + 1)
        const bare = spec.bare ?? (spec.type === 'bool' ? 'true' : undefined)
        if (bare !== undefined && !rest.startsWith('=')) {
          set(name, spec, bare, `-${letter}, --${name}`)
          continue
        }
        const value = rest !== '' ? rest.replace(/^=/, '') : words[++i]
        if (value === undefined) throw usage(`flag needs an argument: '${letter}' in ${word}`)
        set(name, spec, value, `-${letter}, --${name}`)
        break
      }
    } else flags.args.push(word)
  }
  return flags
}

/** Throws cobra's words if a flag is missing without which the command does not begin. */
export function requireFlags(flags: Flags, table: FlagTable): void {
  const missing = Object.keys(table).filter((name) => table[name]!.required && !flags.has(name))
  if (missing.length > 0)
    throw new CommandError(
      `required flag(s) ${missing
        .sort()
        .map((name) => `"${name}"`)
        .join(', ')} not set\n`,
    )
}

/** Of every kubectl command. */
export const globalFlags: FlagTable = {
  namespace: { type: 'string', short: 'n' },
  context: { type: 'string' },
  as: { type: 'string' },
  'as-group': { type: 'array' },
  'as-uid': { type: 'string' },
  token: { type: 'string' },
  'request-timeout': { type: 'string', unmodelled: true },
  server: { type: 'string', short: 's', unmodelled: true },
  kubeconfig: { type: 'string', unmodelled: true },
  v: { type: 'int', short: 'v', unmodelled: true },
  help: { type: 'bool', short: 'h' },
}
