// Where the requests of a trace begin and end: by request id, from 1, the hop that sent it, the last row of its chain, and the program.

import type { HopIndex, ProgramId } from '../base/hop'
import type { RequestId } from '../base/wire'
import { NONE } from './hopColumns'
import { longer } from './longer'

export class RequestRows {
  /** From 1; 0 for none. */
  private sent = new Int32Array(0)
  private last = new Int32Array(0)
  private program = new Int32Array(0)

  begin(request: RequestId, hop: HopIndex, program: ProgramId | null): void {
    if (request >= this.sent.length) {
      const size = request + (request >> 2) + 64
      this.sent = longer(this.sent, new Int32Array(size))
      this.last = longer(this.last, new Int32Array(size))
      this.program = longer(this.program, new Int32Array(size))
    }
    this.sent[request] = hop + 1
    this.program[request] = program ?? NONE
  }

  endsIn(request: RequestId, row: number): void {
    this.last[request] = row
  }

  /** The hop that sent it; NONE for a request that was not sent. */
  sentAt(request: RequestId): HopIndex {
    return request > 0 && request < this.sent.length ? this.sent[request]! - 1 : NONE
  }

  /** Of one that was sent. */
  lastRow(request: RequestId): number {
    return this.last[request]!
  }

  programOf(request: RequestId): ProgramId | null {
    return this.program[request] === NONE ? null : this.program[request]!
  }

  *ids(): Iterable<RequestId> {
    for (let id = 1; id < this.sent.length; id++) if (this.sent[id] !== 0) yield id
  }
}
