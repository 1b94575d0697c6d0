// Growing delays: 10 s doubling to 300 s, forgotten after twice that without failure.
// Upstream: client-go util/flowcontrol/backoff.go, kubernetes pkg/kubelet (MaxContainerBackOff)

const BASE = 10_000
const MAX = 300_000

export class BackOff {
  private delay = 0
  private last = -Infinity

  /** Whether what happened at `since` is still to be waited for. */
  holds(since: number, now: number): boolean {
    return now - this.last <= 2 * MAX && now - since < this.delay
  }

  /** As `holds`, measured from the last failure. */
  holdsSinceLast(now: number): boolean {
    return this.holds(this.last, now)
  }

  /** Another failure at `now`. */
  next(now: number): void {
    this.delay = now - this.last > 2 * MAX ? BASE : Math.min(MAX, this.delay * 2)
    this.last = now
  }

  /** Milliseconds. */
  get current(): number {
    return this.delay
  }
}
