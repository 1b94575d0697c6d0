// The columns of the packed trace: a row for each hop, or for a run of stages; numbers in typed arrays, what is no number beside them, in
// pages of a fixed size. A trace that grows takes another page: nothing is copied, and what is old is never touched again.

import { SmallSteps } from './smallSteps'

const BITS = 14
const SIZE = 1 << BITS
const MASK = SIZE - 1
const FAR = 0xffff

/** The column `request` or `next` of a row that has none. */
export const NONE = -1

export interface Page<Rest> {
  readonly kind: Uint8Array
  /** Of stages: their way; of a send: the number of its link. */
  readonly way: Uint16Array
  /** Of a send: the form of its message; of others: whether something was let go. */
  readonly form: Uint8Array
  /** Of a send: what its form says (the number of a call or a watch); of stages: which of them found something. */
  readonly number: Int32Array
  /** So many hops before the first one here is its cause; 0: it has none. */
  readonly cause: Uint16Array
  readonly request: Int32Array
  /** The next row of the same request. */
  readonly next: Int32Array
  readonly rest: Rest[]
}

export type Column = Exclude<keyof Page<unknown>, 'rest'>

export class HopColumns<Rest> {
  /** Rows that there are. */
  length = 0
  private readonly pages: Page<Rest>[] = []
  private readonly starts = new SmallSteps()
  private readonly revisions = new SmallSteps()
  /** Causes too long ago for their column. */
  private readonly farCauses = new Map<number, number>()

  /** A new row for a hop: what led to it, and etcd's revision once it had happened. */
  add(start: number, cause: number | null, revision: number): number {
    const row = this.length++
    if (row >> BITS === this.pages.length) this.pages.push(newPage())
    this.starts.push(start)
    this.revisions.push(revision)
    if (cause === null) return row
    const ago = start - cause
    if (ago >= FAR) this.farCauses.set(row, cause)
    this.set('cause', row, Math.min(ago, FAR))
    return row
  }

  /** The first hop that stands in a row. */
  start(row: number): number {
    return this.starts.at(row)
  }

  revision(row: number): number {
    return this.revisions.at(row)
  }

  /** What led to the first hop of a row; each further one comes from the hop before it. */
  cause(row: number): number | null {
    const ago = this.get('cause', row)
    if (ago === FAR) return this.farCauses.get(row)!
    return ago === 0 ? null : this.start(row) - ago
  }

  /** The row that holds a hop. */
  rowOf(hop: number): number {
    return this.starts.lastAtMost(hop)
  }

  /** Whether the first rows agree with another's in hops, revisions and these columns. */
  agrees(other: HopColumns<Rest>, rows: number, columns: readonly Column[]): boolean {
    for (const column of columns) for (let row = 0; row < rows; row++) if (this.get(column, row) !== other.get(column, row)) return false
    for (const [row, cause] of this.farCauses) if (row < rows && other.farCauses.get(row) !== cause) return false
    return this.starts.agrees(other.starts, rows) && this.revisions.agrees(other.revisions, rows)
  }

  /** The page that holds a row; `slot` is its place there. */
  page(row: number): Page<Rest> {
    return this.pages[row >> BITS]!
  }

  get(column: Column, row: number): number {
    return this.pages[row >> BITS]![column][row & MASK]!
  }

  set(column: Column, row: number, value: number): void {
    this.pages[row >> BITS]![column][row & MASK] = value
  }

  rest(row: number): Rest {
    return this.pages[row >> BITS]!.rest[row & MASK]!
  }
}

export const slot = (row: number) => row & MASK

function newPage<Rest>(): Page<Rest> {
  return {
    kind: new Uint8Array(SIZE),
    way: new Uint16Array(SIZE),
    form: new Uint8Array(SIZE),
    number: new Int32Array(SIZE),
    cause: new Uint16Array(SIZE),
    request: new Int32Array(SIZE).fill(NONE),
    next: new Int32Array(SIZE).fill(NONE),
    // One that grows would keep spare room.
    rest: new Array<Rest>(SIZE),
  }
}
