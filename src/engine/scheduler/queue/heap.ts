// A heap whose items are found by key: the least comes out first, in O(log n); any item can be taken out or moved.
// Upstream: kubernetes pkg/scheduler/backend/heap/heap.go

export class Heap<T> {
  private readonly items: T[] = []
  private readonly places = new Map<string, number>()

  constructor(
    private readonly keyOf: (item: T) => string,
    private readonly less: (a: T, b: T) => boolean,
  ) {}

  get size(): number {
    return this.items.length
  }

  has(key: string): boolean {
    return this.places.has(key)
  }

  get(key: string): T | undefined {
    const place = this.places.get(key)
    return place === undefined ? undefined : this.items[place]
  }

  peek(): T | undefined {
    return this.items[0]
  }

  /** Puts the item in, or in the place of the one with its key. */
  set(item: T): void {
    const key = this.keyOf(item)
    const place = this.places.get(key) ?? this.items.length
    this.put(place, item)
    this.down(this.up(place))
  }

  pop(): T | undefined {
    const first = this.items[0]
    if (first !== undefined) this.delete(this.keyOf(first))
    return first
  }

  delete(key: string): boolean {
    const place = this.places.get(key)
    if (place === undefined) return false
    this.places.delete(key)
    const last = this.items.pop()!
    if (place < this.items.length) {
      this.put(place, last)
      this.down(this.up(place))
    }
    return true
  }

  private put(place: number, item: T): void {
    this.items[place] = item
    this.places.set(this.keyOf(item), place)
  }

  private swap(a: number, b: number): void {
    const item = this.items[a]!
    this.put(a, this.items[b]!)
    this.put(b, item)
  }

  private up(place: number): number {
    let at = place
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.less(this.items[at]!, this.items[parent]!)) break
      this.swap(at, parent)
      at = parent
    }
    return at
  }

  private down(place: number): void {
    let at = place
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.items.length) return
      const right = left + 1
      const child = right < this.items.length && this.less(this.items[right]!, this.items[left]!) ? right : left
      if (!this.less(this.items[child]!, this.items[at]!)) return
      this.swap(at, child)
      at = child
    }
  }
}
