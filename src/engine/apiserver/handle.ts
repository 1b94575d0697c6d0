// The one loop: the flow names the stage, the stage's outcome moves the flow. A stage that waits for etcd is taken up again at the reply.

import type { NewHop, Stage, StageDetail, StageOutcome } from '../base/hop'
import { goError, timeout, type Status } from '../api/errors/status'
import { advance, canAdvance, stageOf } from '../flow/advance'
import { claiming, givingBack } from './claims'
import { isUnavailable } from './etcdClient'
import { panicked } from './httpServer'
import { cacheBehind, refusal } from './refusal'
import { refused, type RequestContext, type StageResult } from './requestContext'
import type { ServerState } from './serverState'
import { audit } from './stages/audit'
import { authentication } from './stages/authentication'
import { authorization } from './stages/authorization'
import { compare } from './stages/compare'
import { decode } from './stages/decode'
import { defaulting } from './stages/defaulting'
import { impersonation } from './stages/impersonation'
import { mutatingAdmission } from './stages/mutatingAdmission'
import { priorityAndFairness } from './stages/priorityAndFairness'
import { read } from './stages/read'
import { requestInfo } from './stages/requestInfo'
import { refusalOf, respond } from './stages/respond'
import { transaction } from './stages/transaction'
import { validatingAdmission } from './stages/validatingAdmission'
import { validation } from './stages/validation'
import { watchCache } from './stages/watchCache'

type StageFunction = (ctx: RequestContext, server: ServerState) => StageResult

const stages: Readonly<Record<Stage, StageFunction>> = {
  requestInfo,
  authentication,
  audit,
  impersonation,
  priorityAndFairness,
  authorization,
  decode,
  defaulting,
  read,
  mutatingAdmission,
  validation: givingBack(validation),
  validatingAdmission: givingBack(validatingAdmission),
  compare,
  transaction: claiming(transaction),
  watchCache,
  respond,
}

/** Takes a request as far as it can go now. `finish` is called once, when there is something to answer. */
export function handle(
  ctx: RequestContext,
  server: ServerState,
  callEtcd: (ctx: RequestContext, op: Extract<StageResult, { outcome: 'waits' }>['op']) => void,
  finish: (ctx: RequestContext) => void,
): void {
  for (;;) {
    const stage = stageOf(ctx.at)
    const result = resultOf(ctx, server, stage)
    if (result.outcome === 'waits') return callEtcd(ctx, result.op)
    if (result.outcome === 'suspended') return
    ctx.reply = null
    if (result.outcome === 'refused') {
      ctx.response = result.response ?? refusalOf(ctx, result.status, server)
      note(ctx, server, stage, 'refused', result.detail)
      // Where no stage refuses, a server still can break.
      if (canAdvance(ctx.at, { type: 'request.refused' })) ctx.at = advance(ctx.at, { type: 'request.refused' })
      return finish(ctx)
    }
    if (stage === 'respond') {
      note(ctx, server, stage, 'answered', result.detail)
      return finish(ctx)
    }
    note(ctx, server, stage, result.outcome, result.detail)
    if (result.outcome === 'retry') {
      if (ctx.route !== 'create') {
        ctx.object = ctx.decoded
        ctx.existing = ctx.old = ctx.parent = null
      }
      ctx.phase = 0
      ctx.at = advance(ctx.at, { type: 'stage.retry', route: ctx.route })
    } else ctx.at = advance(ctx.at, { type: 'stage.passed', route: ctx.route })
  }
}

/** A handler that breaks over what it was sent breaks alone: the server answers, and goes on. */
function resultOf(ctx: RequestContext, server: ServerState, stage: Stage): StageResult {
  try {
    return cannotServe(ctx, server, stage) ?? stages[stage](ctx, server)
  } catch (error) {
    return refused(panicked(error))
  }
}

/** What etcd's absence makes of any request that needs it, and of those that need a cache that has lost touch with it. */
function cannotServe({ reply, http, info, kind, key, answer }: RequestContext, server: ServerState, stage: Stage): StageResult | null {
  if (stage === 'read' && kind?.storage && !answer && info.verb === 'watch' && !server.cacheOf(kind).ready)
    return refused(cacheBehind(kind))
  if (!reply || reply.ok || !isUnavailable(reply.error)) return null
  const because = (status: Status) => refused(refusal(status, 'etcd', { error: reply.error, ...(key === '' ? {} : { key }) }))
  if (reply.error !== 'context deadline exceeded') return because(goError(reply.error))
  return because(
    timeout(
      http.method === 'GET'
        ? 'request did not complete within the allotted timeout'
        : `request did not complete within requested timeout - ${reply.error}`,
    ),
  )
}

function note(ctx: RequestContext, { io }: ServerState, stage: Stage, outcome: StageOutcome, detail: StageDetail | undefined): void {
  io.cause = ctx.cause
  const hop: NewHop = detail
    ? { kind: 'stage', request: ctx.http.id, stage, outcome, detail }
    : { kind: 'stage', request: ctx.http.id, stage, outcome }
  ctx.cause = io.note(hop)
}
