// kubectl create token: asks for a ServiceAccount's token, and prints it.
// Leaves out: printed objects.
// Upstream: kubectl pkg/cmd/create/create_token.go

import type { JsonObject } from '../../engine/index'
import { own } from '../../engine/index'
import type { Command } from '../commands/command'
import { print } from '../effects'
import { findResource, pathOf } from '../resources'
import { bodyOf, TYPED, type Session } from '../session'
import { messageOf, onlyName, wrong } from './generator'

/** What a token may be bound to, with its API version. */
const BOUND: Readonly<Record<string, string>> = { Node: 'v1', Pod: 'v1', Secret: 'v1' }

export const token: Command = {
  flags: {
    audience: { type: 'array' },
    duration: { type: 'duration' },
    'bound-object-kind': { type: 'string' },
    'bound-object-name': { type: 'string' },
    'bound-object-uid': { type: 'string' },
    output: { type: 'string', short: 'o', unmodelled: true },
  },
  *run(session) {
    const { flags, namespace } = session
    const name = onlyName(session, 'token')
    const seconds = flags.seconds('duration') ?? 0
    const audiences = flags.list('audience')
    if (seconds < 0) throw wrong('--duration must be greater than or equal to 0')
    if (seconds % 1 !== 0) throw wrong('--duration cannot be expressed in units less than seconds')
    if (audiences.includes('')) throw wrong('--audience must not be an empty string')
    const body = {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      spec: { audiences, ...(seconds > 0 ? { expirationSeconds: seconds } : {}), ...boundTo(session) },
      status: { token: '', expirationTimestamp: null },
    }
    const path = pathOf(findResource(session.resources, 'serviceaccounts'), namespace, name, 'token')
    const response = yield* session.ask({ method: 'POST', path, ...TYPED, body })
    if (response.status >= 300) throw wrong(`failed to create token: ${messageOf(response)}`)
    yield* print(`${String((bodyOf(response).status as JsonObject).token)}\n`)
    return 0
  },
}

function boundTo({ flags }: Session): JsonObject {
  const kind = flags.text('bound-object-kind')
  const name = flags.text('bound-object-name')
  const uid = flags.text('bound-object-uid')
  if (!kind) {
    if (name) throw wrong('--bound-object-name can only be set if --bound-object-kind is provided')
    if (uid) throw wrong('--bound-object-uid can only be set if --bound-object-kind is provided')
    return {}
  }
  const apiVersion = own(BOUND, kind)
  if (!apiVersion) throw wrong(`supported --bound-object-kind values are ${Object.keys(BOUND).join(', ')}`)
  if (!name) throw wrong('--bound-object-name is required if --bound-object-kind is provided')
  return { boundObjectRef: { kind, apiVersion, name, ...(uid ? { uid } : {}) } }
}
