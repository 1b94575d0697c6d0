// What the nodes of a YAML document stand for in JSON, as go-yaml decodes them: an alias stands for the value that its anchor has, which is
// made once; how many aliases there may be depends on how much of the document they make up.
// Upstream: sigs.k8s.io/yaml yaml.go (convertToJSONableObject), go.yaml.in/yaml/v2 {decode,resolve}.go

import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Alias, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { goJson, int64, isObject, type Json, type JsonObject } from '../../base/json'
import { roomFor } from '../../base/roomFor'

/** In go-yaml's words. */
export class YamlError extends Error {}

/** What an anchor names: nothing yet while it is being made. `count`: of how many nodes. */
interface Anchored {
  made: { readonly value: Json; readonly count: number } | null
}

/** The reading of a node: it hands out the reading of another node that its value needs, and is given that value. */
type Reading<T extends Json = Json> = Generator<Reading, T, Json>

export class YamlReader {
  private readonly anchors = new Map<string, Anchored>()
  private decoded = 0
  private aliased = 0

  /** The value of a document's node, however deep: no reading stands in another on the stack. */
  read(node: unknown): Json {
    const open: Reading[] = [this.value(node)]
    let value: Json = null
    for (let reading = open.at(-1); reading; reading = open.at(-1)) {
      const next = reading.next(value)
      if (next.done) {
        open.pop()
        value = next.value
      } else open.push(next.value)
    }
    return value
  }

  private *value(node: unknown): Reading {
    if (!isNode(node)) return isPair(node) ? yield* this.map([node]) : null
    this.count(1, 0)
    if (isAlias(node)) return this.alias(node)
    const { anchor } = node as Node & { readonly anchor?: string }
    if (!anchor) return yield* this.content(node)
    const before = this.decoded
    const anchored: Anchored = { made: null }
    this.anchors.set(anchor, anchored)
    const value = yield* this.content(node)
    anchored.made = { value, count: this.decoded - before + 1 }
    return value
  }

  private *content(node: unknown): Reading {
    if (isScalar(node)) return scalarValue(node)
    if (isMap(node)) return yield* this.map((node as YAMLMap<unknown, unknown>).items)
    return isSeq(node) ? yield* this.list(node.items) : null
  }

  private alias({ source }: Alias): Json {
    const named = this.anchors.get(source)
    if (named === undefined) throw new YamlError(`yaml: unknown anchor '${source}' referenced`)
    if (named.made === null) throw new YamlError(`yaml: anchor '${source}' value contains itself`)
    const { value, count } = named.made
    this.count(count, count)
    return value
  }

  private *list(nodes: readonly unknown[]): Reading<readonly Json[]> {
    const out: Json[] = []
    for (const node of nodes) out.push(yield this.value(node))
    return out
  }

  private *map(pairs: readonly Pair<unknown, unknown>[]): Reading<JsonObject> {
    const out: Record<string, Json> = roomFor(pairs.length)
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) merge(yield this.value(value), out)
      else out[keyText(yield this.value(key))] = yield this.value(value)
    }
    return out
  }

  private count(decoded: number, aliased: number): void {
    this.decoded += decoded
    this.aliased += aliased
    if (this.aliased > 100 && this.decoded > 1000 && this.aliased / this.decoded > allowedRatio(this.decoded))
      throw new YamlError('yaml: document contains excessive aliasing')
  }
}

/** Of several maps the first counts. */
function merge(merged: Json, out: Record<string, Json>): void {
  for (const map of Array.isArray(merged) ? [...(merged as readonly Json[])].reverse() : [merged]) {
    if (!isObject(map)) throw new YamlError('yaml: map merge requires map or sequence of maps as the value')
    for (const key in map) out[key] = map[key]!
  }
}

const [FEW, MANY] = [400_000, 4_000_000]

/** How much of what is decoded may come from aliases. */
function allowedRatio(decoded: number): number {
  if (decoded <= FEW) return 0.99
  return decoded >= MANY ? 0.1 : 0.99 - (0.89 * (decoded - FEW)) / (MANY - FEW)
}

export const isMergeKey = (key: unknown) => isScalar(key) && typeof key.value === 'symbol'

function keyText(key: Json): string {
  if (key === null) throw new YamlError('unsupported map key of type: %!s(<nil>), key: <nil>')
  if (typeof key === 'object') throw new YamlError(`yaml: invalid map key: ${goJson(key)}`)
  return typeof key === 'number' && !Number.isFinite(key) ? `${key < 0 ? '-' : ''}.inf` : String(key)
}

/** Dates, and minutes and seconds with colons, are texts as they stand. */
function scalarValue({ value, source = '', tag, type }: Scalar): Json {
  switch (typeof value) {
    case 'string': {
      if (type === 'PLAIN' && !tag && OCTAL.test(value)) return wholeOf(value)
      const wanted = tag?.replace('tag:yaml.org,2002:', '!!') ?? ''
      if (!CANNOT_BE_TEXT.has(wanted)) return value
      const isNumber = /\d/.test(value) && Number.isFinite(Number(value))
      if (wanted === '!!float' && isNumber) return Number(value)
      throw new YamlError(`yaml: cannot decode ${isNumber ? '!!float' : '!!str'} \`${value}\` as a ${wanted}`)
    }
    case 'boolean':
      return value
    case 'number':
      if (source.includes(':')) return source
      if (value === 0) return 0
      if (Math.abs(value) > 2 ** 64 && PREFIXED.test(source)) return source
      if (Number.isFinite(value)) return Number.isInteger(value) && !Number.isSafeInteger(value) ? wholeOf(source) : value
      if (!source.includes('.')) return source
      throw new YamlError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value < 0 ? '-Inf' : '+Inf'}`)
    case 'symbol':
      return '<<'
    default:
      if (value instanceof Date) return source
      return value instanceof Uint8Array ? new TextDecoder().decode(value) : null
  }
}

const WHOLE = /^([-+]?)(0[box])?([\da-fA-F]+)$/

/** A whole number as it stands there, to the last digit where it is an int64. */
function wholeOf(source: string): number | bigint {
  const [, sign, prefix, digits = ''] = WHOLE.exec(source.replaceAll('_', '')) ?? []
  if (digits === '') return Number(source)
  const size = BigInt(prefix === undefined && /^0\d/.test(digits) ? `0o${digits}` : `${prefix ?? ''}${digits}`)
  const whole = sign === '-' ? -size : size
  return BigInt.asIntN(64, whole) === whole ? int64(whole) : Number(whole)
}

/** What Go reads as a number and YAML 1.1 does not. */
const OCTAL = /^[-+]?0o[0-7_]+$/
/** Such numbers have at most 64 bits. */
const PREFIXED = /^[-+]?0[box]/
const CANNOT_BE_TEXT = new Set(['!!int', '!!float', '!!bool', '!!null'])
