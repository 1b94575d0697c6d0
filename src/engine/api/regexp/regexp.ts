// Go's regular expressions at work: all ways of matching are followed at once, so that each character of the text is looked at once,
// whatever the expression. Of the matches that begin first, the one that the expression prefers is found.
// Leaves out: what groups captured.
// Upstream: Go regexp/{regexp,exec}.go, regexp/syntax/{compile,prog}.go

import { Recent } from '../../base/recent'
import { Characters } from './characters'
import { parseRegexp, RegexpError, type Node, type Place } from './syntax'

export interface Match {
  readonly from: number
  readonly to: number
}

type Step =
  | { readonly op: 'match' }
  | { readonly op: 'one'; readonly of: Characters; next: number }
  | { readonly op: 'at'; readonly place: Place; next: number }
  /** The first is preferred. */
  | { readonly op: 'split'; next: number; other: number }

/** More steps than these are too many. Go allows thirty times as many. */
const MOST_STEPS = 100_000
/** So many steps are tried for one text: as many as a server has the time for before a request is over. */
const MOST_WORK = 20_000_000

/** The text was not looked at to its end. */
export class RegexpTimeout extends Error {}

const known = new Recent<string, Regexp | RegexpError>()

/** The expression of a text, or why it is none. */
export function regexpOf(text: string): Regexp | RegexpError {
  return known.get(text) ?? known.add(text, made(text))
}

function made(text: string): Regexp | RegexpError {
  try {
    return new Regexp(parseRegexp(text), text)
  } catch (error) {
    if (error instanceof RegexpError) return error
    throw error
  }
}

export class Regexp {
  private readonly steps: Step[] = []
  private readonly begin: number

  constructor(tree: Node, source: string) {
    const end = this.add({ op: 'match' }, source)
    this.begin = this.compile(tree, end, source)
  }

  matches(text: string): boolean {
    return this.find(text, 0, true) !== null
  }

  /** The leftmost match at or after an index. `any`: it is enough that there is one. */
  find(text: string, from = 0, any = false, search = new Search(this.steps.length)): Match | null {
    let { now, next } = search
    now.clear()
    next.clear()
    let best: Match | null = null
    for (let at = from; ;) {
      if (!best) this.follow(now, this.begin, at, text, at)
      if (now.size === 0 && best) return best
      if ((search.left -= now.size + 1) < 0) throw new RegexpTimeout()
      const code = at < text.length ? text.codePointAt(at)! : -1
      const after = at + (code > 0xffff ? 2 : 1)
      for (let i = 0; i < now.size; i++) {
        const step = this.steps[now.step(i)]!
        const began = now.began(i)
        if (step.op === 'match') {
          best = { from: began, to: at }
          if (any) return best
          break
        }
        if (step.op === 'one' && code >= 0 && step.of.has(code)) this.follow(next, step.next, began, text, after)
      }
      if (code < 0) return best
      ;[now, next] = [next, now]
      next.clear()
      at = after
    }
  }

  /** Matches from left to right that do not overlap. */
  findAll(text: string, most = Infinity): readonly string[] {
    const out: string[] = []
    const search = new Search(this.steps.length)
    let after = -1
    for (let at = 0; at <= text.length && out.length < most;) {
      const match = this.find(text, at, false, search)
      if (!match) break
      const empty = match.to === match.from
      // Nothing is not found where a match has just ended.
      if (!empty || match.from !== after) out.push(text.slice(match.from, match.to))
      after = match.to
      at = empty ? match.to + ((text.codePointAt(match.to) ?? 0) > 0xffff ? 2 : 1) : match.to
    }
    return out
  }

  /** Puts on the list what can be reached without a character. */
  private follow(threads: Threads, begin: number, began: number, text: string, at: number): void {
    const { pending } = threads
    pending.push(begin)
    while (pending.length > 0) {
      const number = pending.pop()!
      const step = this.steps[number]!
      if (!threads.visit(number)) continue
      if (step.op === 'split') pending.push(step.other, step.next)
      else if (step.op === 'at') {
        if (isAt(step.place, text, at)) pending.push(step.next)
      } else threads.add(number, began)
    }
  }

  private add(step: Step, source: string): number {
    if (this.steps.length >= MOST_STEPS) throw new RegexpError('expression too large', source)
    return this.steps.push(step) - 1
  }

  /** The step that a tree begins with, and that leads on to `next`. */
  private compile(tree: Node, next: number, source: string): number {
    switch (tree.type) {
      case 'empty':
        return next
      case 'one':
        return this.add({ op: 'one', of: tree.of, next }, source)
      case 'at':
        return this.add({ op: 'at', place: tree.place, next }, source)
      case 'sequence':
        return tree.parts.reduceRight((to, part) => this.compile(part, to, source), next)
      case 'choice':
        return tree.parts
          .map((part) => this.compile(part, next, source))
          .reduceRight((other, one) => this.add({ op: 'split', next: one, other }, source))
      case 'repeat':
        return this.repeat(tree, next, source)
    }
  }

  private repeat({ of, least, most, lazy }: Extract<Node, { type: 'repeat' }>, next: number, source: string): number {
    const either = (again: number, on: number): Step =>
      lazy ? { op: 'split', next: on, other: again } : { op: 'split', next: again, other: on }
    let to = next
    if (most === Infinity) {
      const split = either(next, next) as Extract<Step, { op: 'split' }>
      to = this.add(split, source)
      const again = this.compile(of, to, source)
      if (lazy) split.other = again
      else split.next = again
    } else for (let i = least; i < most; i++) to = this.add(either(this.compile(of, to, source), next), source)
    for (let i = 0; i < least; i++) to = this.compile(of, to, source)
    return to
  }
}

/** The steps that wait for a character, each once, those that are preferred first. */
class Threads {
  readonly pending: number[] = []
  private readonly steps: number[] = []
  private readonly begins: number[] = []
  /** In which generation each step was visited. */
  private readonly visited: Uint32Array
  private generation = 1

  constructor(steps: number) {
    this.visited = new Uint32Array(steps)
  }

  get size(): number {
    return this.steps.length
  }

  step = (i: number) => this.steps[i]!
  began = (i: number) => this.begins[i]!

  visit(step: number): boolean {
    if (this.visited[step] === this.generation) return false
    this.visited[step] = this.generation
    return true
  }

  add(step: number, began: number): void {
    this.steps.push(step)
    this.begins.push(began)
  }

  clear(): void {
    this.steps.length = this.begins.length = 0
    this.generation++
  }
}

/** What looking at one text takes, however many matches are found in it. */
class Search {
  left = MOST_WORK
  readonly now: Threads
  readonly next: Threads

  constructor(steps: number) {
    this.now = new Threads(steps)
    this.next = new Threads(steps)
  }
}

function isAt(place: Place, text: string, at: number): boolean {
  switch (place) {
    case 'textBegin':
      return at === 0
    case 'textEnd':
      return at === text.length
    case 'lineBegin':
      return at === 0 || text[at - 1] === '\n'
    case 'lineEnd':
      return at === text.length || text[at] === '\n'
    default:
      return (isWord(text, at - 1) !== isWord(text, at)) === (place === 'word')
  }
}

const isWord = (text: string, at: number) => at >= 0 && at < text.length && Characters.word.has(text.charCodeAt(at))
