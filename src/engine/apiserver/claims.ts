// What an object holds beside itself: for each address of a Service an IPAddress, which the server makes and deletes by asking itself, and
// for its ports of the nodes a bit each in one record of etcd. Taken before the object is written, given back once it is gone or let go of
// them, or when it could not be written.
// What was not given back because etcd or the server went away, repair/ finds.
// Leaves out: another address or port where somebody else took it in the same moment (the request is refused).
// Upstream: kubernetes pkg/registry/core/service/storage/{storage,alloc,transaction}.go, pkg/registry/core/service/{ipallocator/ipallocator,allocator/storage/storage}.go

import { ipAddressFor } from '../api/kinds/ipaddress'
import { takenMeanwhile, withPort } from '../api/kinds/service/nodePorts'
import { serviceSpecOf } from '../api/kinds/service/types'
import type { Holdings, Kind } from '../api/kind'
import type { ApiObject, JsonObject } from '../api/object'
import { goError } from '../api/errors/status'
import { Path, wrong } from '../api/validation/rules'
import { invariant } from '../base/invariant'
import { isObject } from '../base/json'
import type { EtcdOp } from '../base/wire'
import { loopback, SELF } from './loopback'
import { invalidFields, refusal, type Refusal } from './refusal'
import { refused, type Claim, type Claims, type PeerAnswer, type RequestContext, type StageResult } from './requestContext'
import { PORTS_KEY } from './repair/portRepair'
import type { ServerState } from './serverState'

const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses'
const NOTHING: Holdings = { addresses: [], ports: [] }

type Stage = (ctx: RequestContext, server: ServerState) => StageResult

/** The transaction of a request, with what it takes before and gives back after. */
export function claiming(transaction: Stage): Stage {
  return (ctx, server) => {
    const kind = ctx.kind as Kind | null
    if (!kind?.holds || ctx.dryRun) return transaction(ctx, server)
    const claims = (ctx.claims ??= claimsFor(ctx, kind, ctx.route === 'delete' ? null : ctx.object))
    const wait = work(ctx, server, claims, 'take')
    if (wait) return wait
    if (!claims.result) {
      const result = transaction(ctx, server)
      if (result.outcome === 'waits' || result.outcome === 'suspended') return result
      claims.result = result
      ctx.reply = null
      const stands = result.outcome !== 'refused' && result.outcome !== 'retry'
      claims.give = stands ? givenBack(ctx, kind) : claims.taken
    }
    const last = work(ctx, server, claims, 'give')
    if (last) return last
    ctx.claims = null
    return claims.result
  }
}

/** A stage that may refuse what was begun: all was taken by then, and is given back. */
export function givingBack(stage: Stage): Stage {
  return (ctx, server) => {
    const kind = ctx.kind as Kind | null
    if (!ctx.claims) {
      const result = stage(ctx, server)
      if (result.outcome !== 'refused' || !ctx.begun || !kind?.holds || ctx.dryRun) return result
      ctx.claims = { ...claimsFor(ctx, kind, ctx.begun), result }
    }
    const { claims } = ctx
    const wait = work(ctx, server, claims, 'take')
    if (wait) return wait
    claims.give = [...claims.give, ...claims.taken]
    claims.taken = []
    const last = work(ctx, server, claims, 'give')
    if (last) return last
    ctx.claims = null
    return claims.result as StageResult
  }
}

const claimsFor = (ctx: RequestContext, kind: Kind, object: ApiObject | null): Claims => ({
  take: object ? less(object, heldBy(kind, object), heldBy(kind, ctx.creating ? null : ctx.old)) : [],
  give: [],
  taken: [],
  result: null,
  written: false,
})

const heldBy = (kind: Kind, object: ApiObject | null): Holdings => (object ? kind.holds!(object) : NOTHING)

/** What of `all` is not in `others`. */
function less(of: ApiObject | null, all: Holdings, others: Holdings): Claim[] {
  return [
    ...all.addresses.filter((a) => !others.addresses.includes(a)).map((address) => ({ address, of: of as ApiObject })),
    ...all.ports.filter((p) => !others.ports.includes(p)).map((port) => ({ port })),
  ]
}

/** What nobody holds any more. */
function givenBack(ctx: RequestContext, kind: Kind): Claim[] {
  const { old, object, removed } = ctx
  if (ctx.route === 'delete') return removed.flatMap((gone) => less(gone, heldBy(kind, gone), NOTHING))
  if (ctx.creating) return []
  return less(old, heldBy(kind, old), removed.length > 0 ? NOTHING : heldBy(kind, object))
}

