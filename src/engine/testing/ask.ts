// One request to a cluster and its answer, as a program of one line makes it. Tests and the benchmark only.

import { invariant } from '../base/invariant'
import type { HttpResponse, WatchEvent } from '../base/wire'
import type { Program, ProgramInput, ProgramRequest, Reply } from '../client/program'
import type { Cluster } from '../cluster/types'
import { admin, type Identity } from './builders'

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' }

/** Sends the request, runs until the program has ended, and returns the response. Throws if none came. */
export function ask(cluster: Cluster, identity: Identity, request: ProgramRequest): HttpResponse {
  let answer: HttpResponse | null = null
  let error = 'nothing came'
  const program = begin(cluster, identity, request, (reply) => {
    if (reply.type === 'response') answer = reply.response
    else if (reply.type === 'unreachable') ({ error } = reply)
  })
  cluster.run({ until: (c) => !c.isRunning(program) })
  invariant(answer, 'an answer', { request, error })
  return answer
}

/** Sends the request, and lets no time pass. Returns the program that waits for the answer. */
export function begin(cluster: Cluster, identity: Identity, request: ProgramRequest, heard: (reply: Reply) => void = () => {}): number {
  return start(cluster, identity, `${request.method} ${request.path}`, function* () {
    heard(yield { do: 'request', request: { ...request, headers: { ...JSON_HEADERS, ...request.headers } } })
    return 0
  })
}

/** As admin: the object at a path, or what was answered instead. */
export function get(cluster: Cluster, path: string): HttpResponse {
  return ask(cluster, admin, { method: 'GET', path })
}

/** As admin: creates an object in a collection. */
export function post(cluster: Cluster, path: string, body: ProgramRequest['body']): HttpResponse {
  return ask(cluster, admin, { method: 'POST', path, body })
}

/** Opens a watch that goes on while the cluster runs; its events are gathered in the list returned. */
export function watch(cluster: Cluster, identity: Identity, path: string): readonly (WatchEvent | string)[] {
  const events: (WatchEvent | string)[] = []
  start(cluster, identity, `GET ${path}`, function* () {
    const head = yield { do: 'open', request: { method: 'GET', path, headers: JSON_HEADERS } }
    while (head.type === 'stream') {
      const piece = yield { do: 'next', stream: head.stream }
      if (piece.type !== 'chunk') break
      events.push(piece.chunk)
    }
    return 0
  })
  return events
}

/** Starts a program under an identity. */
export function start(cluster: Cluster, { name, credentials }: Identity, line: string, program: () => Program): number {
  const input: ProgramInput = { line, identity: name, credentials, program }
  return cluster.start(input)
}
