// The reader's side of the wire: runs programs (kubectl, curl, etcdctl) by doing what they ask and giving them the reply.
// Leaves out: a kubeconfig of its own; each program is started with its credentials.

import type { HopIndex } from '../base/ids'
import type { ProgramEvent, ProgramId } from '../base/hop'
import type { Part, PartIo, Timer } from '../base/part'
import type { HttpMessage, Message, RequestId, WatchEvent } from '../base/wire'
import type { Effect, Program, ProgramInput, ProgramRequest, Reply } from './program'

const SERVER = 'kube-apiserver'

interface Process {
  readonly id: ProgramId
  readonly input: ProgramInput
  readonly program: Program
  /** The program's last hop: what it does next follows from it. */
  cause: HopIndex | null
  /** What it waits for; a reply to anything else is dropped. */
  awaits: { readonly kind: 'response' | 'head' | 'chunk' | 'sleep'; readonly request: RequestId | null; timer: Timer | null } | null
  /** Pieces of open streams that it has not asked for yet. */
  readonly streams: Map<RequestId, (WatchEvent | string | 'end')[]>
}

const END = 'end'

export class User implements Part {
  readonly id = 'user'
  /** The program on whose behalf something is being sent or noted now. */
  current: ProgramId | null = null
  private io!: PartIo
  private readonly processes = new Map<ProgramId, Process>()
  private readonly owners = new Map<RequestId, Process>()
  private started = 0

  start(io: PartIo): void {
    this.io = io
  }

  crash(): void {
    this.processes.clear()
    this.owners.clear()
  }

  launch(input: ProgramInput): ProgramId {
    const process: Process = { id: ++this.started, input, program: input.program(), cause: null, awaits: null, streams: new Map() }
    this.processes.set(process.id, process)
    this.io.cause = null
    this.note(process, { type: 'started', line: input.line, identity: input.identity })
    this.drive(process, null)
    return process.id
  }

  /** Ctrl-C: what the program waits for is answered with `interrupted`. */
  interrupt(id: ProgramId): void {
    const process = this.processes.get(id)
    if (!process?.awaits) return
    this.io.cause = process.cause
    const { request, kind } = process.awaits
    if (request !== null && (kind === 'response' || kind === 'head')) this.hangUp(request)
    this.resume(process, { type: 'interrupted' })
  }

  isRunning(id: ProgramId): boolean {
    return this.processes.has(id)
  }

  receive(message: Message): void {
    if (!isHttp(message) || message.type === 'http.request' || message.type === 'http.abort') return
    const process = this.owners.get(message.request)
    if (!process) return
    if (process.awaits?.request === message.request) process.cause = this.io.cause
    switch (message.type) {
      case 'http.response': {
        if (process.awaits?.request !== message.request) return
        const streaming = message.response.streaming === true && process.awaits.kind === 'head'
        if (streaming) process.streams.set(message.request, [])
        else this.owners.delete(message.request)
        return this.resume(
          process,
          streaming
            ? { type: 'stream', stream: message.request, response: message.response }
            : { type: 'response', response: message.response },
        )
      }
      case 'http.unreachable':
        this.owners.delete(message.request)
        // A stream that breaks ends, as one that the server ends; only a request hears why.
        if (process.streams.has(message.request)) return this.hear(process, message.request, END)
        if (process.awaits?.request === message.request) this.resume(process, { type: 'unreachable', error: message.error })
        return
      case 'http.chunk':
        return this.hear(process, message.request, message.chunk)
      case 'http.end':
        this.owners.delete(message.request)
        return this.hear(process, message.request, END)
    }
  }

  private hear(process: Process, stream: RequestId, piece: WatchEvent | string | typeof END): void {
    process.streams.get(stream)?.push(piece)
    if (process.awaits?.kind === 'chunk' && process.awaits.request === stream) this.resume(process, this.take(process, stream)!)
  }

  private take(process: Process, stream: RequestId): Reply | null {
    const pieces = process.streams.get(stream)
    if (!pieces) return { type: 'end' }
    const piece = pieces.shift()
    if (piece === undefined) return null
    if (piece !== END) return { type: 'chunk', chunk: piece }
    process.streams.delete(stream)
    return { type: 'end' }
  }

  private resume(process: Process, reply: Reply): void {
    process.awaits?.timer?.cancel()
    process.awaits = null
    this.drive(process, reply)
  }

  /** Gives the program its reply and does what it asks until it waits for something. */
  private drive(process: Process, reply: Reply | null): void {
    this.current = process.id
    let next = reply ? process.program.next(reply) : process.program.next()
    while (!next.done) {
      const answer = this.perform(process, next.value)
      if (!answer) break
      next = process.program.next(answer)
    }
    if (next.done) {
      for (const stream of process.streams.keys()) this.hangUp(stream)
      this.note(process, { type: 'exited', code: next.value })
      this.processes.delete(process.id)
    }
    this.current = null
  }

  private perform(process: Process, effect: Effect): Reply | null {
    switch (effect.do) {
      case 'request':
        process.awaits = { kind: 'response', request: this.send(process, effect.request), timer: null }
        return null
      case 'open':
        process.awaits = { kind: 'head', request: this.send(process, effect.request), timer: null }
        return null
      case 'next': {
        const ready = this.take(process, effect.stream)
        if (ready) return ready
        const timer = effect.timeout === undefined ? null : this.io.after(effect.timeout, () => this.wake(process, { type: 'timeout' }))
        process.awaits = { kind: 'chunk', request: effect.stream, timer }
        return null
      }
      case 'close':
        process.streams.delete(effect.stream)
        this.hangUp(effect.stream)
        return { type: 'done' }
      case 'print':
        this.note(process, { type: 'printed', stream: effect.stream, text: effect.text })
        return { type: 'done' }
      case 'sleep':
        process.awaits = { kind: 'sleep', request: null, timer: this.io.after(effect.for, () => this.wake(process, { type: 'done' })) }
        return null
      case 'now':
        return { type: 'now', epoch: this.io.epochNow }
    }
  }

  private wake(process: Process, reply: Reply): void {
    if (this.processes.has(process.id)) this.resume(process, reply)
  }

  private send(process: Process, request: ProgramRequest): RequestId {
    const { method, path, headers, body, insecure, credentials = process.input.credentials } = request
    const id = this.io.newRequestId()
    this.owners.set(id, process)
    const authorization: Record<string, string> = credentials.bearerToken ? { authorization: `Bearer ${credentials.bearerToken}` } : {}
    this.io.cause = process.cause
    process.cause = this.io.send(SERVER, {
      type: 'http.request',
      request: {
        id,
        method,
        path,
        headers: { ...authorization, ...headers },
        clientCertificate: credentials.clientCertificate,
        insecure,
        body,
      },
    })
    return id
  }

  private hangUp(request: RequestId): void {
    if (this.owners.delete(request)) this.io.send(SERVER, { type: 'http.abort', request })
  }

  private note(process: Process, event: ProgramEvent): void {
    this.io.cause = process.cause
    process.cause = this.io.note({ kind: 'program', program: process.id, event })
  }
}

function isHttp(message: Message): message is HttpMessage {
  return message.type.startsWith('http.')
}