/** One claim after the other; null when all is done. */
function work(ctx: RequestContext, server: ServerState, claims: Claims, what: 'take' | 'give'): StageResult | null {
  if (ctx.failure) {
    notTaken(claims, ctx.failure)
    ctx.failure = null
  }
  for (;;) {
    const [claim] = claims[what]
    if (!claim) return null
    if ('address' in claim) {
      askFor(ctx, server, claims, claim, what)
      return { outcome: 'suspended' }
    }
    const next = portOp(ctx, claims, claim.port, what)
    if (next === 'done') through(claims, what)
    else if ('op' in next) return { outcome: 'waits', op: next }
    else notTaken(claims, next)
  }
}

/** Nothing more is taken, and what was taken goes back. */
function notTaken(claims: Claims, why: Refusal): void {
  claims.take = []
  claims.give = claims.taken
  claims.taken = []
  claims.result = refused(why)
}

function through(claims: Claims, what: 'take' | 'give'): void {
  const [claim, ...left] = claims[what]
  claims[what] = left
  if (what === 'take' && claim) claims.taken = [...claims.taken, claim]
}

function askFor(
  ctx: RequestContext,
  server: ServerState,
  claims: Claims,
  { address, of }: Extract<Claim, { address: string }>,
  what: 'take' | 'give',
): void {
  const request =
    what === 'take'
      ? loopback({ method: 'POST', path: ADDRESSES, body: ipAddressFor(address, of.metadata) })
      : loopback({ method: 'DELETE', path: `${ADDRESSES}/${address}` })
  server.ask(SELF, request, ctx, (answer) => {
    // Who gives back does not mind a refusal.
    if (what === 'take' && !('status' in answer && answer.status === 201)) ctx.failure = notGiven(ctx, address, answer)
    else through(claims, what)
    server.resume(ctx)
  })
}

function notGiven({ kind, object, begun, decoded }: RequestContext, ip: string, answer: PeerAnswer): Refusal {
  const body = 'status' in answer && isObject(answer.body) ? answer.body : {}
  const why = 'error' in answer ? answer.error : body.reason === 'AlreadyExists' ? 'provided IP is already allocated' : String(body.message)
  const at = Path.root('spec').child('clusterIPs')
  const { group, kind: name } = kind as Kind
  const asked = isObject(decoded?.spec) && decoded.spec.clusterIP
  const [shown, which] = asked ? [ip, ` ${ip}`] : ['', '']
  return invalidFields(group, name, (begun ?? object)?.metadata.name ?? '', [
    ...wrong(at, [shown], `failed to allocate IP${which}: ${why}`),
  ])
}

/** The record is read, and written if nobody else did so meanwhile; a port that cannot be taken is refused. */
function portOp(ctx: RequestContext, claims: Claims, port: number, what: 'take' | 'give'): EtcdOp | Refusal | 'done' {
  const { reply } = ctx
  const read: EtcdOp = { op: 'range', key: PORTS_KEY }
  const { written } = claims
  ctx.reply = null
  claims.written = false
  if (!reply) return read
  if (!reply.ok) return what === 'give' ? 'done' : refusal(goError(reply.error), 'etcd', { key: PORTS_KEY, error: reply.error })
  if (written) return reply.succeeded ? 'done' : read
  const [kv] = reply.kvs
  invariant(kv, 'the record of ports, from the start on', { key: PORTS_KEY })
  const value = kv.value as JsonObject
  const data = withPort(String(value.data), port, what === 'take')
  if (data === value.data) return what === 'give' ? 'done' : portRefused(ctx, port)
  claims.written = true
  return {
    op: 'txn',
    compare: [{ key: PORTS_KEY, modRevision: kv.modRevision }],
    success: [{ op: 'put', key: PORTS_KEY, value: { ...value, data } }],
    failure: [],
  }
}

function portRefused({ kind, object, begun }: RequestContext, port: number): Refusal {
  const service = (begun ?? object) as ApiObject
  const taken = takenMeanwhile(serviceSpecOf(service), port)
  const { group, kind: name } = kind as Kind
  return 'errors' in taken
    ? invalidFields(group, name, service.metadata.name ?? '', taken.errors)
    : refusal(taken.failure, 'nothingFree', { problem: taken.failure.message ?? '' })
}
