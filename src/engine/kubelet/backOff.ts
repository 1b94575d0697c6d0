// Growing delays: 10 s doubling to 300 s, forgotten after twice that without failure.
// Upstream: client-go util/flowcontrol/backoff.go, kubernetes pkg/kubelet (MaxContainerBackOff)

const BASE = 10_000
const MAX = 300_000

export class BackOff {
  private delay = 0
  private last = 0

  /** Milliseconds still to wait at `now` since the last failure. */
  remaining(now: number): number {
    return Math.max(0, this.last + this.delay - now)
  }

  /** Another failure at `now`. */
  next(now: number): number {
    this.delay = this.delay === 0 || now - this.last > 2 * MAX ? BASE : Math.min(MAX, this.delay * 2)
    this.last = now
    return this.delay
  }

  get current(): number {
    return this.delay
  }
}
