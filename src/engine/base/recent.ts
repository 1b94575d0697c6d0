// A map that lets go of what was not asked for lately: an address or a uid comes once, `f:name` again and again.

/** So many are new before the old ones go. */
const GENERATION = 64

export class Recent<K, V> {
  private young = new Map<K, V>()
  private old: ReadonlyMap<K, V> | null = null

  get(key: K): V | undefined {
    const found = this.young.get(key)
    if (found !== undefined || !this.old) return found
    const kept = this.old.get(key)
    return kept === undefined ? undefined : this.add(key, kept)
  }

  add(key: K, value: V): V {
    if (this.young.size >= GENERATION) {
      this.old = this.young
      this.young = new Map()
    }
    this.young.set(key, value)
    return value
  }
}
