// What travels between parts: HTTP with the apiserver (and from it to a kubelet, for logs), etcd's gRPC, and CRI's gRPC.
// Plain immutable data; bodies that a component built are passed as objects and never serialized on the way.
// Upstream: RFC 9110; etcd api/etcdserverpb/rpc.proto; cri-api/pkg/apis/runtime/v1/api.proto

import type { Json, JsonObject } from './json'

/** Unique in a cluster, counted from 1 in the order of sending. Also used as the seed of the request's Audit-ID. */
export type RequestId = number
/** etcd's store-wide revision: 1 for a store in which nothing was written. */
export type Revision = number

export type Message = HttpMessage | EtcdMessage | RaftMessage | CriMessage

// ---- HTTP ---------------------------------------------------------------------------------------------------------------

export type HttpMessage =
  | { readonly type: 'http.request'; readonly request: HttpRequest }
  | { readonly type: 'http.response'; readonly request: RequestId; readonly response: HttpResponse }
  /** One piece of a streamed answer: a watch event, or text of a followed log. */
  | { readonly type: 'http.chunk'; readonly request: RequestId; readonly chunk: WatchEvent | string }
  /** The server ended the stream. */
  | { readonly type: 'http.end'; readonly request: RequestId }
  /** No answer will come: the server is down or the link is cut. `error` as Go's net package says it. */
  | { readonly type: 'http.unreachable'; readonly request: RequestId; readonly error: string }
  /** The client hung up. */
  | { readonly type: 'http.abort'; readonly request: RequestId }

export interface HttpRequest {
  readonly id: RequestId
  /** `GET`, `POST`, … exactly as sent. */
  readonly method: string
  /** Path and query as on the request line, percent-encoded. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The client certificate of the TLS connection; there is no `Authorization` header for it. */
  readonly clientCertificate?: ClientCertificate
  /** The client does not verify the server's certificate (curl -k). */
  readonly insecure?: boolean
  /** An object was built by a component; a string is the text exactly as a person or tool sent it. */
  readonly body?: JsonObject | string
}

export interface ClientCertificate {
  /** CN: becomes the user name. */
  readonly commonName: string
  /** O: become the groups. */
  readonly organizations: readonly string[]
  /** Epoch milliseconds; without it, it is good for longer than any story. */
  readonly notAfter?: number
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; a header that stands several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Absent for a streamed answer, whose pieces come as `http.chunk`. */
  readonly body?: Json
  readonly streaming?: boolean
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: JsonObject
}

// ---- etcd ---------------------------------------------------------------------------------------------------------------

export type EtcdMessage =
  | { readonly type: 'etcd.call'; readonly call: number; readonly request: RequestId | null; readonly op: EtcdOp }
  | { readonly type: 'etcd.reply'; readonly call: number; readonly request: RequestId | null; readonly reply: EtcdReply }
  /** Events of an open watch, all of one revision. */
  | { readonly type: 'etcd.event'; readonly watch: number; readonly revision: Revision; readonly events: readonly EtcdEvent[] }
  /** The watch cannot go on: its start revision is compacted, or its member has been without a leader for too long. */
  | {
      readonly type: 'etcd.cancelled'
      readonly watch: number
      readonly compactRevision: Revision
      readonly reason?: 'etcdserver: no leader'
    }

export type EtcdOp =
  | EtcdRange
  | {
      readonly op: 'txn'
      /** All must hold. */
      readonly compare: readonly EtcdCompare[]
      readonly success: readonly EtcdWriteOp[]
      readonly failure: readonly EtcdRange[]
    }
  | { readonly op: 'watch'; readonly watch: number; readonly prefix: string; readonly startRevision: Revision }
  | { readonly op: 'cancelWatch'; readonly watch: number }
  | { readonly op: 'compact'; readonly revision: Revision }

/** The key's mod_revision, or its version, equals this (0: the key does not exist). */
export type EtcdCompare = { readonly key: string; readonly modRevision: Revision } | { readonly key: string; readonly version: number }

export interface EtcdRange {
  readonly op: 'range'
  readonly key: string
  /** With `prefix`, all keys that begin with `key`, in byte order; with `from`, those not before `from`. */
  readonly prefix?: boolean
  readonly from?: string
  readonly limit?: number
  /** Reads the store as it was at this revision. */
  readonly revision?: Revision
  readonly countOnly?: boolean
}

