// What is wrong with a YAML text, in go-yaml's words and with its lines: a scanner's problem counts lines from 1, a parser's from 0,
// and the first line is not named at all.
// Leaves out: what this reader allows and go-yaml does not.
// Upstream: sigs.k8s.io/yaml goyaml.v2/{scannerc,parserc,decode}.go

import type { LineCounter, YAMLParseError } from 'yaml'

interface Problem {
  readonly text: string
  /** The scanner found it, not the parser. */
  readonly scanner: boolean
  /** Where in the text what it belongs to begins, and where it was noticed. */
  readonly context: number
  readonly at: number
}

export function yamlProblem(error: YAMLParseError, text: string, lines: LineCounter): string {
  const { text: words, scanner, context, at } = problemOf(error, text, lines)
  const line = lineOf(context, lines) || lineOf(at, lines)
  return `yaml: ${line === 0 ? '' : `line ${scanner ? line + 1 : line}: `}${words}`
}

/** From 0. */
const lineOf = (offset: number, lines: LineCounter) => lines.linePos(offset).line - 1

function problemOf({ code, message, pos: [at] }: YAMLParseError, text: string, lines: LineCounter): Problem {
  const scanned = (words: string, context = at): Problem => ({ text: words, scanner: true, context, at })
  const parsed = (words: string, context = 0): Problem => ({ text: words, scanner: false, context, at })
  switch (code) {
    case 'TAB_AS_INDENT':
    case 'BAD_SCALAR_START':
      return scanned('found character that cannot start any token')
    case 'BLOCK_AS_IMPLICIT_KEY':
      return scanned('mapping values are not allowed in this context', at + Math.max(0, text.slice(at).search(/:(\s|$)/)))
    case 'BAD_DQ_ESCAPE':
      return scanned('found unknown escape character', text.lastIndexOf('"', at))
    case 'MISSING_CHAR':
      if (message.includes('quote'))
        return scanned('found unexpected end of stream', text.lastIndexOf(message.includes('"') ? '"' : "'", at - 1))
      return message.startsWith('Implicit map keys') ? scanned("could not find expected ':'") : parsed(unclosed(message))
    case 'BAD_INDENT':
      return message.startsWith('Flow') ? parsed(unclosed(message)) : parsed('did not find expected key', mappingAround(at, text, lines))
    case 'MULTILINE_IMPLICIT_KEY':
      return parsed('did not find expected key', mappingAround(at, text, lines))
    case 'UNEXPECTED_TOKEN':
      if (message.includes('block-seq-ind')) return scanned('block sequence entries are not allowed in this context')
      if (/^\s*-\s/.test(text)) return parsed("did not find expected '-' indicator")
      return parsed(message.includes('node end') ? 'did not find expected <document start>' : 'did not find expected key')
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
      return scanned('did not find expected alphabetic or numeric character')
    default:
      return parsed('did not find expected node content')
  }
}

const unclosed = (message: string) => `did not find expected ',' or '${/map/i.test(message) ? '}' : ']'}'`

/** Where the block mapping begins that the line of an offset would belong to by its indentation. */
function mappingAround(at: number, text: string, lines: LineCounter): number {
  const all = text.split('\n')
  const indentOf = (line: string) => line.length - line.trimStart().length
  const here = lineOf(at, lines)
  const indent = indentOf(all[here] ?? '')
  let start = 0
  for (let i = here - 1, around = -1; i >= 0; i--) {
    const line = all[i]!
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    if (around < 0 && indentOf(line) <= indent) around = indentOf(line)
    if (around >= 0 && indentOf(line) < around) break
    if (indentOf(line) === around) start = i
  }
  return lines.lineStarts[start] ?? 0
}
