// The words of a CEL expression, and the strings among them without their quotes.
// Upstream: github.com/google/cel-go parser (gen/CEL.g4, unescape.go)

import { CelProblem } from './expression'

export interface Token {
  readonly type: 'name' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'mark' | 'end'
  readonly text: string
  readonly at: number
}

/** What begins no token is told, and left out. Of a text without an end all is strange up to the end of the line. */
const STRANGE = /^(?:['"][^\n]*\n?|[&|=][^]?|[^])/u

export function tokensOf(text: string, strange: CelProblem[]): Token[] {
  const out: Token[] = []
  let at = 0
  const rules: readonly (readonly [RegExp, Token['type'] | null])[] = [
    [/^(?:\s+|\/\/[^\n]*)/, null],
    [/^(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)/, 'double'],
    [/^(?:0x[0-9a-fA-F]+|\d+)[uU]/, 'uint'],
    [/^(?:0x[0-9a-fA-F]+|\d+)/, 'int'],
    [/^(?:[bB][rR]?|[rR][bB])(?:'''[\s\S]*?'''|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/, 'bytes'],
    [/^[rR]?(?:'''[\s\S]*?'''|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/, 'string'],
    [/^[A-Za-z_][A-Za-z0-9_]*/, 'name'],
    [/^(?:==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}])/, 'mark'],
  ]
  while (at < text.length) {
    const rest = text.slice(at)
    const found = rules.map(([pattern, type]) => ({ type, text: pattern.exec(rest)?.[0] })).find((f) => f.text !== undefined)
    const taken = found?.text ?? STRANGE.exec(rest)![0]
    if (!found) strange.push(new CelProblem(at, `Syntax error: token recognition error at: '${taken.replaceAll('\n', '\\n')}'`))
    else if (found.type) out.push({ type: found.type, text: taken, at })
    at += taken.length
  }
  return [...out, { type: 'end', text: '<EOF>', at }]
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }

/** What a literal stands for. */
export function unquoted(text: string): string {
  const raw = /^[rR]/.test(text)
  const quoted = raw ? text.slice(1) : text
  const marks = /^('''|""")/.test(quoted) && quoted.length >= 6 ? 3 : 1
  const inner = quoted.slice(marks, -marks)
  if (raw) return inner
  return inner.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (_, hex: string, unicode: string, plain: string) =>
    hex || unicode ? String.fromCharCode(parseInt(hex || unicode, 16)) : (ESCAPES[plain] ?? plain),
  )
}
