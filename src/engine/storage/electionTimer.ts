// How long a member of etcd waits for a leader before it stands for election: a time that chance chooses, so that two seldom stand at once.
// Upstream: etcd raft/raft.go (tickElection, resetRandomizedElectionTimeout)
// One that cannot win tries ever more seldom, and in the background; upstream tries for ever.

import type { PartIo, Timer } from '../base/part'

/** Milliseconds; a member waits up to twice as long before it stands for election. */
export const ELECTION = 1000
/** Elections that are tried before a member without a majority only tries in the background, ever more seldom. */
const EAGER = 3
const SELDOM = 30_000

export class ElectionTimer {
  private timer: Timer | null = null
  private attempts = 0

  constructor(
    private readonly io: PartIo,
    private readonly stand: () => void,
  ) {}

  /** Waits anew. */
  wait(): void {
    const { io, attempts } = this
    this.timer?.cancel()
    const eager = attempts < EAGER
    const wait = ELECTION + io.random.next() * ELECTION
    const delay = eager ? wait : Math.min(SELDOM, wait * 2 ** (attempts - EAGER))
    this.timer = io.after(delay, this.stand, { background: !eager })
  }

  /** An election is tried. */
  count(): void {
    this.attempts++
  }

  /** There is new hope. */
  beginAnew(): void {
    this.attempts = 0
  }

  /** A leader is there. */
  stop(): void {
    this.timer?.cancel()
    this.timer = null
    this.attempts = 0
  }
}
