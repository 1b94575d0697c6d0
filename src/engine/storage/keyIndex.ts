// The keys ever written, in byte order, in one sorted list for each resource (`/registry/<resource>/`): a range touches its own list only.
// A list is kept in runs that are split when they grow, so that a new key moves few others.
// Upstream: etcd server/storage/mvcc/index.go (a B-tree there)

const LONGEST_RUN = 256

export class KeyIndex {
  private readonly buckets = new Map<string, Bucket>()
  private names: string[] = []

  /** Adds a key that is not there yet. */
  add(key: string): void {
    const name = bucketOf(key)
    let bucket = this.buckets.get(name)
    if (!bucket) {
      this.buckets.set(name, (bucket = [[]]))
      this.names = [...this.buckets.keys()].sort()
    }
    const at = runOf(bucket, key)
    const run = bucket[at]!
    if (run.length === 0 || run[run.length - 1]! < key) run.push(key)
    else run.splice(lowerBound(run, key), 0, key)
    if (run.length > LONGEST_RUN) bucket.splice(at + 1, 0, run.splice(LONGEST_RUN / 2))
  }

  /** Calls `visit` for each key that begins with `prefix` and is not before `from`, in order, until it returns false. */
  scan(prefix: string, from: string, visit: (key: string) => boolean): void {
    const start = from > prefix ? from : prefix
    for (const name of this.names) {
      if (!name.startsWith(prefix) && !prefix.startsWith(name)) continue
      const bucket = this.buckets.get(name)!
      if (!scanBucket(bucket, start, prefix, visit)) return
    }
  }
}

/** Runs of sorted keys, one after the other. */
type Bucket = string[][]

/** Whether more may be visited. */
function scanBucket(bucket: Bucket, start: string, prefix: string, visit: (key: string) => boolean): boolean {
  for (let r = runOf(bucket, start); r < bucket.length; r++) {
    const run = bucket[r]!
    for (let i = lowerBound(run, start); i < run.length; i++) {
      if (!run[i]!.startsWith(prefix)) return true
      if (!visit(run[i]!)) return false
    }
  }
  return true
}

/** The run that a key belongs to: the last that does not begin after it. */
function runOf(bucket: Bucket, key: string): number {
  let low = 0
  let high = bucket.length - 1
  while (low < high) {
    const mid = (low + high + 1) >> 1
    if (bucket[mid]![0]! <= key) low = mid
    else high = mid - 1
  }
  return low
}

/** `/registry/pods/` of `/registry/pods/default/web`. */
export function bucketOf(key: string): string {
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
