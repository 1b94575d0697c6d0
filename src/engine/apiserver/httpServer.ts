// What Go's HTTP server refuses before any handler has heard of the request: lines that are none, and headers without end. It knows no Status.
// Leaves out: that HTTP/2 resets the stream where HTTP/1.1 answers 400.
// Upstream: Go net/http/server.go (readRequest, serve), net/url (ParseRequestURI); apiserver pkg/server/secure_serving.go (MaxHeaderBytes)

import { failure } from '../api/errors/status'
import type { HttpRequest, HttpResponse } from '../base/wire'
import { plainText } from './plainText'
import { refusal, type Refusal } from './refusal'

/** Bytes of the request line and all headers, and what Go allows beyond. */
const MOST_BYTES = 1024 * 1024 + 4096

/** The answer to what no handler will hear of; null for a request that is passed on. */
export function answeredByServer({ method, path, headers }: HttpRequest): HttpResponse | null {
  let size = method.length + path.length
  let wrong = METHOD.test(method) && isTarget(path) ? '' : LINE
  for (const name in headers) {
    const value = headers[name]!
    size += name.length + value.length
    if (!METHOD.test(name)) wrong ||= 'invalid header name'
    else if (CONTROL.test(value)) wrong ||= 'invalid header value'
  }
  if (size > MOST_BYTES) return plainText(431, '431 Request Header Fields Too Large')
  if (wrong === '') return null
  return plainText(400, wrong === LINE ? '400 Bad Request' : `400 Bad Request: ${wrong}`)
}

const LINE = 'request line'
/** What a method and a header's name may consist of. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// eslint's no-control-regex does not see code points given as text.
const CONTROL = new RegExp('[\\u0000-\\u0008\\u000a-\\u001f\\u007f]')
const BLANK_OR_CONTROL = new RegExp('[\\u0000-\\u0020\\u007f]')

function isTarget(target: string): boolean {
  if (!target.startsWith('/') || BLANK_OR_CONTROL.test(target)) return false
  const mark = target.indexOf('?')
  return !/%(?![0-9a-fA-F]{2})/.test(mark < 0 ? target : target.slice(0, mark))
}

const PANIC = 'This request caused apiserver to panic. Look in the logs for details.'

/** What is answered where a handler itself broke. Upstream: apiserver pkg/server/filters/wrap.go (WithPanicRecovery) */
export const panicked = (error: unknown): Refusal => ({
  ...refusal(failure(500, undefined, PANIC), 'panic', { problem: error instanceof Error ? error.message : String(error) }),
  response: plainText(500, `${PANIC}\n`),
})
