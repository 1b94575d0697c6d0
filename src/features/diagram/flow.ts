// The scene as React Flow's nodes and edges, with their names for assistive technology.

import type { DiagramMessages } from '../../i18n/messages/en/diagram'
import { fill } from '../../i18n/rich'
import type { Rect } from './geometry'
import type { DiagramNode, LaneEdgeType } from './nodeTypes'
import type { FaultMark, Scene } from './sceneTypes'

const LEVEL = { frame: 0, box: 1, lane: 2, badge: 3 } as const
const BADGE = 22

export function nodesOf(scene: Scene, words: DiagramMessages): DiagramNode[] {
  const place = (id: string, { x, y, width, height }: Rect, ariaLabel: string) => ({
    id,
    position: { x, y },
    width,
    height,
    ariaRole: 'group' as const,
    ariaLabel,
    zIndex: LEVEL.box as number,
  })
  const nodes: DiagramNode[] = [
    { ...place('user', scene.user.rect, words.user), type: 'user', data: { box: scene.user, words } },
    { ...place('kube-apiserver', scene.apiserver.rect, 'kube-apiserver'), type: 'apiserver', data: { box: scene.apiserver, words } },
    { ...place('etcd', scene.etcd.rect, words.etcd), type: 'etcd', data: { box: scene.etcd, words } },
    { ...place('kube-scheduler', scene.scheduler.rect, 'kube-scheduler'), type: 'scheduler', data: { box: scene.scheduler, words } },
    ...scene.workers.map((box): DiagramNode => {
      const mark = scene.marks.find(({ part }) => part === box.name)
      const covered = box.row && mark ? widthOf(mark, words) : 0
      return { ...place(box.name, box.rect, box.name), type: 'worker', data: { box, words, covered } }
    }),
    ...scene.badges.map((badge): DiagramNode => ({
      ...place(
        `badge-${badge.number}`,
        { x: badge.at.x - BADGE / 2, y: badge.at.y - BADGE / 2, width: BADGE, height: BADGE },
        fill(words.step, { number: String(badge.number) }),
      ),
      ariaRole: 'img',
      zIndex: LEVEL.badge,
      type: 'badge',
      data: { badge },
    })),
  ]
  for (const mark of scene.marks) {
    const label = `${mark.part === 'user' ? words.user : mark.part}: ${sayingsOf(mark, words).join(', ')}`
    nodes.push({ ...place(`mark-${mark.part}`, mark.rect, label), zIndex: LEVEL.badge, type: 'mark', data: { mark, words } })
  }
  if (scene.moreWorkers) {
    const { nodes: count, ready, pods } = scene.moreWorkers
    const says = fill(words.moreWorkers, { count: String(count), ready: String(ready), pods: String(pods) })
    nodes.push({ ...place('more-workers', scene.moreWorkers.rect, says), type: 'moreWorkers', data: { says } })
  }
  if (scene.controllers)
    nodes.push({
      ...place('kube-controller-manager', scene.controllers.rect, 'kube-controller-manager'),
      type: 'controllers',
      data: { box: scene.controllers, words },
    })
  if (scene.controlPlane)
    nodes.unshift({
      ...place('control-plane', scene.controlPlane, words.controlPlane),
      ariaRole: 'presentation',
      zIndex: LEVEL.frame,
      type: 'controlPlane',
      data: { words },
    })
  return nodes
}

export function edgesOf(scene: Scene, words: DiagramMessages): LaneEdgeType[] {
  return scene.lanes.map((lane) => ({
    id: lane.id,
    source: lane.from,
    target: lane.to,
    type: 'lane',
    zIndex: LEVEL.lane,
    ariaRole: 'img',
    ariaLabel: fill(lane.kind === 'watch' ? words.watchLane : words.requestLane, {
      from: nameOf(lane.from, words),
      to: nameOf(lane.to, words),
    }),
    data: { lane, label: lane.label ? words[lane.label.key] : '' },
  }))
}

function sayingsOf({ says }: FaultMark, words: DiagramMessages): string[] {
  return says.map(({ word, name }) => `${name ? `${name}: ` : ''}${words[`mark.${word}`]}`)
}

/** What a mark takes of the box below it: bold 12 px, Hangul wide, an icon before and a border around. */
function widthOf(mark: FaultMark, words: DiagramMessages): number {
  const widths = sayingsOf(mark, words).map((text) => [...text].reduce((sum, letter) => sum + (letter > '\u1100' ? 11.5 : 6.6), 34))
  return Math.ceil(Math.max(0, ...widths))
}

function nameOf(part: string, words: DiagramMessages): string {
  return part === 'user' ? words.user : part
}
