// The columns of the packed trace: numbers in typed arrays, what is no number beside them, in pages of a fixed size. A trace that grows
// takes another page: nothing is copied, and what is old is never touched again.

const BITS = 14
const SIZE = 1 << BITS
const MASK = SIZE - 1

/** The column `cause`, `request` or `next` of a hop that has none. */
export const NONE = -1

export interface Page<Rest> {
  readonly kind: Uint8Array
  /** Of a stage: which; of a send: the sender's number. */
  readonly first: Uint16Array
  /** Of a stage: its outcome; of a send: the receiver's number. */
  readonly second: Uint16Array
  /** Of a send: which of the trace's latencies it is under way. */
  readonly delay: Uint8Array
  /** Of a send: the form of its message; of others: whether something was let go. */
  readonly form: Uint8Array
  /** Of a send: what its form says (the number of a call or a watch). */
  readonly number: Int32Array
  readonly cause: Int32Array
  readonly revision: Int32Array
  readonly request: Int32Array
  /** The next hop of the same request. */
  readonly next: Int32Array
  readonly rest: Rest[]
}

export type Column = Exclude<keyof Page<unknown>, 'rest'>

export class HopColumns<Rest> {
  private readonly pages: Page<Rest>[] = []

  /** The page that holds a hop; `slot` is its place there. A new page begins when the one before is full. */
  page(index: number): Page<Rest> {
    const at = index >> BITS
    if (at === this.pages.length) this.pages.push(newPage())
    return this.pages[at]!
  }

  get(column: Column, index: number): number {
    return this.pages[index >> BITS]![column][index & MASK]!
  }

  set(column: Column, index: number, value: number): void {
    this.pages[index >> BITS]![column][index & MASK] = value
  }

  rest(index: number): Rest {
    return this.pages[index >> BITS]!.rest[index & MASK]!
  }
}

export const slot = (index: number) => index & MASK

function newPage<Rest>(): Page<Rest> {
  return {
    kind: new Uint8Array(SIZE),
    first: new Uint16Array(SIZE),
    second: new Uint16Array(SIZE),
    delay: new Uint8Array(SIZE),
    form: new Uint8Array(SIZE),
    number: new Int32Array(SIZE),
    cause: new Int32Array(SIZE).fill(NONE),
    revision: new Int32Array(SIZE),
    request: new Int32Array(SIZE).fill(NONE),
    next: new Int32Array(SIZE).fill(NONE),
    rest: [],
  }
}