export type EtcdWriteOp =
  /** `ttl` in seconds: the value hangs on an etcd lease (Events: 3600). */
  | { readonly op: 'put'; readonly key: string; readonly value: JsonObject; readonly ttl?: number }
  | { readonly op: 'delete'; readonly key: string }

export type EtcdReply =
  | {
      readonly ok: true
      /** The store's revision when the reply was made. */
      readonly revision: Revision
      /** Of a txn: whether the compares held. */
      readonly succeeded?: boolean
      readonly kvs: readonly KeyValue[]
      /** All keys that match, whatever the limit. */
      readonly count: number
    }
  | { readonly ok: false; readonly error: EtcdError; readonly compactRevision?: Revision }

/** etcd's own error texts. */
export type EtcdError =
  | 'etcdserver: mvcc: required revision has been compacted'
  | 'etcdserver: mvcc: required revision is a future revision'
  | 'etcdserver: request is too large'
  | 'etcdserver: request timed out'
  | 'etcdserver: request timed out, possibly due to previous leader failure'
  | 'etcdserver: no leader'
  /** gRPC's own, from the client's side of the connection. */
  | `rpc error: code = Unavailable desc = ${string}`
  | 'context deadline exceeded'

export interface KeyValue {
  readonly key: string
  readonly createRevision: Revision
  readonly modRevision: Revision
  /** Changes since creation, 1 for a new key. */
  readonly version: number
  /** Upstream stores protobuf; we keep the object itself, without metadata.resourceVersion. */
  readonly value: JsonObject
}

export interface EtcdEvent {
  readonly type: 'PUT' | 'DELETE'
  /** For a DELETE only key and modRevision count. */
  readonly kv: KeyValue
  readonly previous: KeyValue | null
}

// ---- between members of etcd ----------------------------------------------------------------------------------------------

export interface RaftEntry {
  readonly term: number
  /** Names the proposal, so that the member that took it can answer; '' for nobody's. */
  readonly id: string
  /** Null: a new leader's first entry, which changes nothing. */
  readonly op: Extract<EtcdOp, { op: 'txn' | 'compact' }> | null
  /** Epoch milliseconds at which it was proposed. */
  readonly at: number
}

export type RaftMessage =
  /** `only`: would you vote for me? (PreVote) */
  | {
      readonly type: 'raft.vote'
      readonly only: boolean
      readonly term: number
      readonly lastTerm: number
      readonly lastIndex: number
    }
  | { readonly type: 'raft.ballot'; readonly only: boolean; readonly term: number; readonly granted: boolean }
  | {
      readonly type: 'raft.append'
      readonly term: number
      readonly prevIndex: number
      readonly prevTerm: number
      readonly entries: readonly RaftEntry[]
      readonly committed: number
    }
  /** Refused: `index` is where to go on from. */
  | { readonly type: 'raft.appended'; readonly term: number; readonly ok: boolean; readonly index: number }
  /** A proposal or a read that a follower passes on to the leader. */
  | { readonly type: 'raft.forward'; readonly entry: RaftEntry }
  | { readonly type: 'raft.readIndex'; readonly id: string }
  | { readonly type: 'raft.readAt'; readonly id: string; readonly index: number }

// ---- container runtime --------------------------------------------------------------------------------------------------

export type CriMessage =
  | { readonly type: 'cri.call'; readonly call: number; readonly method: CriMethod; readonly params: JsonObject }
  | { readonly type: 'cri.reply'; readonly call: number; readonly method: CriMethod; readonly result?: JsonObject; readonly error?: string }
  /** A container ended by itself (upstream: found by the PLEG's relist, or sent as a container event). */
  | { readonly type: 'cri.exited'; readonly params: JsonObject }

export type CriMethod =
  | 'RunPodSandbox'
  | 'StopPodSandbox'
  | 'RemovePodSandbox'
  | 'ImageStatus'
  | 'PullImage'
  | 'CreateContainer'
  | 'UpdateContainerResources'
  | 'StartContainer'
  | 'StopContainer'
  | 'RemoveContainer'
  | 'ListPodSandbox'
  | 'ListContainers'
  | 'ReopenContainerLog'
  | 'ExecSync'
