// One request on its way through the stages, and what a stage may say of it.

import type { Kind, Subresource } from '../api/kind'
import type { ApiObject, JsonObject } from '../api/object'
import type { Status } from '../api/errors/status'
import type { HopIndex, StageDetail } from '../base/hop'
import type { Json } from '../base/json'
import type { PartId } from '../base/ids'
import type { PartIo } from '../base/part'
import type { EtcdOp, EtcdReply, HttpRequest, HttpResponse, KeyValue, Revision } from '../base/wire'
import { beginFlow, type FlowPosition } from '../flow/advance'
import type { Route } from '../flow/requestFlowMachine'
import type { Refusal } from './refusal'
import type { RequestInfo } from './requestInfo'

export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What method and path alone decide; shared by all requests that have them. */
export interface Routed {
  readonly info: RequestInfo
  readonly route: Route
  /** Of a path that leads nowhere: what the router answers once the request is allowed. */
  readonly unrouted: Refusal | null
  readonly kind: Kind | null
  readonly subresource: Subresource | null
}

export interface RequestContext extends Routed {
  readonly http: HttpRequest
  readonly from: PartId
  /** Epoch milliseconds. */
  readonly received: number
  at: FlowPosition
  cause: HopIndex | null
  user: UserInfo
  /** Who asked, where `user` is impersonated. */
  impersonator: UserInfo | null
  authenticated: boolean
  /** For the audit log: how authorization decided. */
  decision: string
  reason: string
  dryRun: boolean
  fieldManager: string
  warnings: string[]
  /** The body as it was read; of a PATCH the patch itself. */
  body: Json | undefined
  /** The object after decoding and defaulting, before anything of the server's own changed it. */
  decoded: ApiObject | null
  /** The object as it stands now. */
  object: ApiObject | null
  /** Its metadata.resourceVersion as the client sent it: '' for none. */
  sentVersion: string
  sentUid: string
  deleteOptions: DeleteOptions
  /** Whether the object will be new: POST, and PUT or apply of what is not there. */
  creating: boolean
  key: string
  /** The stored object that was read, with its key, and as clients see it. */
  existing: KeyValue | null
  old: ApiObject | null
  /** The same, where `old` is a subresource's view of it (Scale). */
  parent: ApiObject | null
  /** Of an apply: whether it names an empty list or map of the kind that is left out when it is stored. */
  namesEmpty: boolean
  /** Of a deletecollection: what is still to be deleted. */
  collection: readonly ApiObject[]
  /** What its transactions took out of the store. */
  readonly removed: ApiObject[]
  /** What etcd answered to the call that this request waited for. */
  reply: EtcdReply | null
  /** How far a stage with several calls has come. */
  phase: number
  /** The object as a walk over the admission plugins found it: the walk begins again when a webhook has answered. */
  entry: ApiObject | null
  /** What webhooks answered, by their name. */
  webhooks: Map<string, PeerAnswer> | null
  /** Of a POST that generates a name: names tried. */
  tries: number
  /** Of a create: what the transaction found under its key. */
  taken: KeyValue | null
  /** The object with what the registry gave it, before it was checked; through a subresource nothing is given. */
  begun: ApiObject | null
  /** What it takes and gives back beside its own object. */
  claims: Claims | null
  answer: Answer | null
  /** What another part's answer came to, where it is a refusal. */
  failure: Refusal | null
  /** What was sent in the end. */
  response: HttpResponse | null
  /** Sends the first pieces of a stream, once its head is out. */
  stream: (() => void) | null
}

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** A request as it arrives, before its first stage. All fields are there from the beginning, so that all requests have the same shape. */
export function newRequestContext(http: HttpRequest, from: PartId, routed: Routed, io: PartIo): RequestContext {
  return {
    info: routed.info,
    route: routed.route,
    unrouted: routed.unrouted,
    kind: routed.kind,
    subresource: routed.subresource,
    http,
    from,
    received: io.epochNow,
    at: beginFlow(),
    cause: io.cause,
    user: ANONYMOUS,
    impersonator: null,
    authenticated: false,
    decision: '',
    reason: '',
    dryRun: false,
    fieldManager: '',
    warnings: [],
    body: undefined,
    decoded: null,
    object: null,
    sentVersion: '',
    sentUid: '',
    deleteOptions: {},
    creating: routed.route === 'create',
    key: '',
    existing: null,
    old: null,
    parent: null,
    collection: [],
    removed: [],
    reply: null,
    phase: 0,
    entry: null,
    namesEmpty: false,
    webhooks: null,
    tries: 0,
    taken: null,
    begun: null,
    claims: null,
    answer: null,
    failure: null,
    response: null,
    stream: null,
  }
}

/** See claims.ts. */
export interface Claims {
  /** Still to be taken, and to be given back; what was taken so far. */
  take: Claim[]
  give: Claim[]
  taken: Claim[]
  /** What the stage came to, and then what is to be said of it. */
  result: StageResult | null
  /** Whether the record of ports was read, and is being written. */
  written: boolean
}

export type Claim = { readonly address: string; readonly of: ApiObject } | { readonly port: number }

/** What comes back from another part: a response, or why there is none. */
export type PeerAnswer = HttpResponse | { readonly error: string }

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | bigint
  readonly propagationPolicy?: string
  readonly orphanDependents?: boolean
  readonly dryRun?: readonly string[]
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  /** Deletes only what cannot be read. */
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean
}

/** What is to be answered, before the media type is negotiated. */
export type Answer =
  | { readonly type: 'object'; readonly status: number; readonly object: JsonObject }
  | { readonly type: 'list'; readonly objects: readonly ApiObject[]; readonly metadata: JsonObject }
  | {
      readonly type: 'watch'
      readonly matches: (object: ApiObject) => boolean
      readonly watched?: string
      readonly prefix: string
      readonly from: Revision
      readonly initial: 'none' | 'current' | 'currentThenBookmark'
      readonly seconds: number
    }
  | { readonly type: 'plain'; readonly response: HttpResponse }

export type StageResult =
  | { readonly outcome: 'passed'; readonly detail?: StageDetail }
  | { readonly outcome: 'changed'; readonly detail: StageDetail }
  | { readonly outcome: 'refused'; readonly status: Status; readonly detail: StageDetail; readonly response?: HttpResponse }
  | { readonly outcome: 'retry'; readonly detail?: StageDetail }
  /** Asks etcd and goes on with this stage when the reply is there (ctx.reply). */
  | { readonly outcome: 'waits'; readonly op: EtcdOp }
  /** Waits for something else (a kubelet's answer, time); whoever ends the wait calls handle() again. */
  | { readonly outcome: 'suspended' }

export const passed: StageResult = { outcome: 'passed' }

/** A refusal always says why. */
export function refused({ status, why, response }: Refusal): StageResult {
  return { outcome: 'refused', status, detail: { why, status }, ...(response ? { response } : {}) }
}

/** Says something without having changed anything. */
export function noted(detail: StageDetail): StageResult {
  return { outcome: 'passed', detail }
}
