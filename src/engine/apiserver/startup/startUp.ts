// What the server writes when it starts, each thing only where it is not there, in steps: all of a step goes out at once and is waited for.
// First what upstream's hooks write as soon as caches are filled; then RBAC and the priority classes, whose hooks wait a second; then, when
// the server is ready, what leads clients to it. Writes go straight to etcd, not through the server's front door as upstream's do.
// Leaves out: that what is there and was changed is made right again (rules of default roles, settings of flow control), and that leases are
// renewed: upstream's server writes three times every ten seconds.
// Upstream: apiserver pkg/server/hooks.go; kubernetes pkg/controlplane/{instance.go,apiserver/{server,aggregator}.go},
//           pkg/registry/{rbac,scheduling,flowcontrol,core}/rest

import { namespace } from '../../api/kinds/namespace'
import type { ApiObject, JsonObject } from '../../api/object'
import { invariant } from '../../base/invariant'
import type { EtcdOp, EtcdReply, Revision } from '../../base/wire'
import type { ServerState } from '../serverState'
import { withoutVersion } from '../storedObject'
import { ownApiServices } from './apiServices'
import { ownFlowControl } from './flowControl'
import { ownConfigMaps, ownLease } from './identity'
import { created, ownObject, withStatus, type OwnObject } from './ownObject'
import { ownEndpoints, ownRanges } from './serviceNetwork'

type Lists = Readonly<Record<string, readonly JsonObject[]>>
/** Calls etcd until it answers. */
type Write = (op: EtcdOp, then: (reply: Extract<EtcdReply, { ok: true }>) => void) => void

/** `recorded`: lists by resource of what the server has data for; `done` when all of it is there. */
export function startUp(server: ServerState, recorded: Lists, write: Write, done: () => void): void {
  const steps = stepsOf(server, recorded)
  const next = (): void => {
    const puts = steps.shift()?.flatMap((own) => {
      const put = putFor(server, own)
      return put ? [{ own, put }] : []
    })
    if (!puts) return done()
    let left = puts.length
    if (left === 0) return next()
    for (const { own, put } of puts) writeOwn(server, own, put, write, () => --left === 0 && next())
  }
  next()
}

function stepsOf(server: ServerState, recorded: Lists): (readonly OwnObject[])[] {
  const { io, nowText: now, scheme } = server
  const { namespaces = [], services = [], flowschemas, prioritylevelconfigurations, ...others } = recorded
  const { suggested, mandatory } = ownFlowControl({ flowschemas, prioritylevelconfigurations })
  return [
    [
      ...ownRanges(),
      ...suggested,
      ...namespaces.map(({ metadata }) => ownObject(namespace, { metadata })),
      ownLease(io.random.uuid(), io.epochNow),
      ...ownConfigMaps(now.slice(0, 10)),
      ...ownApiServices(scheme.kinds),
    ],
    mandatory,
    // Again: what their status says may have changed.
    [...suggested, ...listed(server, others)],
    ownEndpoints(services, server),
  ]
}

function listed({ scheme }: ServerState, lists: Lists): readonly OwnObject[] {
  return Object.entries(lists).flatMap(([resource, objects]) => {
    const kind = scheme.kinds.find((k) => k.resource === resource && k.storage && !k.storedAs)
    invariant(kind, 'a kind is stored for each list of the bootstrap objects', { resource })
    return objects.map((object) => ownObject(kind, object))
  })
}

type Put = { readonly value: ApiObject; readonly modRevision: Revision }

/** What is to be written of it: all, its status, or nothing. */
function putFor(server: ServerState, own: OwnObject): Put | null {
  const there = own.kind ? server.cacheOf(own.kind).get(own.key) : undefined
  if (!there) return { value: created(own, server), modRevision: 0 }
  const value = withStatus(there, own, server)
  return value && { value: withoutVersion(value), modRevision: Number(there.metadata.resourceVersion) }
}

/** A status comes after the object. */
function writeOwn(server: ServerState, own: OwnObject, { value, modRevision }: Put, write: Write, then: () => void): void {
  const { key } = own
  const op: EtcdOp = { op: 'txn', compare: [{ key, modRevision }], success: [{ op: 'put', key, value }], failure: [] }
  write(op, ({ succeeded, revision }) => {
    const more = succeeded && modRevision === 0 ? withStatus(value, own, server) : null
    if (more) writeOwn(server, own, { value: more, modRevision: revision }, write, then)
    else then()
  })
}
