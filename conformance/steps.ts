// The steps of recorded scenarios and stories, done on a cluster of the model.

import type { Cluster } from '../src/engine/cluster/types'
import type { Credentials, Program, ProgramRequest } from '../src/engine/client/program'
import type { HttpResponse, WatchEvent } from '../src/engine/base/wire'

export interface Step {
  readonly method?: string
  readonly path?: string
  readonly as?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  readonly text?: string
  readonly patch?: string
  readonly save?: Readonly<Record<string, string>>
  readonly watch?: boolean
  readonly during?: readonly Step[]
  readonly settle?: number
  readonly wait?: {
    readonly path: string
    readonly until: Readonly<Record<string, string | null>>
    readonly timeout?: number
    readonly as?: string
  }
  readonly sleep?: number
  /** Of a story: a component that ends or starts. */
  readonly stop?: string
  readonly start?: string
  readonly response?: Recorded
}

export interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly events?: readonly unknown[]
}

/** The users of the recordings. */
export const TOKENS = [
  { token: 'admin-token', user: 'admin', uid: 'admin', groups: ['system:masters'] },
  { token: 'alice-token', user: 'alice', uid: 'alice', groups: ['developers'] },
  { token: 'bob-token', user: 'bob', uid: 'bob', groups: [] },
]

export type Note = (number: string, recorded: Recorded, answer: Recorded) => void

/** Does one step on a cluster; `note` hears each answer beside the recorded one. */
export function perform(cluster: Cluster, step: Step, variables: Record<string, string>, number: string, note: Note): void {
  if (step.sleep !== undefined) return void cluster.run({ for: step.sleep, throughIdle: true })
  if (step.wait) return waitFor(cluster, step.wait, variables)
  const request = requestOf(step, variables)
  if (step.watch) {
    const events: WatchEvent[] = []
    let head: HttpResponse | null = null
    const program = run(cluster, request, function* (): Program {
      const opened = yield { do: 'open', request }
      if (opened.type === 'response') head = opened.response
      if (opened.type !== 'stream') return 1
      head = opened.response
      for (;;) {
        const next = yield { do: 'next', stream: opened.stream }
        if (next.type !== 'chunk') return 0
        events.push(next.chunk as WatchEvent)
      }
    })
    cluster.run({ for: 150, throughIdle: true })
    const during: [string, Recorded, Recorded][] = []
    for (const [i, inner] of (step.during ?? []).entries())
      perform(cluster, inner, variables, `${number}.${i + 1}`, (n, r, a) => during.push([n, r, a]))
    cluster.run({ for: step.settle ?? 600, throughIdle: true })
    if (cluster.isRunning(program)) cluster.interrupt(program)
    for (const [n, r, a] of during) note(n, r, a)
    const answered = head as HttpResponse | null
    if (step.response && answered)
      note(
        number,
        step.response,
        answered.streaming
          ? { status: answered.status, headers: answered.headers, events }
          : { status: answered.status, headers: answered.headers, body: answered.body },
      )
    return
  }
  const response = ask(cluster, request)
  for (const [name, path] of Object.entries(step.save ?? {})) variables[name] = String(valueAt(response.body, path))
  if (step.response)
    note(number, step.response, {
      status: response.status,
      headers: response.headers,
      ...(response.body === undefined ? {} : { body: response.body }),
    })
}

function ask(cluster: Cluster, request: ProgramRequest): HttpResponse {
  let response: HttpResponse = { status: 0, headers: {} }
  const program = run(cluster, request, function* (): Program {
    const reply = yield { do: 'request', request }
    if (reply.type === 'response') response = reply.response
    return 0
  })
  cluster.run({ for: 60_000, until: (c) => !c.isRunning(program) })
  return response
}

const run = (cluster: Cluster, request: ProgramRequest, program: () => Program) =>
  cluster.start({ line: `${request.method} ${request.path}`, identity: 'recorder', credentials: request.credentials ?? {}, program })

function waitFor(cluster: Cluster, wait: NonNullable<Step['wait']>, variables: Record<string, string>): void {
  for (let waited = 0; waited <= (wait.timeout ?? 20_000); waited += 150) {
    const { body, status } = ask(cluster, requestOf({ method: 'GET', path: wait.path, as: wait.as }, variables))
    const holds = Object.entries(wait.until).every(([path, wanted]) => {
      const value = status === 200 ? valueAt(body, path) : undefined
      return wanted === null
        ? value === undefined
        : wanted === '*'
          ? value !== undefined
          : String(value) === filled(String(wanted), variables)
    })
    if (holds) return
    cluster.run({ for: 150, throughIdle: true })
  }
}

function requestOf(step: Step, variables: Record<string, string>): ProgramRequest {
  const { method = 'GET', path = '', as = 'admin', headers = {}, body, text, patch } = step
  const lower = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), filled(v, variables)]))
  const sent = text !== undefined ? filled(text, variables) : body !== undefined ? filled(JSON.stringify(body), variables) : undefined
  const credentials: Credentials =
    as === 'anonymous' ? {} : { bearerToken: as.startsWith('token:') ? filled(as.slice(6), variables) : `${as}-token` }
  return {
    method,
    path: filled(path, variables),
    headers: { accept: 'application/json', ...(sent === undefined ? {} : { 'content-type': `application/${patch ?? 'json'}` }), ...lower },
    credentials,
    ...(sent === undefined ? {} : { body: sent }),
  }
}

const filled = (text: string, variables: Readonly<Record<string, string>>) =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => variables[name] ?? whole)

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined), value)
}
