// A refusal as kubectl prints it.
// Upstream: kubectl pkg/cmd/util/helpers.go (StandardErrorMessage, checkErr)

import { goQuote, isObject, type HttpResponse } from '../engine/index'
import { CommandError } from './context'

interface StatusBody {
  readonly message?: string
  readonly reason?: string
  readonly details?: {
    readonly name?: string
    readonly kind?: string
    readonly causes?: readonly { readonly field?: string; readonly message?: string }[]
  }
}

/** What client-go makes of an answer that holds no Status. Upstream: apimachinery pkg/api/errors (NewGenericServerResponse) */
const BARE: Readonly<Record<number, StatusBody>> = {
  404: { reason: 'NotFound', message: 'the server could not find the requested resource' },
  405: { reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' },
  503: { reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' },
}

const statusOf = ({ body, status }: HttpResponse) => (isObject(body) ? body : (BARE[status] ?? {})) as StatusBody

/** `doing`: what stands in front of the message, such as `error when creating "pod.yaml": `. An Invalid keeps its own words. */
export function statusText(response: HttpResponse, doing = ''): string {
  const { message = '', reason, details } = statusOf(response)
  if (response.status === 401) return 'error: You must be logged in to the server (Unauthorized)\n'
  if (response.status === 422 && reason === 'Invalid') return invalidText(details, message)
  return reason ? `Error from server (${reason}): ${doing}${message}\n` : `Error from server: ${doing}${message || 'unknown'}\n`
}

/** A refusal that a command tells in its own words: nothing of the Status but its message is left. */
export const saidOf = (response: HttpResponse, doing: string): string => `${doing}: ${statusOf(response).message ?? ''}`

/** Of all that went wrong where a command goes on with the next object: one is an error, several stand line by line. */
export function failedAt(problems: readonly string[]): CommandError {
  return new CommandError(problems.length === 1 ? `error: ${problems[0]}\n` : problems.map((problem) => `${problem}\n`).join(''))
}

/** Of a command that has others below it: none is called so. */
export function unknownCommand(command: string, words: readonly string[]): CommandError {
  return new CommandError(`error: unknown command ${goQuote(words.join(' '))}\nSee '${command} -h' for help and examples\n`)
}

export function refusedText(error: string, serverUrl: string): string {
  const host = serverUrl.replace(/^https?:\/\//, '')
  if (error.includes('connection refused'))
    return `The connection to the server ${host} was refused - did you specify the right host or port?\n`
  return `Unable to connect to the server: ${error}\n`
}

function invalidText(details: StatusBody['details'], message: string): string {
  const causes = [...new Set((details?.causes ?? []).map((cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`))]
  const { kind = '', name = '' } = details ?? {}
  const isNamed = kind !== '' || name !== ''
  const head = isNamed ? `The ${kind} ${goQuote(name)} is invalid` : 'The request is invalid'
  if (causes.length === 0) return isNamed || message === '' ? `${head}\n` : `${head}: ${message}\n`
  return causes.length === 1 ? `${head}: ${causes[0]}\n` : `${head}: \n${causes.map((cause) => `* ${cause}\n`).join('')}`
}
