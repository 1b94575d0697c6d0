// Whether a kubelet counts the runtime of its node as up: it looks every five seconds, and half a minute after the last look that found it
// there it no longer does. Then it says so of its Node and takes nothing on that it hears of Pods, until a look finds the runtime again.
// The looks are no messages: whether the runtime is there, its client knows.
// Leaves out: runtimes that answer and are not ready; that after three minutes the message says of the PLEG, too, that it is not healthy.
// Upstream: kubernetes pkg/kubelet/runtime.go, kubelet.go (updateRuntimeUp, syncLoop)

import type { Millis, PartIo, Timer } from '../base/part'

const LOOK: Millis = 5000
const DOWN: Millis = 30_000
/** As its Node's Ready condition says it. */
const PROBLEM = 'container runtime is down'

export class RuntimeHealth {
  private readonly began: Millis
  private thereSince: Millis | null
  private foundAt: Millis
  private down = false
  private timer: Timer | null = null
  private held: (() => void)[] = []

  constructor(
    private readonly io: PartIo,
    private readonly told: (problem: string | null) => void,
  ) {
    this.began = this.thereSince = this.foundAt = io.now
  }

  /** `act` comes now, or when the runtime counts as up, in the order of asking. */
  whenUp(act: () => void): void {
    if (!this.down) return act()
    const { cause } = this.io
    this.held.push(() => {
      this.io.cause = cause
      act()
    })
  }

  changed(isThere: boolean): void {
    const { now } = this.io
    if (isThere === (this.thereSince !== null)) return
    this.timer?.cancel()
    const lastLook = this.began + Math.floor((now - this.began) / LOOK) * LOOK
    if (isThere) {
      this.thereSince = now
      if (this.down) this.timer = this.io.after(lastLook + LOOK - now, () => this.set(false))
      return
    }
    if (lastLook >= this.thereSince!) this.foundAt = lastLook
    this.thereSince = null
    if (!this.down) this.timer = this.io.after(Math.max(0, this.foundAt + DOWN - now), () => this.set(true), { background: true })
  }

  private set(down: boolean): void {
    this.down = down
    this.told(down ? PROBLEM : null)
    if (down) return
    const { held } = this
    this.held = []
    for (const act of held) act()
  }
}
