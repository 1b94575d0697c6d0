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
  /** What was looked up last, and its number: who reads on finds the next there, or a little further. */
  private found = 0
  private foundNumber = 0

  push(value: number): void {
    const i = this.length++
    if (i === 0) this.foundNumber = value
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
    if (index < this.found || index >= this.found + EVERY) this.goTo(index >> BITS)
    while (this.found < index) this.foundNumber += this.step(++this.found)
    return this.foundNumber
  }

  /** Of a list that never steps back: the last place whose number is not above `value`, which the first is not. */
  lastAtMost(value: number): number {
    if (value >= this.last - FEW) {
      const late = this.nearEnd(value)
      if (late >= 0) return late
    }
    if (!this.isNear(value)) this.find(value)
    while (this.found + 1 < this.length) {
      const next = this.foundNumber + this.step(this.found + 1)
      if (next > value) break
      this.foundNumber = next
      this.found++
    }
    return this.found
  }

  /** Whether the first `length` numbers are another's. */
  agrees(other: SmallSteps, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.step(i) !== other.step(i)) return false
    return true
  }

  /** Whether the place that is looked for is at most a few further than the one that was found last. */
  private isNear(value: number): boolean {
    const beyond = (this.found >> BITS) + 2
    return this.foundNumber <= value && (beyond << BITS >= this.length || this.marks[beyond]! > value)
  }

  /** Goes to the last mark that is not above. */
  private find(value: number): void {
    let low = 0
    let high = (this.length - 1) >> BITS
    while (low < high) {
      const mid = (low + high + 1) >> 1
      if (this.marks[mid]! <= value) low = mid
      else high = mid - 1
    }
    this.goTo(low)
  }

  private goTo(mark: number): void {
    this.found = mark << BITS
    this.foundNumber = this.marks[mark]!
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
