// The documents of a YAML text as the yaml package composes them, however deep. It closes and composes what is nested by calling itself. Here
// its parser closes one collection after the other; and what stands deep in a document is cut out, composed alone, innermost first, and put
// back where it stood.
// Leaves out: at a cut, a line break in a flow collection that is a key, and what %TAG names.
// Upstream: go.yaml.in/yaml/v2 scannerc.go (max_flow_level, max_indents)

import { Composer, isCollection, isNode, isPair, Lexer, Parser, type CST, type Document, type LineCounter, type Node } from 'yaml'
import { YamlError } from './yamlValues'

const OPTIONS = { version: '1.1', merge: true, schema: 'yaml-1.1', uniqueKeys: false, prettyErrors: false, keepSourceTokens: true } as const

/** So many block collections may stand in each other, each further in than the last, and so many flow collections. */
const MAX_DEPTH = 10_000
/** So many levels are composed at once: a cut piece has no fewer, so that there are few. */
const PIECE = 150

/** What was cut out, by the empty collection that stands where it stood. */
type Pieces = Map<CST.Token, Document.Parsed>

/** One after the other, with what is wrong with each. Throws a YamlError if collections are nested too deep. */
export function* documentsOf(text: string, lines: LineCounter): Generator<Document.Parsed> {
  const composer = new Composer({ ...OPTIONS, lineCounter: lines })
  const pieces = new Map<CST.Token, Document.Parsed>()
  /** The pieces of those documents that the composer keeps yet. */
  const waiting: (readonly Document.Parsed[])[] = []
  const whole = (document: Document.Parsed) => putTogether(document, waiting.shift() ?? [], pieces)
  for (const token of tokensOf(text, lines)) {
    if (token.type === 'document') waiting.push(cutDeep(token, pieces))
    for (const document of composer.next(token)) yield whole(document)
  }
  for (const document of composer.end()) yield whole(document)
}

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  lines.addNewLine(0)
  const parser = parserOf(lines)
  let deepest = MAX_DEPTH
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length <= deepest) continue
    deepest = parser.stack.length
    if (isTooDeep(parser.stack)) throw new YamlError(tooDeep(lines.linePos(parser.offset).line))
  }
  yield* parser.end()
}

/** A parser each of whose steps closes one collection at most: where it would take the next step inside of one, it takes it behind. */
function parserOf(lines: LineCounter): Parser {
  const parser = new Parser(lines.addNewLine)
  const step = parser['step'].bind(parser)
  let isInStep = false
  let next = false
  parser['step'] = function* () {
    next = isInStep
    if (isInStep) return
    isInStep = true
    do {
      next = false
      yield* step()
    } while (next)
    isInStep = false
  }
  return parser
}

function isTooDeep(stack: readonly CST.Token[]): boolean {
  let [flows, blocks, indent] = [0, 0, -1]
  for (const token of stack) {
    if (token.type === 'flow-collection') flows++
    else if ((token.type === 'block-map' || token.type === 'block-seq') && token.indent > indent) {
      blocks++
      indent = token.indent
    }
  }
  return flows > MAX_DEPTH || blocks > MAX_DEPTH
}

const tooDeep = (line: number) => `yaml: ${line > 1 ? `line ${line}: ` : ''}exceeded max depth of ${MAX_DEPTH}`

type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection

/** A collection where it stands in a document. */
interface Place {
  readonly token: Collection
  /** What it stands in; null: the document itself. */
  readonly around: Place | null
  /** Puts another there. */
  readonly put: (other: Collection) => void
  /** How many collections that are not cut out stand in each other in it. */
  height: number
}

/** Leaves an empty collection in place of each piece that is cut out. */
function cutDeep(document: CST.Document, pieces: Pieces): readonly Document.Parsed[] {
  const cut: Document.Parsed[] = []
  // Innermost first.
  for (const { token, around, put, height } of placesIn(document).reverse()) {
    if (around === null) continue
    if (height < PIECE) {
      around.height = Math.max(around.height, height + 1)
      continue
    }
    const [piece] = [...new Composer(OPTIONS).compose([{ type: 'document', offset: token.offset, start: [], value: token }])]
    if (!piece) continue
    const empty = emptied(token, piece.range[2])
    put(empty)
    pieces.set(empty, putTogether(piece, [], pieces))
    cut.push(piece)
  }
  return cut
}

/** Every collection behind the one that it stands in. */
function placesIn(document: CST.Document): Place[] {
  const places: Place[] = []
  const add = (token: CST.Token | null | undefined, around: Place | null, put: Place['put']) => {
    if (isCollectionToken(token)) places.push({ token, around, put, height: 0 })
  }
  add(document.value, null, (other) => (document.value = other))
  for (const place of places)
    for (const item of place.token.items as { key?: CST.Token | null; value?: CST.Token }[]) {
      add(item.key, place, (other) => (item.key = other))
      add(item.value, place, (other) => (item.value = other))
    }
  return places
}

const isCollectionToken = (token: CST.Token | null | undefined): token is Collection =>
  token?.type === 'block-map' || token?.type === 'block-seq' || token?.type === 'flow-collection'

/** With nothing in it, and yet as long. */
function emptied(token: Collection, end: number): Collection {
  if (token.type === 'flow-collection') return { ...token, items: [] }
  return { ...token, items: [{ start: [{ type: 'newline', offset: end - 1, indent: token.indent, source: '\n' }] }] }
}

/** Puts what was cut out back where it stood, and tells what is wrong with it too. */
function putTogether(document: Document.Parsed, cut: readonly Document.Parsed[], pieces: Pieces): Document.Parsed {
  if (pieces.size === 0) return document
  document.errors.push(...cut.flatMap(({ errors }) => errors))
  document.errors.sort((a, b) => a.pos[0] - b.pos[0])
  const whole = (node: unknown): unknown => {
    if (!isNode(node)) return node
    const piece = node.srcToken && pieces.get(node.srcToken)?.contents
    if (piece && isCollection(node)) return Object.assign(piece, node.anchor === undefined ? {} : { anchor: node.anchor })
    left.push(node)
    return node
  }
  const left: unknown[] = [document.contents]
  for (const node of left) {
    if (!isCollection(node)) continue
    node.items.forEach((item, i) => {
      if (!isPair(item)) node.items[i] = whole(item)
      else [item.key, item.value] = [whole(item.key), whole(item.value)]
    })
  }
  return document
}

/** Every node, those first in which others are, in the order of the text. */
export function* nodesOf({ contents }: Document): Generator<Node> {
  const left: unknown[] = [contents]
  while (left.length > 0) {
    const next = left.pop()
    if (isPair(next)) left.push(next.value, next.key)
    else if (isNode(next)) {
      yield next
      if (isCollection(next)) for (let i = next.items.length - 1; i >= 0; i--) left.push(next.items[i])
    }
  }
}
