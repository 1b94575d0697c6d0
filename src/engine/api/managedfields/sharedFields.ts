// Trees of fields of which there is one for each shape: thousands of Pods are owned alike. A tree is found by walking the fields in the
// order in which they come, so that a shape that was seen before costs a look-up for each field and no new object.
// A tree's elements stand in the order in which Go writes them: `.`, fields, keys, values, indexes.
// Upstream: structured-merge-diff fieldpath/{element,serialize}.go

import { anyDepth } from '../../base/anyDepth'
import { isNumber, type Json } from '../../base/json'
import { readJson } from '../serializer/parseJson'
import { Recent } from '../../base/recent'
import type { FieldsV1 } from '../object'
import { LEAF, subtract, union } from './fieldSets'

/** Beyond so many elements a shape is one of a kind: nothing is remembered of it, so that a long list costs what its items do. */
const LONG = 128

/** Fields that came one after the other, each with what is below it. Immutable: `field` and `item` give the shape that is longer by one. */
export class Shape {
  private readonly length: number
  private fields: Recent<string, Shape> | null = null
  private items: Recent<string, Shape> | null = null
  private below: Recent<FieldsV1, Shape> | null = null
  private made: FieldsV1 | null = null

  constructor(
    private readonly before: Shape | null = null,
    private readonly element = '',
    private readonly child = LEAF,
  ) {
    this.length = before ? before.length + 1 : 0
  }

  /** Whether nothing came yet. */
  get isEmpty(): boolean {
    return this.before === null
  }

  /** A field of a struct or map, by its name. */
  field(name: string, child: FieldsV1): Shape {
    if (this.length >= LONG) return new Shape(this, `f:${name}`, child)
    this.fields ??= new Recent()
    return (this.fields.get(name) ?? this.fields.add(name, this.then(`f:${name}`))).over(child)
  }

  /** Any element, as managedFields writes it: `k:{"name":"web"}`. */
  item(element: string, child: FieldsV1): Shape {
    if (this.length >= LONG) return new Shape(this, element, child)
    return this.then(element).over(child)
  }

  /** The tree of all that came, each child of which has to be such a tree, too. */
  get tree(): FieldsV1 {
    return (this.made ??= this.build())
  }

  private then(element: string): Shape {
    this.items ??= new Recent()
    return this.items.get(element) ?? this.items.add(element, new Shape(this, element))
  }

  private all(): Shape[] {
    const all: Shape[] = this.before ? [this] : []
    for (let at = this.before; at?.before; at = at.before) all.push(at)
    return all.reverse()
  }

  /** As this, with something below the last element. */
  private over(child: FieldsV1): Shape {
    if (child === LEAF) return this
    this.below ??= new Recent()
    return this.below.get(child) ?? this.below.add(child, new Shape(this.before, this.element, child))
  }

  /** That of the same elements in Go's order, whichever way they came. */
  private build(): FieldsV1 {
    const all = this.all().map(({ element, child }): Placed => ({ element, child, place: placeOf(element) }))
    const isOrdered = all.every(({ place }, i) => i === 0 || comparePlaces(all[i - 1]!.place, place) <= 0)
    if (!isOrdered) {
      all.sort((a, b) => comparePlaces(a.place, b.place))
      if (all.length <= LONG) {
        let inOrder = NO_FIELDS
        for (const { element, child } of all) inOrder = inOrder.item(element, child)
        return inOrder.tree
      }
    }
    const out: Record<string, FieldsV1> = {}
    for (const { element, child } of all) out[element] = child
    made.add(out)
    return out
  }
}

/** The shape to begin with. */
export const NO_FIELDS = new Shape()
const made = new WeakSet<FieldsV1>([LEAF])

/** The tree of this shape: the one that there is, or was until others came that were asked for more. */
export const sharedTree = anyDepth(LEAF, (tree: FieldsV1): FieldsV1 => {
  if (made.has(tree)) return tree
  let shape = NO_FIELDS
  for (const element in tree) shape = shape.item(element, sharedTree(tree[element]!))
  return shape.isEmpty ? LEAF : shape.tree
})

/** An operation on two trees, remembered for those that it was done for lately. */
export function remembered(of: (a: FieldsV1, b: FieldsV1) => FieldsV1): (a: FieldsV1, b: FieldsV1) => FieldsV1 {
  const results = new Recent<FieldsV1, Recent<FieldsV1, FieldsV1>>()
  return (a, b) => {
    const byOther = results.get(a) ?? results.add(a, new Recent())
    return byOther.get(b) ?? byOther.add(b, sharedTree(of(a, b)))
  }
}

export const sharedUnion = remembered(union)
export const sharedDifference = remembered(subtract)

const RANK = '.fkvi'

/** An element with what Go sorts it by. */
interface Place {
  readonly element: string
  readonly rank: number
  /** Of keys and values: read once, however often it is compared. */
  readonly value: Json
}
interface Placed {
  readonly element: string
  readonly child: FieldsV1
  readonly place: Place
}

const places = new Recent<string, Place>(512)
const placeOf = (element: string): Place => places.get(element) ?? places.add(element, readPlace(element))

function readPlace(element: string): Place {
  const [letter = ''] = element
  const rest = element.slice(2)
  const value = letter === 'f' || letter === '.' ? null : letter === 'i' ? Number(rest) : readJson(rest)
  return { element, rank: RANK.indexOf(letter), value }
}

/** Go's order of the elements of one level: the field itself, fields, keys, values, indexes. */
function comparePlaces(a: Place, b: Place): number {
  if (a.rank !== b.rank) return a.rank - b.rank
  return a.value === null || b.value === null ? compareText(a.element, b.element) : compareValues(a.value, b.value)
}

/** Numbers by size, texts by their letters, objects field by field in the order of their names. */
const compareValues = anyDepth(0, (a: Json, b: Json): number => {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return compareText(String(a), String(b))
  const [left, right] = [Object.entries(a).sort(byName), Object.entries(b).sort(byName)]
  for (const [i, [name, value]] of left.entries()) {
    const other = right[i]
    if (!other) return 1
    const order = compareText(name, other[0]) || compareValues(value as Json, other[1] as Json)
    if (order !== 0) return order
  }
  return left.length - right.length
})

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => compareText(a, b)
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
