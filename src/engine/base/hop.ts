// One thing that happened at one moment of virtual time. The trace is a list of these; every view is drawn from them.

import type { JsonObject } from './json'
import type { Fault } from './fault'
import type { HopIndex, Millis, PartId } from './ids'
import type { EtcdEvent, Message, RequestId, Revision } from './wire'
import type { Why } from './why'

export type { HopIndex } from './ids'

export interface HopBase {
  readonly index: HopIndex
  readonly at: Millis
  /** The hop that led to this one; always smaller than `index`; null for what nobody asked for (start-up, a timer of the cluster). */
  readonly cause: HopIndex | null
  /** etcd's revision once this hop has happened. */
  readonly revision: Revision
}

export type Hop = HopBase & HopBody
/** What a part notes; the cluster adds index, time, cause and revision. */
export type NewHop = Exclude<HopBody, { kind: 'send' }>

export type HopBody =
  /** In flight from `at` to `arrives`. Infinity: a fault keeps it, until that is repaired or for good. */
  | { readonly kind: 'send'; readonly from: PartId; readonly to: PartId; readonly arrives: Millis; readonly message: Message }
  /** The apiserver took a request through one stage of requestFlowMachine. */
  | {
      readonly kind: 'stage'
      readonly request: RequestId
      readonly stage: Stage
      readonly outcome: StageOutcome
      readonly detail?: StageDetail
    }
  /** etcd committed one write transaction. */
  | { readonly kind: 'commit'; readonly events: readonly EtcdEvent[] }
  /** A component decided something and can say why. */
  | { readonly kind: 'decide'; readonly by: PartId; readonly decision: Decision }
  /** A Pod's fate, as the apiserver's flow for it follows it after the answer (steps 5 and 6). */
  | { readonly kind: 'fate'; readonly pod: PodRef; readonly fate: Fate }
  /** A fault was put in force from outside, or repaired. */
  | { readonly kind: 'fault'; readonly fault: Fault; readonly active: boolean }
  /** A program of the User's (kubectl, curl, etcdctl) started, printed or ended. */
  | { readonly kind: 'program'; readonly program: ProgramId; readonly event: ProgramEvent }

/** Leaf states of requestFlowMachine. Kept here as a type so that a stage that is added fails to compile wherever it lacks words. */
export type Stage =
  | 'requestInfo'
  | 'authentication'
  | 'audit'
  | 'impersonation'
  | 'priorityAndFairness'
  | 'authorization'
  | 'decode'
  | 'defaulting'
  | 'read'
  | 'mutatingAdmission'
  | 'validation'
  | 'validatingAdmission'
  | 'compare'
  | 'transaction'
  | 'watchCache'
  | 'respond'

/** `passed` and nothing to tell (packed), `changed` the object or request, `answered`, `refused` with a Status. */
export type StageOutcome = 'passed' | 'changed' | 'answered' | 'refused' | 'retry'

/** What a stage found; every part of it optional, all of it shared, none of it copied. */
export interface StageDetail {
  /** A short technical phrase that is the same in every language: `alice`, `RBAC: allowed by RoleBinding "readers/default" …`, `rev 1042`. */
  readonly says?: string
  /** Who changed what, in order: defaulting, each admission plugin. A view shows the difference. */
  readonly changes?: readonly { readonly by: string; readonly before: JsonObject; readonly after: JsonObject }[]
  /** The Status that was answered, for a refusal. */
  readonly status?: JsonObject
  readonly why?: Why
  /** Set by `requestInfo`: what the request is about, in RequestInfo's words. */
  readonly about?: RequestWords
  /** Set by `authentication` (and `impersonation`): who it is. */
  readonly user?: string
  /** Set by `authentication`: the groups that came with the user. */
  readonly groups?: readonly string[]
}

export interface RequestWords {
  /** `create`, `list`, …; the HTTP method in lower case for what is not a resource. */
  readonly verb: string
  readonly apiGroup: string
  readonly apiVersion: string
  /** Empty for what is not a resource. */
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

export type Decision =
  | ScheduleDecision
  /** A member of etcd stands for election, leads, or leads no more. */
  | { readonly kind: 'elect'; readonly member: PartId; readonly term: number; readonly action: 'campaigns' | 'leads' | 'steps down' }
  | { readonly kind: 'sync'; readonly pod: PodRef; readonly node: string; readonly action: string; readonly detail: string }
  /** `object` (`ReplicaSet/web-5d`) asks for so many `of` a kind (`Pod`), and so many are there. */
  | {
      readonly kind: 'reconcile'
      readonly controller: string
      readonly object: string
      readonly of: string
      readonly wanted: number
      readonly there: number
    }

/** One scheduling cycle. Small clusters have all their nodes in the tables; of large ones the rest is in the counts. */
export interface ScheduleDecision {
  readonly kind: 'schedule'
  readonly pod: PodRef
  /** Nodes there are; nodes that were looked at (enough that fit end the search); nodes that fit. */
  readonly counts: { readonly nodes: number; readonly evaluated: number; readonly feasible: number }
  /** The plugins that scored, in order; empty when one node only was left. */
  readonly plugins: readonly { readonly plugin: string; readonly weight: number }[]
  /** The best of those that fit, and some of those that were filtered out. */
  readonly nodes: readonly NodeVerdict[]
  /** Everything that was filtered out, by plugin and reasons. */
  readonly refusals: readonly { readonly plugin: string; readonly reasons: readonly string[]; readonly nodes: number }[]
  /** The node chosen, or null with the FitError's text. */
  readonly chosen: string | null
  readonly message: string
  /** Where Pods of lower priority could make room, and whose; `more` candidates are not kept. */
  readonly preemption?: {
    readonly candidates: readonly { readonly node: string; readonly victims: readonly PodRef[]; readonly violations: number }[]
    readonly more: number
    readonly chosen: string | null
  }
}

export interface NodeVerdict {
  readonly node: string
  /** The first plugin that refused it and its reasons; absent when the node fits. */
  readonly filteredBy?: { readonly plugin: string; readonly reasons: readonly string[] }
  /** By plugin, in the decision's order: as the plugin said it, and as 0..100; times the weight they add up to the total. */
  readonly raw: readonly number[]
  readonly normalized: readonly number[]
  readonly total: number
}

export interface PodRef {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export type Fate = 'unschedulable' | 'bound' | 'starting' | 'running' | 'succeeded' | 'failed' | 'terminating' | 'deleted'

export type ProgramId = number

export type ProgramEvent =
  /** `line` is empty for the program that posts ClusterOptions.objects during start-up: not to be shown. */
  | { readonly type: 'started'; readonly line: string; readonly identity: string }
  | { readonly type: 'printed'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'exited'; readonly code: number }
