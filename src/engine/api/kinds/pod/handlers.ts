// Probes and lifecycle hooks: one handler each, and what it must say.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateHandler, validateProbe, validateLifecycle)

import type { JsonObject } from '../../object'
import { portNameErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  nonNegative,
  notAllowed,
  oneOf,
  portNumber,
  required,
  unsupported,
  wrong,
  type Errors,
  type Path,
} from '../../validation/rules'
import type { Container, Probe } from './types'

/** In the order that upstream looks; the first is the one whose rules are checked. */
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const
const HEADER =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"
const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM']

/** Of a container that may have them: a main one, or a sidecar. */
export function validateHandlers(c: Container, at: Path, grace: number | bigint, os: string | undefined): Errors {
  const { postStart, preStop, stopSignal } = (c.lifecycle ?? {}) as { postStart?: JsonObject; preStop?: JsonObject; stopSignal?: string }
  const lifecycle = at.child('lifecycle')
  return [
    ...(postStart ? validateHandler(postStart, lifecycle.child('postStart'), grace) : NONE),
    ...(preStop ? validateHandler(preStop, lifecycle.child('preStop'), grace) : NONE),
    ...(stopSignal === undefined ? NONE : validateStopSignal(stopSignal, lifecycle.child('stopSignal'), os)),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
      c[name] ? validateProbe(c[name], at.child(name), name, grace) : NONE,
    ),
  ]
}

function validateStopSignal(signal: string, at: Path, os: string | undefined): Errors {
  if (os === undefined) return notAllowed(at, 'may not be set for containers with empty `spec.os.name`')
  return os === 'windows' && !WINDOWS_SIGNALS.includes(signal) ? unsupported(at, signal, WINDOWS_SIGNALS) : NONE
}

function validateProbe(probe: Probe, at: Path, name: string, graceOfPod: number | bigint): Errors {
  const { successThreshold = 0, terminationGracePeriodSeconds: grace } = probe as Probe & {
    terminationGracePeriodSeconds?: number | bigint
  }
  return [
    ...validateHandler(probe, at, graceOfPod),
    ...nonNegative(probe.initialDelaySeconds, at.child('initialDelaySeconds')),
    ...nonNegative(probe.timeoutSeconds, at.child('timeoutSeconds')),
    ...nonNegative(probe.periodSeconds, at.child('periodSeconds')),
    ...nonNegative(probe.successThreshold, at.child('successThreshold')),
    ...nonNegative(probe.failureThreshold, at.child('failureThreshold')),
    ...(grace !== undefined && grace <= 0 ? wrong(at.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0') : NONE),
    ...(name !== 'readinessProbe' && successThreshold !== 1 ? wrong(at.child('successThreshold'), successThreshold, 'must be 1') : NONE),
    ...(name === 'readinessProbe' && grace !== undefined
      ? wrong(at.child('terminationGracePeriodSeconds'), grace, 'must not be set for readinessProbes')
      : NONE),
  ]
}

function validateHandler(handler: JsonObject, at: Path, grace: number | bigint): Errors {
  const [first, ...more] = HANDLERS.filter((name) => handler[name])
  if (!first) return missing(at, 'must specify a handler type')
  return [
    ...RULES[first](handler[first] as JsonObject, at.child(first), grace),
    ...more.flatMap((name) => notAllowed(at.child(name), 'may not specify more than 1 handler type')),
  ]
}

const RULES: Readonly<Record<(typeof HANDLERS)[number], (action: JsonObject, at: Path, grace: number | bigint) => Errors>> = {
  exec: ({ command }, at) => ((command as readonly string[] | undefined)?.length ? NONE : missing(at.child('command'))),
  httpGet: ({ path, port, scheme, httpHeaders }, at) => [
    ...required(path, at.child('path')),
    ...validatePort(port, at.child('port')),
    ...oneOf(scheme as string | undefined, ['HTTP', 'HTTPS'], at.child('scheme')),
    ...each(httpHeaders as readonly { name?: string }[] | undefined, at, ({ name = '' }) =>
      /^[-A-Za-z0-9]+$/.test(name) ? NONE : wrong(at.child('httpHeaders'), name, HEADER),
    ),
  ],
  tcpSocket: ({ port }, at) => validatePort(port, at.child('port')),
  grpc: ({ port }, at) => validatePort(port ?? 0, at.child('port')),
  sleep: ({ seconds = 0 }, at, grace) =>
    (seconds as number | bigint) < 0 || (seconds as number | bigint) > grace
      ? wrong(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)
      : NONE,
}

function validatePort(value: unknown, at: Path): Errors {
  if (typeof value === 'string') return named(value, at, portNameErrors)
  return portNumber(typeof value === 'number' ? value : 0, at)
}
