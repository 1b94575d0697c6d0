// Names of Events: the object's name and the nanosecond at which it was told. Virtual time is coarser than a real clock, so each recorder
// counts on within a millisecond, and has its own digits behind it: two components that speak of one object at one moment do not collide.
// Upstream: client-go tools/record/event.go (makeEvent), tools/events/event_recorder.go

export class EventNames {
  private last = 0
  private readonly digits: bigint

  /** `recorder`: component and host. */
  constructor(recorder: string) {
    let hash = 0
    for (const char of recorder) hash = (hash * 31 + char.charCodeAt(0)) % 997
    this.digits = BigInt(hash)
  }

  next(object: string, at: number): string {
    this.last = Math.max(this.last + 1, Math.round(at * 1000))
    return `${object}.${(BigInt(this.last) * 1000n + this.digits).toString(16)}`
  }
}
