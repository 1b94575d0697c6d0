// What the picture consists of at one moment. React Flow draws it, a test reads it.

import type { Stage } from '../../engine/index'
import type { Role } from '../../stores/roles'
import type { Point, Rect } from './geometry'

export type Hue = Role
/** `pale`: nothing happened here yet, or nothing ever will (beyond a refusal). */
export type Tone = 'normal' | 'active' | 'pale'

export type MarkWord = 'down' | 'noPower' | 'cut' | 'slow' | 'deaf' | 'denies' | 'silent' | 'expired' | 'short'

/** What is the matter with a box. */
export interface FaultMark {
  readonly part: string
  readonly rect: Rect
  readonly down: boolean
  /** `name`: of what there is too little. */
  readonly says: readonly { readonly word: MarkWord; readonly name: string }[]
}

export interface Scene extends Drawn {
  readonly marks: readonly FaultMark[]
}

/** The picture of a cluster in which all is well. */
export interface Drawn {
  readonly width: number
  readonly height: number
  readonly user: UserBox
  readonly apiserver: ApiserverBox
  readonly etcd: EtcdBox
  readonly scheduler: SchedulerBox
  /** There only in stories in which a controller acts. */
  readonly controllers: ControllersBox | null
  readonly workers: readonly WorkerBox[]
  /** The nodes that have no box of their own, where there are very many. */
  readonly moreWorkers: { readonly rect: Rect; readonly nodes: number; readonly ready: number; readonly pods: number } | null
  /** The dotted frame around the control plane; not in the second zoom. */
  readonly controlPlane: Rect | null
  readonly lanes: readonly Lane[]
  readonly badges: readonly Badge[]
  readonly tokens: readonly Token[]
  /** Where the camera looks when the picture does not fit: the token, or the box that acts. */
  readonly focus: Point
}

interface Box {
  readonly rect: Rect
  readonly tone: Tone
}

export interface UserBox extends Box {
  /** Empty: nobody has asked anything yet. */
  readonly identity: string
  readonly tool: string
  readonly line: string
  readonly output: { readonly text: string; readonly failed: boolean } | null
  readonly compact: boolean
}

export interface ApiserverBox extends Box {
  readonly gates: readonly Gate[]
  /** The second zoom's stages, by row; empty in the first. */
  readonly rail: readonly RailRow[]
  readonly watchers: readonly Watcher[]
  readonly moreWatchers: number
  readonly watchCache: Rect | null
  readonly revision: number
}

export type GateState = 'rest' | 'active' | 'passed' | 'refused' | 'pale'

export interface Gate {
  readonly number: 1 | 2 | 4
  readonly rect: Rect
  readonly state: GateState
  /** Whose request stands in it. */
  readonly hue: Hue
  /** Told in an opened first gate: how the client proved who it is, and who that is. */
  readonly identity: { readonly by: 'certificate' | 'bearerToken' | 'noCredential'; readonly names: readonly string[] } | null
  /** Told in the gate that refused: the stage that did, and what it kept from running. */
  readonly stages: readonly { readonly stage: Stage; readonly state: RailState }[]
}

export type RailState = 'passed' | 'changed' | 'current' | 'refused' | 'ahead' | 'skipped'

export interface RailRow {
  readonly stage: Stage
  readonly state: RailState
  readonly y: number
  /** From the trace: `alice`, `RBAC: allowed …`; empty when it has nothing to tell. */
  readonly says: string
  /** Admission plugins and what they did, for the row that the request stands in. */
  readonly plugins: readonly string[]
}

export interface Watcher {
  readonly by: string
  readonly selector: string
  readonly hue: Hue
  readonly rect: Rect
}

export interface EtcdBox extends Box {
  readonly keys: readonly string[]
  readonly more: number
  readonly revision: number
  readonly compact: boolean
  /** Where there are several; `rects` are their places, in order. */
  readonly members: readonly EtcdMember[]
  /** Enough of them are up for a write to count. */
  readonly quorum: boolean
  readonly rects: readonly Rect[]
}

export interface EtcdMember {
  readonly name: string
  readonly role: 'leader' | 'follower' | 'candidate' | 'down'
  /** Of its link to the kube-apiserver. */
  readonly link: 'cut' | 'slow' | null
  /** How many entries its log has. */
  readonly log: number
}

export interface SchedulerBox extends Box {
  readonly scores: readonly { readonly node: string; readonly total: number; readonly chosen: boolean; readonly refused: boolean }[]
  readonly compact: boolean
  /** It shares its place with the controllers. */
  readonly narrow: boolean
  /** Its watch on Pods is open. */
  readonly watches: boolean
}

export interface ControllersBox extends Box {
  /** The controller that acts, or that acted last: `replicaset-controller`; empty before. */
  readonly controller: string
  readonly compact: boolean
  /** Its watch on Pods is open. */
  readonly watches: boolean
}

export interface WorkerBox extends Box {
  readonly name: string
  /** Its condition Ready: reported, reported not to be, or not known. */
  readonly ready: NodeReady
  /** `unreachable:NoExecute`. */
  readonly taints: readonly string[]
  /** One of many: a row of its own, without boxes inside. */
  readonly row: boolean
  /** A Node that somebody only wrote down has no machine: nothing watches there. */
  readonly hasKubelet: boolean
  /** The kubelet's watch on its Pods is open. */
  readonly watches: boolean
  readonly kubelet: Rect
  readonly runtime: Rect | null
  readonly kubeletTone: Tone
  readonly runtimeTone: Tone
  readonly pods: readonly PodView[]
}

export type NodeReady = 'ready' | 'notReady' | 'unknown'

/** `bound`: etcd holds its node's name, the kubelet has not started it. */
export type PodState = 'bound' | 'starting' | 'running' | 'succeeded' | 'failed' | 'terminating' | 'waiting'

export interface PodView {
  readonly namespace: string
  readonly name: string
  readonly state: PodState
  /** `Pending`, `ContainerCreating`, `Running` as kubectl's STATUS column says it. */
  readonly status: string
}

export interface Lane {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly points: readonly Point[]
  readonly hue: Hue
  readonly kind: 'request' | 'watch'
  readonly tone: Tone
  /** Nothing gets through. */
  readonly cut: boolean
  readonly arrow: boolean
  readonly label: { readonly key: 'retrieve' | 'update' | 'watch' | 'requests'; readonly at: Point; readonly align: 'start' | 'end' } | null
}

export interface Badge {
  readonly number: 1 | 2 | 3 | 4 | 5 | 6
  readonly at: Point
  readonly hue: Hue | 'ink'
  readonly state: 'rest' | 'active' | 'pale'
}

export interface Token {
  /** Changes with the moment, so that a new token sets out. */
  readonly id: string
  readonly style: 'request' | 'answer' | 'event' | 'refusal'
  readonly hue: Hue | 'ok' | 'refused'
  /** `POST binding`, `201 Created`, `ADDED web`; empty for a bare dot. */
  readonly label: string
  readonly icon: 'check' | 'cross' | 'back' | null
  /** The way it travels to where it rests. */
  readonly way: readonly Point[]
  /** The label's middle, from the dot. */
  readonly offset: Point
  readonly width: number
}
