// A map that lets go of what was not asked for lately: an address or a uid comes once, `f:name` again and again. What is worked out of an
// object stands in one of these rather than in a WeakMap: the store keeps every version for good, and would keep that with it.

export class Recent<K, V> {
  private young = new Map<K, V>()
  private old: ReadonlyMap<K, V> | null = null

  /** `generation`: so many are new before the old ones go. */
  constructor(private readonly generation = 64) {}

  get(key: K): V | undefined {
    const found = this.young.get(key)
    if (found !== undefined || !this.old) return found
    const kept = this.old.get(key)
    return kept === undefined ? undefined : this.add(key, kept)
  }

  add(key: K, value: V): V {
    if (this.young.size >= this.generation) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
    return value
  }
}
