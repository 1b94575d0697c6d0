// One run of kubectl: its flags, who asks, and requests whose warnings are printed and whose refusals end the command.
// Upstream: client-go rest/request.go, cli-runtime pkg/genericclioptions/config_flags.go

import { isObject, own, type Credentials, type HttpResponse, type JsonObject, type ProgramRequest } from '../engine/index'
import { CommandError, type CommandContext, type ResourceInfo } from './context'
import { open, printError, send, type Step } from './effects'
import { statusText } from './errors'
import type { Flags } from './flags'

/** What client-go's typed clients send; here the message carries the object itself. */
export const PROTOBUF = 'application/vnd.kubernetes.protobuf'

export const ACCEPT = {
  json: 'application/json',
  any: 'application/json, */*',
  protobuf: `${PROTOBUF},application/json`,
  table: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
} as const

/** How a typed client posts an object. */
export const TYPED = { accept: ACCEPT.protobuf, contentType: PROTOBUF } as const

export interface Ask {
  readonly method?: string
  readonly path: string
  readonly accept?: string
  readonly contentType?: string
  readonly body?: JsonObject | string
}

export class Session {
  readonly namespace: string
  private readonly credentials: Credentials | undefined
  private readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly context: CommandContext,
    readonly flags: Flags,
    readonly stdin: string | undefined,
  ) {
    this.namespace = flags.text('namespace') ?? context.namespace
    const named = flags.text('context')
    const token = flags.text('token')
    const identity = named === undefined ? undefined : context.identities[named === 'kubernetes' ? 'admin' : named]
    if (named !== undefined && !identity) throw new CommandError(`error: context "${named}" does not exist\n`)
    this.credentials = token === undefined ? identity : { bearerToken: token }
    const as = flags.text('as')
    const groups = flags.list('as-group')
    this.headers = {
      'user-agent': 'kubectl/v1.37.2 (linux/amd64) kubernetes/apiscope',
      ...(as === undefined ? {} : { 'impersonate-user': as }),
      ...(groups.length === 0 ? {} : { 'impersonate-group': groups.join(', ') }),
      ...(flags.has('as-uid') ? { 'impersonate-uid': flags.text('as-uid')! } : {}),
    }
  }

  get resources(): readonly ResourceInfo[] {
    return this.context.resources
  }

  /** What stands in a file of the reader's; undefined: there is none of that name. */
  file(path: string): string | undefined {
    return own(this.context.files, path.replace(/^\.\//, ''))
  }

  /** The answer, whatever its status. */
  *ask(ask: Ask): Step<HttpResponse> {
    const response = yield* send(this.request(ask))
    yield* printWarnings(response)
    return response
  }

  /** The body of a 2xx; throws the refusal as kubectl prints it. */
  *get(ask: Ask): Step<JsonObject> {
    const response = yield* this.ask(ask)
    if (response.status >= 300) throw new CommandError(statusText(response))
    return bodyOf(response)
  }

  *open(ask: Ask): Step<{ stream: number | null; response: HttpResponse }> {
    const answer = yield* open(this.request(ask))
    yield* printWarnings(answer.response)
    return answer
  }

  private request({ method = 'GET', path, accept = ACCEPT.json, contentType, body }: Ask): ProgramRequest {
    const type = contentType ?? (body === undefined ? undefined : 'application/json')
    return {
      method,
      path,
      headers: { accept, ...(type === undefined ? {} : { 'content-type': type }), ...this.headers },
      ...(body === undefined ? {} : { body }),
      ...(this.credentials === undefined ? {} : { credentials: this.credentials }),
    }
  }
}

export function bodyOf(response: HttpResponse): JsonObject {
  return isObject(response.body) ? response.body : {}
}

function* printWarnings(response: HttpResponse): Step<void> {
  for (const match of (response.headers.warning ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g))
    yield* printError(`Warning: ${match[1]!.replace(/\\(.)/g, '$1')}\n`)
}
