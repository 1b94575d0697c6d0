// When the tokens of a kubelet's Pods are asked for anew: one timer for all of them, for there are as many as Pods.

import type { Millis, PartIo, Timer } from '../base/part'

export interface Refreshed<Token> {
  refresh(token: Token): void
}

interface Turn<Token> {
  readonly at: Millis
  readonly of: Refreshed<Token>
  readonly token: Token
}

export class TokenTurns<Token> {
  private turns: Turn<Token>[] = []
  private timer: Timer | null = null
  private wakesAt: Millis = Infinity

  constructor(private readonly io: PartIo) {}

  /** `of` refreshes this token after so many milliseconds. */
  add(of: Refreshed<Token>, token: Token, delay: Millis): void {
    this.turns.push({ at: this.io.now + delay, of, token })
    this.wait()
  }

  /** No token of it is refreshed any more. */
  drop(of: Refreshed<Token>): void {
    this.turns = this.turns.filter((turn) => turn.of !== of)
  }

  private wait(): void {
    const next = this.turns.reduce((least, { at }) => Math.min(least, at), Infinity)
    if (next >= this.wakesAt) return
    this.timer?.cancel()
    this.wakesAt = next
    this.timer = this.io.after(next - this.io.now, () => this.wake(), { background: true })
  }

  private wake(): void {
    const { now } = this.io
    const due = this.turns.filter(({ at }) => at <= now)
    this.turns = this.turns.filter(({ at }) => at > now)
    this.timer = null
    this.wakesAt = Infinity
    for (const { of, token } of due) of.refresh(token)
    this.wait()
  }
}
