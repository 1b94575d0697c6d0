// Command-line flags as pflag reads them, from a table for each command.
// Upstream: github.com/spf13/pflag

import { CommandError } from './context'

/** `bool` may stand alone, and so may a flag with `bare`; `list` may repeat and splits at commas, `array` repeats only. */
export interface FlagSpec {
  readonly type: 'bool' | 'string' | 'int' | 'list' | 'array'
  readonly short?: string
  /** The value of the flag without `=value` (`--dry-run`, `--cascade`). */
  readonly bare?: string
  /** Real kubectl has it, this model does not: using it is said, not ignored. */
  readonly unmodelled?: true
}

export type FlagTable = Readonly<Record<string, FlagSpec>>

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
    return ['true', '1', 't', 'T', 'TRUE', 'True'].includes(this.text(name) ?? '')
  }

  int(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : Number(text)
  }

  list(name: string): readonly string[] {
    return this.values.get(name) ?? []
  }

  add(name: string, spec: FlagSpec, value: string): void {
    const old = this.values.get(name) ?? []
    this.values.set(name, spec.type === 'list' ? [...old, ...value.split(',')] : [...old, value])
  }
}

/** Throws CommandError with pflag's own words; `command` is what `See '… --help'` names. */
export function parseFlags(words: readonly string[], table: FlagTable, command: string): Flags {
  const flags = new Flags()
  const usage = (text: string) => new CommandError(`${text}\nSee '${command} --help' for usage.\n`)
  const set = (name: string, spec: FlagSpec, value: string, shown: string) => {
    if (spec.unmodelled) throw new CommandError(`apiscope: kubectl has the flag ${shown}, but it is not modelled here\n`)
    const number = spec.type === 'int' && !/^-?\d+$/.test(value)
    const truth = spec.type === 'bool' && !/^(true|false|1|0|t|f|T|F|TRUE|FALSE|True|False)$/.test(value)
    if (number || truth) {
      const parse = number ? 'strconv.ParseInt' : 'strconv.ParseBool'
      throw usage(`invalid argument "${value}" for "${shown}" flag: ${parse}: parsing "${value}": invalid syntax`)
    }
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
      const spec = table[name]
      if (!spec) throw usage(`unknown flag: --${name}`)
      const bare = spec.bare ?? (spec.type === 'bool' ? 'true' : undefined)
      const value = equals >= 0 ? word.slice(equals + 1) : (bare ?? words[++i])
      if (value === undefined) throw usage(`flag needs an argument: --${name}`)
      set(name, spec, value, spec.short ? `-${spec.short}, --${name}` : `--${name}`)
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!
        const name = shorts.get(letter)
        const spec = name === undefined ? undefined : table[name]
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
