// The front door's types: how a cluster is made, driven and read.

import type { StaticToken, YamlCodec } from '../apiserver/serverState'
import type { Fault } from '../base/fault'
import type { Hop, HopIndex, PodRef, ProgramId, RequestWords, Stage } from '../base/hop'
import type { Millis, PartId } from '../base/part'
import type { JsonObject } from '../base/json'
import type { KeyValue, HttpRequest, HttpResponse, RequestId, Revision } from '../base/wire'
import type { WebhookPatch } from '../webhook/webhookServer'
import type { ProgramInput } from '../client/program'

export interface ClusterOptions {
  readonly seed: number
  /** Virtual wall-clock time at the start, epoch milliseconds. Default 2026-01-15T10:00:00Z. */
  readonly epoch?: number
  /** What is there at first (src/engine/data/bootstrap.json, loaded by the caller); see cluster/bootstrap.ts for `byControllers`. */
  readonly bootstrap: Bootstrap
  /** Objects that are there besides, written by `kube-apiserver` start-up in this order (the page's Role `reader` …). */
  readonly objects?: readonly JsonObject[]
  /** Members of etcd: one, `etcd` (default), or three, `etcd-0` to `etcd-2`, which agree by Raft. */
  readonly etcdMembers?: 1 | 3
  /** A server of admission webhooks that is reached at `https://<host>/…`, host with its port; what it changes at which path. */
  readonly webhook?: { readonly host: string; readonly patches?: readonly WebhookPatch[] }
  readonly scheduler?: boolean
  readonly controllerManager?: boolean
  readonly nodes?: readonly NodeSpec[]
  /** `--token-auth-file`: the corpus's users. */
  readonly tokens?: readonly StaticToken[]
  /** Reads and prints YAML bodies; given by whoever makes the cluster, because it is heavy and few clusters need it. Without it a YAML body is refused with 415. */
  readonly yaml?: YamlCodec
  /** Leases and node status on their period; off: they are not part of the story and `run` can become idle. Default false. */
  readonly heartbeats?: boolean
  /**
   * Hops that the trace keeps whole, from the first; default: all. Of those after it the objects before and after a stage's changes and the
   * tables of scheduling decisions are let go; `hop(i)` gets them back by living through the recorded inputs again.
   */
  readonly wholeHops?: number
}

export interface NodeSpec {
  readonly name: string
  readonly cpu: string
  readonly memory: string
  readonly pods: string
  /** Facts that the kubelet reports (kernelVersion, osImage, …), its address, labels; defaults are the page's own. */
  readonly facts?: JsonObject
  /** Manifests of static Pods in the kubelet's folder at first, by the file's name. */
  readonly manifests?: Readonly<Record<string, JsonObject>>
}

/** Lists of objects by resource, as in the bootstrap data files. */
export type Bootstrap = Readonly<Record<string, readonly JsonObject[]>>

/** What views read of a cluster. */
export interface Recording {
  readonly trace: Trace
  /** Reads of the store's whole history, for views; not part of the modelled world. */
  readonly history: History
  readonly now: Millis
  /** The last hop of start-up: the cluster at rest. What stands before it (also the program with an empty line that posts `objects`) is no story. */
  readonly restHop: HopIndex
}

export interface Cluster extends Recording {
  readonly options: ClusterOptions
  /** Epoch milliseconds of virtual time 0. */
  readonly epoch: number
  /** A recorded input: the User starts a program now. */
  start(input: ProgramInput): ProgramId
  /** A recorded input: Ctrl-C to a running program. */
  interrupt(program: ProgramId): void
  isRunning(program: ProgramId): boolean
  /** Events handled so far, and inputs taken: each is one turn of the event queue. */
  readonly turns: number
  /** A recorded input: a fault is put in force, as its kind says (base/fault.ts). Nothing happens if it is in force. */
  inject(fault: Fault): void
  /** A recorded input: a fault is over. Nothing happens if it is not in force. */
  repair(fault: Fault): void
  /** A recorded input: somebody on the node writes a static Pod's manifest into its kubelet's folder, or (null) removes it. */
  writeManifest(node: string, file: string, manifest: JsonObject | null): void
  /** What is in force, in the order in which it came. */
  readonly faults: readonly Fault[]
  /**
   * `inject` of a stopped part: its process ends at once, and forgets all but what it keeps on disk (etcd's data). Its connections break:
   * who waits for it hears `unexpected EOF`, who calls it `connection refused`.
   */
  stop(part: PartId): void
  /** `repair` of it: the process is started anew. */
  restart(part: PartId): void
  isUp(part: PartId): boolean
  /** Handles events in order of virtual time until nothing but background timers is left, or a limit is reached. */
  run(limits?: RunLimits): RunEnd
  /** A new cluster that has lived through the same inputs up to the end of the event that holds hop `n`; messages in flight survive. */
  fork(n: HopIndex): Cluster
}

export interface RunLimits {
  /** Virtual milliseconds from now. */
  readonly for?: Millis
  readonly maxEvents?: number
  /** Lets background timers (heartbeats, retries, leases that run out) go off too though nothing else is left; needs `for` or `maxEvents`. */
  readonly throughIdle?: boolean
  /** Checked after each event. */
  until?(cluster: Cluster): boolean
}

/** `idle`: nothing is left to happen; `limit`: time or events ran out; `until`: the condition held. */
export type RunEnd = 'idle' | 'limit' | 'until'

export interface Trace {
  /** Number of hops; indexes are 0..length-1. */
  readonly length: number
  hop(index: HopIndex): Hop
  /** What is kept of a hop, at the cost of a look: past `wholeHops` without a stage's changes and a decision's table. For folding all. */
  kept(index: HopIndex): Hop
  /** Index of the last hop of the event (one turn of the event queue) that holds this hop. */
  endOfEvent(index: HopIndex): HopIndex
  /** All hops that belong to one request: its sends, stages and etcd calls, in order. */
  hopsOf(request: RequestId): readonly HopIndex[]
  request(request: RequestId): RequestRecord | undefined
  /** All requests in the order in which they were sent. */
  allRequests(): Iterable<RequestRecord>
  /** What was true at a hop, in O(log n). */
  seek(index: HopIndex): Moment
}

/** What is known of one request as of the whole trace; compare `answeredAt` with a position to know what was known then. */
export interface RequestRecord {
  readonly id: RequestId
  readonly from: string
  readonly sentAt: HopIndex
  readonly http: HttpRequest
  readonly answeredAt: HopIndex | null
  readonly response: HttpResponse | null
  /** `admin`, `system:kube-scheduler`: set by authentication; null before and for a 401. */
  readonly user: string | null
  /** Null until requestInfo. */
  readonly about: RequestWords | null
  readonly refusedAt: Stage | null
  readonly program: ProgramId | null
}

export interface Moment {
  readonly hop: Hop
  readonly revision: Revision
  readonly at: Millis
}

export interface History {
  readonly revision: Revision
  /** The key as it was at a revision, or null. */
  get(key: string, revision: Revision): KeyValue | null
  /** All keys under a prefix at a revision, in order. */
  list(prefix: string, revision: Revision): readonly KeyValue[]
  count(prefix: string, revision: Revision): number
}

export type { PodRef, ProgramInput, StaticToken }
