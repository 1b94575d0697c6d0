// What an answer is to the program that gets it. Only what the program does next shows that, so the moments of an answer are told anew then:
// it goes on, it has ended, or that there is no such object is just what it had reckoned with.

import type { ProgramId, RequestId, RequestRecord } from '../engine/index'
import type { Fold } from './fold'
import type { MomentKind } from './momentKinds'
import { objectOf, writtenBy } from './objectPaths'

/** The server found no such object; the moments in which it looked, and answered. */
interface NotFound {
  readonly record: RequestRecord
  readonly looked: number
  readonly answered: number
}

/** As a shell says that Ctrl-C ended it. */
const INTERRUPTED = 130

const ENDED: Partial<Readonly<Record<MomentKind, MomentKind>>> = { answeredMidway: 'answered', answeredReadMidway: 'answeredRead' }

export class ProgramAnswers {
  /** The moment in which the server found no such object. */
  private readonly looked = new Map<RequestId, number>()
  /** Of those, what their program makes of it is not known yet. */
  private readonly open = new Map<ProgramId, readonly NotFound[]>()
  /** The moment of the last answer. */
  private readonly last = new Map<ProgramId, number>()

  constructor(private readonly fold: Fold) {}

  /** The moment that opens next says that there is no such object. */
  notFound(request: RequestId): void {
    this.looked.set(request, this.fold.moments.length)
  }

  /** The moment that opens next is the answer to this request. */
  answered(record: RequestRecord): void {
    const { program } = record
    if (program === null) return
    const at = this.fold.moments.length
    this.last.set(program, at)
    const looked = this.looked.get(record.id)
    if (looked !== undefined) this.open.set(program, [...this.openOf(program), { record, looked, answered: at }])
  }

  /** Who now writes what was not there has only looked: that it is to be created is no consequence of a refusal. */
  sent(record: RequestRecord): void {
    const { program, http } = record
    const written = writtenBy(http)
    if (program === null || written === null) return
    const open = this.openOf(program)
    for (const found of open)
      if (objectOf(found.record.http) === written)
        this.reckonedWith(found, http.method === 'POST' ? 'answeredToCreate' : 'answeredNotThere')
    this.open.set(
      program,
      open.filter(({ record }) => objectOf(record.http) !== written),
    )
  }

  /** kubectl ends well only if it was refused nothing; curl does, whatever it is answered. */
  exited(program: ProgramId, code: number): void {
    for (const found of this.openOf(program)) if (code === 0 && isKubectls(found.record)) this.reckonedWith(found, 'answeredNotThere')
    this.open.delete(program)
    const last = this.last.get(program)
    const kind = last === undefined ? undefined : ENDED[this.fold.moments[last]!.kind]
    // What it has read it prints only if nothing else went wrong.
    if (last !== undefined && kind && (kind === 'answeredRead' ? code === 0 : code !== INTERRUPTED)) this.fold.retell(last, kind)
  }

  private reckonedWith({ looked, answered }: NotFound, kind: MomentKind): void {
    this.fold.retell(looked, 'notThere')
    this.fold.retell(answered, kind)
  }

  private openOf(program: ProgramId): readonly NotFound[] {
    return this.open.get(program) ?? []
  }
}

function isKubectls({ http }: RequestRecord): boolean {
  return http.headers['user-agent']?.startsWith('kubectl/') ?? false
}
