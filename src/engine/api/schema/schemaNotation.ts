// Reads the compact notation of kinds/types.json into TypeSchema, each type on its first use, so that types may be recursive.
//   type      = `field:type;field*:type;…` after an optional `!` (atomic); `*` marks a required field
//   scalars   = s string, b boolean, i int32, l int64, d double, q Quantity, x IntOrString, y bytes, t Time, u MicroTime, o anything
//               `-` after one: left out when it is zero (no pointer in Go); `^` after one: written as null when it is absent, as the times T and U are; s(A|B) is an enumeration
//   []T{m=a+b,s,p=k,r} = list: map by keys, set, strategic merge by key, retainKeys; <T> = map; Name = struct, `!` atomic, `%` not, `~` retainKeys, `=` replaced by a
//   strategic merge, `+` written when empty, `?` or anything that is no object

import { invariant } from '../../base/invariant'
import { goPathOf } from '../go/embeddedStructs'
import type { ListSchema, ScalarSchema, StructSchema, TypeSchema } from './schema'

const SCALARS: Readonly<Record<string, ScalarSchema>> = {
  s: { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'int32' },
  l: { type: 'int64' },
  d: { type: 'double' },
  q: { type: 'quantity' },
  x: { type: 'intOrString' },
  y: { type: 'bytes' },
  t: { type: 'time' },
  u: { type: 'microTime' },
  o: { type: 'any' },
  T: { type: 'time', nullWhenAbsent: true },
  U: { type: 'microTime', nullWhenAbsent: true },
}

export type Notation = Readonly<Record<string, string>>

/** Types by Go's short name. A kind whose types the OpenAPI schemas do not hold adds them in its own folder. */
export class TypeTable {
  private readonly notations: Notation[] = []
  private readonly read = new Map<string, StructSchema>()
  private readonly types = new Map<string, TypeSchema>()

  add(notation: Notation): this {
    this.notations.push(notation)
    return this
  }

  /** The struct of that name; throws where there is none. */
  struct(name: string): StructSchema {
    let found = this.read.get(name)
    if (!found) {
      const text = this.notations.find((n) => Object.hasOwn(n, name))?.[name]
      invariant(text !== undefined, 'a type that was added', { name })
      found = this.readStruct(name, text)
      this.read.set(name, found)
    }
    return found
  }

  private readStruct(name: string, text: string): StructSchema {
    const atomic = text.startsWith('!')
    const fields = new Map<string, string>()
    const required: string[] = []
    for (const entry of splitTop(atomic ? text.slice(1) : text, ';')) {
      if (entry === '') continue
      const colon = entry.indexOf(':')
      const marked = entry.slice(0, colon)
      const field = marked.endsWith('*') ? marked.slice(0, -1) : marked
      if (field !== marked) required.push(field)
      fields.set(field, entry.slice(colon + 1))
    }
    const resolved = new Map<string, TypeSchema>()
    const goName = name.replace(/@.*/, '')
    const written = [...fields].filter(([, t]) => /[+^]$|^[TU]$/.test(t)).map(([f]) => f)
    return {
      type: 'struct',
      name: goName,
      goPath: goPathOf(goName),
      ...versionOf(name),
      field: (field) => {
        let type = resolved.get(field)
        const notation = fields.get(field)
        if (!type && notation !== undefined) resolved.set(field, (type = this.type(notation)))
        return type
      },
      fieldNames: [...fields.keys()],
      required,
      written,
      atomic,
      retainKeys: false,
    }
  }

  private type(notation: string): TypeSchema {
    let type = this.types.get(notation)
    if (!type) this.types.set(notation, (type = this.readType(notation)))
    return type
  }

  private readType(notation: string): TypeSchema {
    const scalar = SCALARS[notation]
    if (scalar) return scalar
    if (notation.endsWith('^')) return { ...(this.type(notation.slice(0, -1)) as ScalarSchema), nullWhenAbsent: true }
    if (notation.endsWith('-')) return { ...(this.type(notation.slice(0, -1)) as ScalarSchema), omitZero: true }
    if (notation.startsWith('s(')) return { type: 'string', enum: notation.slice(2, -1).split('|') }
    if (notation.startsWith('[]')) return this.list(notation.slice(2))
    if (notation.startsWith('<')) {
      const end = notation.lastIndexOf('>')
      return { type: 'map', values: this.type(notation.slice(1, end)), atomic: notation.endsWith('!') }
    }
    const [, name = '', flags = ''] = /^([\w@]+)([!%~=+?]*)$/.exec(notation) ?? []
    const struct = this.struct(name)
    return /[!%~=?]/.test(flags)
      ? {
          ...struct,
          atomic: !flags.includes('%') && (struct.atomic || flags.includes('!')),
          retainKeys: flags.includes('~'),
          patchReplaces: flags.includes('='),
          loose: flags.includes('?'),
        }
      : struct
  }

  private list(notation: string): ListSchema {
    const brace = notation.endsWith('}') ? notation.lastIndexOf('{') : notation.length
    const flags = notation.slice(brace + 1, -1)
    const value = (flag: string) => new RegExp(`(?:^|,)${flag}=([^,]*)`).exec(flags)?.[1]
    const keys = value('m')
    const patchKey = value('p')
    return {
      type: 'list',
      items: this.type(notation.slice(0, brace)),
      listType: keys !== undefined ? 'map' : /(?:^|,)s(?:,|$)/.test(flags) ? 'set' : 'atomic',
      listMapKeys: keys?.split('+') ?? [],
      patchMerge: patchKey !== undefined,
      patchMergeKey: patchKey || undefined,
      patchRetainKeys: /(?:^|,)r(?:,|$)/.test(flags),
    }
  }
}

/** Splits at a separator that does not stand in brackets. */
function splitTop(text: string, separator: string): string[] {
  const out: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '(' || c === '{' || c === '<') depth++
    else if (c === ')' || c === '}' || c === '>') depth--
    else if (c === separator && depth === 0) {
      out.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...out, text.slice(start)]
}

/** `HorizontalPodAutoscalerSpec@autoscalingv2` is no v1. */
function versionOf(name: string): { readonly version?: string } {
  const [version] = /(?<=@[a-z]+)v\d\w*$/.exec(name) ?? []
  return version === undefined ? {} : { version }
}
