// Growing delays, doubling up to a longest one, forgotten after twice that without failure. By default the kubelet's: 10 s to 300 s.
// Upstream: client-go util/flowcontrol/backoff.go, kubernetes pkg/kubelet (MaxContainerBackOff)

export class BackOff {
  private delay = 0
  private last = -Infinity

  /** Milliseconds. */
  constructor(
    private readonly base = 10_000,
    private readonly longest = 300_000,
  ) {}

  /** Whether what happened at `since` is still to be waited for. */
  holds(since: number, now: number): boolean {
    return since - this.last <= 2 * this.longest && now - since < this.delay
  }

  /** As `holds`, measured from the last failure. */
  holdsSinceLast(now: number): boolean {
    return this.holds(this.last, now)
  }

  /** Another failure, of what happened at `since`. */
  next(now: number, since: number = now): void {
    this.delay = since - this.last > 2 * this.longest ? this.base : Math.min(this.longest, this.delay * 2)
    this.last = now
  }

  /** Milliseconds. */
  get current(): number {
    return this.delay
  }
}
