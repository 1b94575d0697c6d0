// What a program asks for, and what the answer is to it. Only what it does next shows that, so the moments of a request are told anew then: it
// only looked before it writes, that there is no such object is what it had reckoned with, it goes on, or it has ended.

import type { ProgramId, RequestId, RequestRecord } from '../engine/index'
import type { Fold } from './fold'
import type { MomentKind } from './momentKinds'
import { objectOf, writtenBy } from './objectPaths'

/** A request, and the moments in which it was sent, in which the server found no such object, and in which it was answered. */
interface Asked {
  readonly record: RequestRecord
  readonly sent: number
  missed: number | null
  answered: number | null
}

/** As a shell says that Ctrl-C ended it. */
const INTERRUPTED = 130

const ENDED: Partial<Readonly<Record<MomentKind, MomentKind>>> = { answeredMidway: 'answered', answeredReadMidway: 'answeredRead' }

export class ProgramAnswers {
  private readonly requests = new Map<RequestId, Asked>()
  /** Of each program that runs, the oldest first. */
  private readonly running = new Map<ProgramId, Asked[]>()

  constructor(private readonly fold: Fold) {}

  /** The moment that opens next sends this request. */
  sent(record: RequestRecord): void {
    if (record.program === null) return
    const all = this.running.get(record.program) ?? []
    const written = writtenBy(record.http)
    if (written !== null) for (const before of all) this.writes(before, written, record.http.method === 'POST')
    const asked: Asked = { record, sent: this.fold.moments.length, missed: null, answered: null }
    this.requests.set(record.id, asked)
    all.push(asked)
    this.running.set(record.program, all)
  }

  /** The moment that opens next says that there is no such object. */
  notFound(request: RequestId): void {
    const asked = this.requests.get(request)
    if (asked) asked.missed = this.fold.moments.length
  }

  /** The moment that opens next is the answer. */
  answered(request: RequestId): void {
    const asked = this.requests.get(request)
    if (asked) asked.answered = this.fold.moments.length
  }

  exited(program: ProgramId, code: number): void {
    const all = this.running.get(program) ?? []
    this.running.delete(program)
    for (const asked of all) {
      this.requests.delete(asked.record.id)
      // kubectl ends well only if it was refused nothing; curl does, whatever it is answered.
      if (code === 0 && isKubectls(asked.record)) this.reckonedWith(asked, 'answeredNotThere')
    }
    const last = all.at(-1)?.answered ?? null
    const kind = last === null ? undefined : ENDED[this.fold.moments[last]!.kind]
    // What it has read it prints only if nothing else went wrong.
    if (last !== null && kind && (kind === 'answeredRead' ? code === 0 : code !== INTERRUPTED)) this.fold.retell(last, kind)
  }

  /** Whoever writes what it has asked for, or something in it, only looked: that it is not there is then no refusal. */
  private writes(asked: Asked, written: string, creates: boolean): void {
    const path = objectOf(asked.record.http)
    if (asked.record.http.method !== 'GET' || !`${written}/`.startsWith(`${path}/`)) return
    this.fold.retell(asked.sent, 'sentToLook')
    if (path === written) this.reckonedWith(asked, creates ? 'answeredToCreate' : 'answeredNotThere')
  }

  private reckonedWith(asked: Asked, kind: MomentKind): void {
    const { missed, answered } = asked
    if (missed === null || answered === null) return
    this.fold.retell(missed, 'notThere')
    this.fold.retell(answered, kind)
    asked.missed = null
  }
}

function isKubectls({ http }: RequestRecord): boolean {
  return http.headers['user-agent']?.startsWith('kubectl/') ?? false
}
