// What one step of the picture can be about. Closed unions: a kind without words in both languages does not compile.

import type { Fault, HopIndex, Millis, ProgramId, RequestId, Stage, Step } from '../engine/index'

export type Detail = 'six-steps' | 'under-the-hood'
/** How much is told. */
export interface Telling {
  readonly detail: Detail
  /** Nodes' heartbeats, and etcd's compaction, are told like everything else. */
  readonly heartbeats: boolean
}

/** The row of the timeline that a moment belongs to. */
export type Actor = 'user' | 'apiserver' | 'etcd' | 'scheduler' | 'controllers' | 'kubelet'

export type StoryKind =
  | 'rest'
  /** A program that ended without asking the server anything. */
  | 'program'
  | 'sent'
  /** kubectl reads what it is going to write. */
  | 'sentToLook'
  /** kubectl asks whether what it deleted is gone. */
  | 'sentToWait'
  | 'authenticated'
  | 'validated'
  | 'allowed'
  /** Allowed, and about an object that must be read before it can be checked. */
  | 'allowedFirst'
  | 'changeChecked'
  | 'deleteChecked'
  | 'read'
  /** etcd is asked only how new it is; the watch cache answers. */
  | 'readFresh'
  /** Served from the watch cache: no call to etcd. */
  | 'readCache'
  | 'keyFree'
  | 'written'
  /** What the reader deletes carries a deletion time now, or is gone at once. */
  | 'writtenMarked'
  | 'writtenGone'
  | 'refused'
  /** The program that asked has then ended; until that is known, it goes on. */
  | 'answered'
  | 'answeredMidway'
  | 'answeredRead'
  | 'answeredReadMidway'
  | 'answeredRefused'
  /** It is not there, as whoever deleted it had hoped; and the answer that says so. */
  | 'goneAsHoped'
  | 'answeredGone'
  /** It is not there, and whoever asked had reckoned with that; and the answer, upon which it is created, or not. */
  | 'notThere'
  | 'answeredToCreate'
  | 'answeredNotThere'
  | 'unreachable'
  | 'watchOpened'
  | 'watchEvent'
  | 'schedulerNotified'
  | 'scheduled'
  | 'unschedulable'
  | 'bindingSent'
  | 'bindingChecked'
  | 'bindingStored'
  | 'controllerNotified'
  | 'reconciled'
  | 'controllerCreates'
  | 'controllerScales'
  | 'controllerReports'
  | 'controllerDeletes'
  | 'controllerWrites'
  | 'controllerStored'
  | 'controllerScaled'
  | 'controllerReported'
  | 'controllerUpdated'
  | 'nodeRegistered'
  | 'heartbeat'
  | 'nodeReported'
  | 'nodeReady'
  /** Its own kubelet says so. */
  | 'nodeNotReady'
  | 'nodeUnknown'
  | 'nodeStored'
  | 'nodeTainted'
  | 'nodeUntainted'
  /** Every node is silent: nothing is evicted from any. */
  | 'nodeSpared'
  | 'podNotReady'
  | 'podDisrupted'
  | 'kubeletNotified'
  | 'kubeletToldToStop'
  | 'kubeletReads'
  | 'statusWaiting'
  | 'statusSandbox'
  | 'statusRunning'
  | 'statusEnded'
  /** The kubelet does not take the Pod. */
  | 'statusRejected'
  | 'statusOther'
  | 'deleteSent'
  | 'componentChecked'
  | 'statusStored'
  | 'deleteStored'
  /** It carries a deletion time now; somebody has to let it go. */
  | 'deleteMarked'
  | 'componentAnswered'
  | 'componentRefused'
  | 'componentRequest'
  | 'selfRequest'
  | 'eventPosted'
  /** An Event that was posted before happened again. */
  | 'eventRepeated'
  | 'tokenRequested'
  | 'runtimeSandbox'
  | 'runtimePull'
  | 'runtimeCreate'
  | 'runtimeStart'
  | 'runtimeResize'
  | 'runtimeStop'
  | 'runtimeStopSandbox'
  | 'runtimeFailed'
  | 'containerExited'
  | 'etcdAsked'
  | 'etcdCommitted'
  | 'etcdEvent'
  | 'podRunning'
  | 'etcdCampaigns'
  | 'etcdLeads'
  | 'etcdStepsDown'
  /** Under the hood: the leader sends a new entry to the other members. */
  | 'etcdReplicates'
  /** Under the hood: so many members have it that it counts. */
  | 'etcdAcknowledged'
  /** Upkeep, as heartbeats are: the kube-apiserver has it forget old revisions. */
  | 'etcdCompacts'

/** A fault is put in force, or repaired. */
export type FaultMomentKind = `fault.${Fault['kind']}` | `repair.${Fault['kind']}`

export type MomentKind = StoryKind | `stage.${Stage}` | FaultMomentKind

/** The few facts that words and tokens need, all as they stand in the trace. */
export type FactName =
  | 'user'
  | 'tool'
  | 'line'
  /** Whom the reader was when the line was run. */
  | 'identity'
  | 'verb'
  | 'object'
  /** `deployments/web/status`: resource, name and subresource. */
  | 'target'
  | 'resource'
  | 'code'
  | 'reason'
  | 'event'
  | 'pod'
  | 'node'
  | 'revision'
  | 'stage'
  | 'says'
  | 'call'
  | 'part'
  | 'message'
  | 'phase'
  /** RequestInfo's verb: `create`, `list`. */
  | 'action'
  | 'namespace'
  /** `deployment-controller`: the controller by its service account's name. */
  | 'controller'
  /** `Deployment`. */
  | 'kind'
  /** `Pod/web`: what an Event is about. */
  | 'about'
  /** How many of the kind a controller counted, or an object asked for before; and how many it asks for. */
  | 'there'
  | 'wanted'
  /** `put` or `delete`. */
  | 'write'
  /** The other end of a link. */
  | 'peer'

export type MomentFacts = Readonly<Partial<Record<FactName, string>>>

/** One step of the picture. It stands for a stretch of hops of the trace, and nothing else. */
export interface StoryMoment {
  /** The hop that opened it: what this moment is about. */
  readonly opens: HopIndex
  /** The first hop folded in. */
  readonly first: HopIndex
  /** The position: what is true up to and including this hop. */
  readonly hop: HopIndex
  readonly actor: Actor
  readonly kind: MomentKind
  readonly request: RequestId | null
  readonly program: ProgramId | null
  readonly step: Step | null
  readonly facts: MomentFacts
  /** Virtual milliseconds since the moment before opened. */
  readonly after: Millis
}
