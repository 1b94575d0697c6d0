// How long a client lets a request take: `timeout` in the query, a duration as Go writes it.
// Leaves out: the deadline itself; nothing that this server does for a client takes so long.
// Upstream: apiserver pkg/endpoints/filters/request_deadline.go, Go time.ParseDuration

import { goQuote } from '../api/go/goQuote'
import { badRequest } from '../api/errors/status'
import { refusal, type Refusal } from './refusal'
import type { RequestInfo } from './requestInfo'

/** What goes on for as long as the client likes has no deadline. */
const LONG_RUNNING: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward'])

export function wrongTimeout({ query, verb, subresource }: RequestInfo): Refusal | null {
  const timeout = query.get('timeout') ?? ''
  if (timeout === '' || verb === 'watch' || LONG_RUNNING.has(subresource)) return null
  const problem = durationProblem(timeout)
  if (problem === null) return null
  return refusal(badRequest(`invalid timeout specified in the request URL - ${problem}`), 'parameter', {
    parameter: 'timeout',
    sent: timeout,
    expected: '30s, 1m30s …',
  })
}

const UNITS: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])

/** Why a text is no duration, in Go's words; null if it is one. */
function durationProblem(text: string): string | null {
  const shown = goQuote(text)
  let rest = text.replace(/^[+-]/, '')
  if (rest === '0') return null
  if (rest === '') return `time: invalid duration ${shown}`
  while (rest !== '') {
    const [number] = /^(\d+\.?\d*|\.\d+)/.exec(rest) ?? []
    if (number === undefined) return `time: invalid duration ${shown}`
    rest = rest.slice(number.length)
    const [unit = ''] = /^[^.\d]+/.exec(rest) ?? []
    if (unit === '') return `time: missing unit in duration ${shown}`
    if (!UNITS.has(unit)) return `time: unknown unit ${goQuote(unit)} in duration ${shown}`
    rest = rest.slice(unit.length)
  }
  return null
}
