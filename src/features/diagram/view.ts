// What every part of the picture is drawn from, and which parts are pale or act.

import type { Fault, History, Trace } from '../../engine/index'
import type { Detail, StoryMoment } from '../../stores/momentKinds'
import type { ClusterAt } from './clusterAt'
import type { Rect } from './geometry'
import type { Play } from './play'
import type { EtcdMember, Gate, Token, Tone } from './sceneTypes'
import type { LanePlan } from './sixStepsLayout'
import type { Story } from './storyTypes'
import { roleOf } from '../../stores/roles'
import type { Topology } from '../../stores/topology'

export interface SceneInput {
  readonly trace: Trace
  readonly history: History
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly detail: Detail
  readonly topology: Topology
  /** Pixels wider than its own width that the picture may fill. */
  readonly spread: number
}

/** A watch on Pods that a component holds open. */
export interface OpenWatch {
  readonly by: string
  readonly selector: string
}

/** What of the picture is drawn only once something has happened (telling.ts). */
export interface Telling {
  gatesOf(view: View, rects: readonly [Rect, Rect], opened: boolean): readonly Gate[]
  tokensOf(view: View, places: Readonly<Record<string, LanePlan>>, gates: readonly Rect[]): readonly Token[]
}

export interface View extends SceneInput {
  readonly moment: StoryMoment
  readonly story: Story
  readonly cluster: ClusterAt
  readonly play: Play
  /** Null while nothing has happened. */
  readonly telling: Telling | null
  /** In force, oldest first. */
  readonly faults: readonly Fault[]
  /** Watches on Pods that are open, oldest first. */
  readonly watches: readonly OpenWatch[]
  /** Components that had one, and have none open. */
  readonly deaf: ReadonlySet<string>
  /** The members of etcd, where there are several. */
  readonly members: readonly EtcdMember[]
  /** Enough of them are up for a write to count. */
  readonly quorum: boolean
}

/** The reader's request was refused in one of the two gates, which open to show where. */
export function isGateRefusal({ story }: View): boolean {
  return story.refusal?.step === 1 || story.refusal?.step === 2
}

/** Parts that are down, and those that nothing has reached, when nothing will or nothing has begun. */
export function quietParts(view: View): ReadonlySet<string> {
  const { moment, story, cluster, faults } = view
  const down = faults.map((f) => (f.kind === 'nodeDown' ? f.node : f.kind === 'stopped' ? boxOf(view, f.part) : ''))
  if (moment.kind !== 'rest' && story.refusal === null) return new Set(down)
  const all = ['scheduler', 'controllers', 'etcd', ...cluster.workers.map((w) => w.name)]
  return new Set([...down, ...all.filter((part) => moment.kind === 'rest' || !story.reached.has(part))])
}

/** The box that is pale without a part; none where one member of etcd is down and the others go on. */
function boxOf({ members, quorum }: View, part: string): string {
  const role = roleOf(part)
  if (role === 'etcd' && members.length > 0 && quorum) return ''
  return role === 'kubelet' || role === 'runtime' ? part : role
}

/** Its process has ended, or its machine is without power. */
export function isDown({ faults }: View, part: string): boolean {
  return faults.some((f) => (f.kind === 'stopped' && f.part === part) || (f.kind === 'nodeDown' && f.node === part))
}

/** A component has its watch on Pods open, or believes so. */
export function watchesPods(view: View, part: string): boolean {
  return !view.deaf.has(part) && !isDown(view, part) && !isDown(view, 'kube-apiserver')
}

export function toneOf(view: View, part: string, quiet: ReadonlySet<string>): Tone {
  if (quiet.has(part)) return 'pale'
  const { moment } = view
  const acts = part === moment.facts.node && (moment.step === 6 || moment.actor === 'kubelet') ? true : moment.actor === part
  return acts ? 'active' : 'normal'
}
