// One request on its way through the stages, and what a stage may say of it.

import type { Kind, Subresource } from '../api/kind'
import type { ApiObject, JsonObject } from '../api/object'
import type { Status } from '../api/status'
import type { HopIndex, StageDetail } from '../base/hop'
import type { PartId } from '../base/ids'
import type { EtcdOp, EtcdReply, HttpRequest, HttpResponse, KeyValue, Revision } from '../base/wire'
import type { Json } from '../base/json'
import type { FlowPosition } from '../flow/advance'
import type { Route } from '../flow/requestFlowMachine'
import type { RequestInfo } from './requestInfo'

export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export interface RequestContext {
  readonly http: HttpRequest
  readonly from: PartId
  readonly info: RequestInfo
  readonly route: Route
  /** Of a path that leads nowhere: what the router answers once the request is allowed. */
  readonly unrouted: Status | string | null
  readonly kind: Kind | null
  readonly subresource: Subresource | null
  at: FlowPosition
  cause: HopIndex | null
  user: UserInfo | null
  /** Media type of the answer: JSON or YAML, and as what. */
  dryRun: boolean
  fieldManager: string
  readonly warnings: string[]
  /** The body after decoding (create, update, action, review), before anything changed it. */
  decoded: ApiObject | null
  /** The object as it stands now. */
  object: ApiObject | null
  /** Its metadata.resourceVersion as the client sent it: '' for none. */
  sentVersion: string
  deleteOptions: DeleteOptions
  /** The stored object that was read, with its key. */
  existing: KeyValue | null
  key: string
  /** What etcd answered to the call that this request waited for. */
  reply: EtcdReply | null
  /** How far a stage with several calls has come. */
  phase: number
  /** Of a POST that generates a name: names tried. */
  tries: number
  revision: Revision
  answer: HttpAnswer | null
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: string
  readonly orphanDependents?: boolean
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** What is to be answered, before the media type is negotiated. */
export type HttpAnswer =
  | { readonly type: 'object'; readonly status: number; readonly object: ApiObject }
  | { readonly type: 'list'; readonly objects: readonly ApiObject[]; readonly metadata: JsonObject }
  | { readonly type: 'watch'; readonly fromRevision: Revision; readonly initial: 'none' | 'current' | 'currentThenBookmark' }
  | { readonly type: 'plain'; readonly response: HttpResponse }
  | { readonly type: 'body'; readonly status: number; readonly body: Json }

export type StageResult =
  | { readonly outcome: 'passed'; readonly detail?: StageDetail }
  | { readonly outcome: 'changed'; readonly detail: StageDetail }
  | { readonly outcome: 'refused'; readonly status: Status; readonly detail?: StageDetail; readonly headers?: Readonly<Record<string, string>> }
  | { readonly outcome: 'retry' }
  | { readonly outcome: 'answered'; readonly detail?: StageDetail }
  /** Asks etcd and goes on with this stage when the reply is there (ctx.reply). */
  | { readonly outcome: 'waits'; readonly op: EtcdOp }
  /** Waits for something else (a kubelet's answer, time); `resume` is called on the server's `resume(ctx)`. */
  | { readonly outcome: 'suspended' }

export const passed: StageResult = { outcome: 'passed' }

export function refused(status: Status, detail: StageDetail = {}): StageResult {
  return { outcome: 'refused', status, detail: { ...detail, status } }
}
