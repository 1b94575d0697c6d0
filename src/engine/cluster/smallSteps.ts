// A list of whole numbers of which each is mostly a little more than the one before: a byte for each step, and the number itself at every
// 32nd. Larger steps, and steps back, stand beside it.

import { longer } from './longer'

const BITS = 5
const EVERY = 1 << BITS
/** Most causes are so few hops ago: the last places are looked at first. */
const FEW = 16
/** The byte of a step that does not fit in one. */
const LEAP = 255
const PAGE_BITS = 14
const PAGE = 1 << PAGE_BITS

export class SmallSteps {
  length = 0
  private readonly pages: Uint8Array[] = []
  private marks = new Int32Array(64)
  private readonly leaps = new Map<number, number>()
  private last = 0
  /** What was looked up last: who reads on finds the next there, or one further. */
  private found = 0

  push(value: number): void {
    const i = this.length++
    if (i >> PAGE_BITS === this.pages.length) this.pages.push(new Uint8Array(PAGE))
    if (i % EVERY === 0) {
      const mark = i >> BITS
      if (mark === this.marks.length) this.marks = longer(this.marks, new Int32Array(mark + (mark >> 2)))
      this.marks[mark] = value
    }
    const step = value - this.last
    const leaps = step < 0 || step >= LEAP
    if (leaps) this.leaps.set(i, step)
    this.pages[i >> PAGE_BITS]![i & (PAGE - 1)] = leaps ? LEAP : step
    this.last = value
  }

  at(index: number): number {
    let value = this.marks[index >> BITS]!
    for (let i = (index & -EVERY) + 1; i <= index; i++) value += this.step(i)
    return value
  }

  /** Of a list that never steps back: the last place whose number is not above `value`, which the first is not. */
  lastAtMost(value: number): number {
    if (value >= this.last - FEW) {
      const late = this.nearEnd(value)
      if (late >= 0) return late
    }
    let low = this.near(value)
    if (low < 0) {
      low = 0
      let high = (this.length - 1) >> BITS
      while (low < high) {
        const mid = (low + high + 1) >> 1
        if (this.marks[mid]! <= value) low = mid
        else high = mid - 1
      }
      low <<= BITS
    }
    let number = this.at(low)
    while (low + 1 < this.length) {
      number += this.step(low + 1)
      if (number > value) break
      low++
    }
    this.found = low
    return low
  }

  /** Whether the first `length` numbers are another's. */
  agrees(other: SmallSteps, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.step(i) !== other.step(i)) return false
    return true
  }

  /** The place that was found last, if the one that is looked for is at most a few further; else -1. */
  private near(value: number): number {
    const { found } = this
    if (found >= this.length || this.at(found) > value) return -1
    const beyond = found + EVERY
    return beyond >= this.length || this.at(beyond) > value ? found : -1
  }

  /** The place, if it is among the last few; else -1. */
  private nearEnd(value: number): number {
    let number = this.last
    for (let i = this.length - 1; i >= 0 && i >= this.length - FEW; i--) {
      if (number <= value) return i
      number -= this.step(i)
    }
    return -1
  }

  private step(i: number): number {
    const step = this.pages[i >> PAGE_BITS]![i & (PAGE - 1)]!
    return step === LEAP ? this.leaps.get(i)! : step
  }
}
