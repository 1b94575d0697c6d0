// What a controller asked for and its informer has not shown it yet: until then it must not count again, or it would ask twice.
// Upstream: kubernetes pkg/controller/controller_utils.go (ControllerExpectations, UIDTrackingControllerExpectations)

import type { PartIo } from '../base/part'

const TIMEOUT = 5 * 60_000

interface Expected {
  additions: number
  deletions: number
  /** Those that were deleted, where each counts once; of others every sign of an end counts, whoever's it is. */
  readonly pods: Set<string> | null
  readonly since: number
}

export class Expectations {
  private readonly byKey = new Map<string, Expected>()

  constructor(
    private readonly io: PartIo,
    private readonly tracksPods = false,
  ) {}

  satisfied(key: string): boolean {
    const expected = this.byKey.get(key)
    return !expected || (expected.additions <= 0 && expected.deletions <= 0) || this.io.now - expected.since > TIMEOUT
  }

  expect(key: string, additions: number, deletions: readonly string[] = []): void {
    const pods = this.tracksPods ? new Set(deletions) : null
    this.byKey.set(key, { additions, deletions: deletions.length, pods, since: this.io.now })
  }

  added(key: string, count = 1): void {
    const expected = this.byKey.get(key)
    if (expected) expected.additions -= count
  }

  deleted(key: string, pod: string): void {
    const expected = this.byKey.get(key)
    if (expected && (!expected.pods || expected.pods.delete(pod))) expected.deletions--
  }

  forget(key: string): void {
    this.byKey.delete(key)
  }
}
