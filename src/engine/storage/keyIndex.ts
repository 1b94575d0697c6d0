// The keys ever written, in byte order, in one sorted list for each resource (`/registry/<resource>/`): a range touches its own list only.
// Upstream: etcd server/storage/mvcc/index.go (a B-tree there)

export class KeyIndex {
  private readonly buckets = new Map<string, string[]>()
  private names: string[] = []

  /** Adds a key that is not there yet. */
  add(key: string): void {
    const name = bucketOf(key)
    let bucket = this.buckets.get(name)
    if (!bucket) {
      this.buckets.set(name, (bucket = []))
      this.names = [...this.buckets.keys()].sort()
    }
    const last = bucket.at(-1)
    if (last === undefined || last < key) bucket.push(key)
    else bucket.splice(lowerBound(bucket, key), 0, key)
  }

  /** Calls `visit` for each key that begins with `prefix` and is not before `from`, in order, until it returns false. */
  scan(prefix: string, from: string, visit: (key: string) => boolean): void {
    const start = from > prefix ? from : prefix
    for (const name of this.names) {
      if (!name.startsWith(prefix) && !prefix.startsWith(name)) continue
      const bucket = this.buckets.get(name)!
      for (let i = lowerBound(bucket, start); i < bucket.length; i++) {
        const key = bucket[i]!
        if (!key.startsWith(prefix)) break
        if (!visit(key)) return
      }
    }
  }
}

/** `/registry/pods/` of `/registry/pods/default/web`. */
function bucketOf(key: string): string {
  const second = key.indexOf('/', key.indexOf('/', 1) + 1)
  return second < 0 ? key : key.slice(0, second + 1)
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const mid = (low + high) >> 1
    if (sorted[mid]! < key) low = mid + 1
    else high = mid
  }
  return low
}
