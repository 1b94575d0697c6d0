// What every part of the picture is drawn from, and which parts are pale or act.

import type { History, Trace } from '../../engine/index'
import type { Detail, StoryMoment } from '../../stores/momentKinds'
import type { ClusterAt } from './clusterAt'
import type { Play } from './play'
import type { Tone } from './sceneTypes'
import type { Story } from './story'

export interface SceneInput {
  readonly trace: Trace
  readonly history: History
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly detail: Detail
  readonly etcdMembers: number
  /** Pixels wider than 748 that the picture may fill. */
  readonly spread: number
  /** Watches on Pods that are open, oldest first (see openWatches). */
  readonly watches: readonly OpenWatch[]
}

/** A watch on Pods that a component holds open. */
export interface OpenWatch {
  readonly by: string
  readonly selector: string
}

export interface View extends SceneInput {
  readonly moment: StoryMoment
  readonly story: Story
  readonly cluster: ClusterAt
  readonly play: Play
}

/** Parts that nothing has reached, when nothing will or nothing has begun. */
export function quietParts(view: View): ReadonlySet<string> {
  const { moment, story, cluster } = view
  if (moment.kind !== 'rest' && story.refusedAt === null) return new Set()
  const all = ['scheduler', 'controllers', 'etcd', ...cluster.workers.map((w) => w.name)]
  return new Set(all.filter((part) => moment.kind === 'rest' || !story.reached.has(part)))
}

export function toneOf(view: View, part: string, quiet: ReadonlySet<string>): Tone {
  if (quiet.has(part)) return 'pale'
  const { moment } = view
  const acts = part === moment.facts.node && moment.step === 6 ? true : moment.actor === part
  return acts ? 'active' : 'normal'
}
