// What the nodes of a YAML document stand for in JSON, as go-yaml decodes them: an alias stands for the value that its anchor has, which is
// made once; how many aliases there may be depends on how much of the document they make up.
// Upstream: sigs.k8s.io/yaml yaml.go (convertToJSONableObject), go.yaml.in/yaml/v2 {decode,resolve}.go

import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Alias, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { goJson, int64, isObject, type Json, type JsonObject } from '../../base/json'
import { roomFor } from '../../base/roomFor'

/** In go-yaml's words. */
export class YamlError extends Error {}

export const MAX_DEPTH = 300
export const TOO_DEEP = 'yaml: exceeded max depth of 10000'

/** What an anchor names: null while it is being made. */
type Anchored = { readonly value: Json; readonly count: number } | null

export class YamlReader {
  private readonly anchors = new Map<string, Anchored>()
  /** How deep the objects and lists that were made are. */
  private readonly heights = new WeakMap<object, number>()
  private decoded = 0
  private aliased = 0

  value(node: unknown, depth = 0): Json {
    if (!isNode(node)) return isPair(node) ? this.map([node], depth) : null
    if (depth > MAX_DEPTH) throw new YamlError(TOO_DEEP)
    this.count(1, 0)
    if (isAlias(node)) return this.alias(node, depth)
    const { anchor } = node as Node & { readonly anchor?: string }
    if (!anchor) return this.content(node, depth)
    const before = this.decoded
    this.anchors.set(anchor, null)
    const value = this.content(node, depth)
    this.anchors.set(anchor, { value, count: this.decoded - before + 1 })
    return value
  }

  private content(node: unknown, depth: number): Json {
    if (isScalar(node)) return scalarValue(node)
    if (isMap(node)) return this.map((node as YAMLMap<unknown, unknown>).items, depth)
    return isSeq(node) ? this.made(node.items.map((item) => this.value(item, depth + 1))) : null
  }

  private alias({ source }: Alias, depth: number): Json {
    const named = this.anchors.get(source)
    if (named === undefined) throw new YamlError(`yaml: unknown anchor '${source}' referenced`)
    if (named === null) throw new YamlError(`yaml: anchor '${source}' value contains itself`)
    this.count(named.count, named.count)
    if (depth + this.heightOf(named.value) > MAX_DEPTH) throw new YamlError(TOO_DEEP)
    return named.value
  }

  private map(pairs: readonly Pair<unknown, unknown>[], depth: number): JsonObject {
    const out: Record<string, Json> = roomFor(pairs.length)
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) this.merge(value, out, depth)
      else out[keyText(this.value(key, depth + 1))] = this.value(value, depth + 1)
    }
    return this.made(out)
  }

  /** Of several maps the first counts. */
  private merge(node: unknown, out: Record<string, Json>, depth: number): void {
    const merged = this.value(node, depth + 1)
    for (const map of Array.isArray(merged) ? [...(merged as readonly Json[])].reverse() : [merged]) {
      if (!isObject(map)) throw new YamlError('yaml: map merge requires map or sequence of maps as the value')
      for (const key in map) out[key] = map[key]!
    }
  }

  private made<T extends JsonObject | readonly Json[]>(container: T): T {
    let height = 0
    for (const inner of Object.values(container as JsonObject)) height = Math.max(height, this.heightOf(inner!))
    this.heights.set(container, height + 1)
    return container
  }

  private heightOf(value: Json): number {
    return typeof value === 'object' && value !== null ? (this.heights.get(value) ?? 0) : 0
  }

  private count(decoded: number, aliased: number): void {
    this.decoded += decoded
    this.aliased += aliased
    if (this.aliased > 100 && this.decoded > 1000 && this.aliased / this.decoded > allowedRatio(this.decoded))
      throw new YamlError('yaml: document contains excessive aliasing')
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
