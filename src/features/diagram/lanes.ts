// The lines of the picture and the numbers on them.

import type { Point, Rect } from './geometry'
import type { Badge, Hue, Lane } from './sceneTypes'
import { senderHue } from './sender'
import type { LanePlan } from './sixStepsLayout'
import { isDown, watchesPods, type View } from './view'

/** What a lane is, wherever the layout draws it. */
interface LaneRow {
  readonly hue: Hue
  readonly kind: Lane['kind']
  readonly from: string
  readonly to: string
  /** It is pale where this part is quiet. */
  readonly part: string
  /** Drawn whether or not something moves along it. */
  readonly always: boolean
  /** From a port to the gates, with an arrowhead. Under the hood it is always there, at least as a hint. */
  readonly inside: boolean
}

export function lanesOf(view: View, places: Readonly<Record<string, LanePlan>>, quiet: ReadonlySet<string>): readonly Lane[] {
  const hood = view.detail === 'under-the-hood'
  const stopsBefore = view.story.refusal?.passed === 0
  const active = new Set(view.play.lanes.filter((lane) => lane !== 'gates' || !stopsBefore))
  const out: Lane[] = []
  for (const [id, { points, label }] of Object.entries(places)) {
    const row = rowOf(id)
    if (!row) continue
    const { from, to, kind, part } = row
    const isActive = active.has(id) || active.has(id.replace('watchInside:', 'watch:'))
    const hinted = hood && row.inside
    if (!isActive && (isGone(view, row) || (!row.always && !hinted))) continue
    const beyond = id === 'gates' && stopsBefore
    const pale = beyond || hinted || quiet.has(part) || (view.moment.kind === 'rest' && part === 'user')
    out.push({
      id,
      from,
      to,
      points,
      hue: id === 'gates' ? gatesHue(view, isActive) : hinted && !isActive ? 'apiserver' : row.hue,
      kind,
      tone: isActive ? 'active' : pale ? 'pale' : 'normal',
      cut: isCut(view, from, to),
      arrow: row.inside,
      label: label && !hidesLabel(view, id) ? label : null,
    })
  }
  return out
}

/** Between the gates goes whoever sends, or was refused there. */
function gatesHue({ moment, story }: View, isActive: boolean): Hue {
  return isActive ? senderHue(moment.facts) : story.refusal === null ? LANES.gates!.hue : 'user'
}

export function sixBadges(
  view: View,
  ports: Readonly<Record<3 | 4 | 5 | 6, Point>>,
  gates: readonly [Rect, Rect],
  quiet: ReadonlySet<string>,
): readonly Badge[] {
  const inGate = (gate: Rect): Point => ({ x: gate.x + 18, y: gate.y + (view.story.refusal ? 22 : 20) })
  return [
    { number: 1, at: inGate(gates[0]), hue: 'ink', state: 'rest' },
    { number: 2, at: inGate(gates[1]), hue: 'ink', state: view.story.refusal?.passed === 0 ? 'pale' : 'rest' },
    ...portBadges(view, ports, quiet),
  ]
}

export function portBadges(view: View, ports: Readonly<Record<3 | 4 | 5 | 6, Point>>, quiet: ReadonlySet<string>): readonly Badge[] {
  const active = new Set(view.play.lanes)
  const lit = {
    3: active.has('read') || view.moment.kind === 'readCache',
    4: active.has('write'),
    5: active.has('schedulerRequest'),
    6: [...active].some((lane) => lane.startsWith('request:') || lane.startsWith('watch:')),
  }
  const pale = view.moment.kind !== 'rest'
  const badge = (number: 3 | 4 | 5 | 6, hue: Hue, part: string): Badge => ({
    number,
    at: ports[number],
    hue,
    state: lit[number] ? 'active' : pale && quiet.has(part) ? 'pale' : 'rest',
  })
  const worker = view.cluster.workers[0]?.name ?? ''
  return [badge(3, 'etcd', 'etcd'), badge(4, 'etcd', 'etcd'), badge(5, 'scheduler', 'scheduler'), badge(6, 'kubelet', worker)]
}

const SERVER = 'kube-apiserver'
const lane = (hue: Hue, from: string, to: string, more: Partial<LaneRow> = {}): LaneRow => ({
  hue,
  kind: 'request',
  from,
  to,
  part: hue,
  always: true,
  inside: false,
  ...more,
})
const inside = (hue: Hue) => lane(hue, SERVER, SERVER, { always: false, inside: true })

const LANES: Readonly<Record<string, LaneRow>> = {
  user: lane('user', 'user', SERVER),
  gates: lane('apiserver', SERVER, SERVER, { part: 'user' }),
  toRead: lane('apiserver', SERVER, SERVER, { part: 'etcd' }),
  toWrite: lane('apiserver', SERVER, SERVER, { part: 'etcd' }),
  read: lane('etcd', SERVER, 'etcd'),
  write: lane('etcd', SERVER, 'etcd'),
  cacheWatch: lane('etcd', 'etcd', SERVER, { kind: 'watch' }),
  schedulerWatch: lane('scheduler', 'kube-scheduler', SERVER, { kind: 'watch' }),
  schedulerRequest: lane('scheduler', 'kube-scheduler', SERVER),
  schedulerInside: inside('scheduler'),
  controllersWatch: lane('controllers', 'kube-controller-manager', SERVER, { kind: 'watch' }),
  controllersRequest: lane('controllers', 'kube-controller-manager', SERVER),
  controllersInside: inside('controllers'),
  kubeletInside: inside('kubelet'),
}

/** Of each node, or each member of etcd: the id says which behind a colon. */
const LANES_OF_EACH: Readonly<Record<string, (name: string) => LaneRow>> = {
  raft: () => lane('etcd', 'etcd', 'etcd'),
  watch: (node) => lane('kubelet', node, SERVER, { kind: 'watch', part: node }),
  watchInside: (node) => lane('kubelet', node, SERVER, { kind: 'watch', part: node }),
  request: (node) => lane('kubelet', node, SERVER, { part: node, always: false }),
  runtime: (node) => lane('kubelet', node, node, { part: node, always: false }),
}

function rowOf(id: string): LaneRow | undefined {
  const [name = '', of] = id.split(':')
  return of === undefined ? LANES[id] : LANES_OF_EACH[name]?.(of)
}

/** A process that has ended takes its lines with it; a watch goes with its connection. */
function isGone(view: View, { kind, from, to }: LaneRow): boolean {
  if (from === 'etcd' && to === 'etcd') return false
  if (from === 'etcd') return isDown(view, 'etcd') || isDown(view, 'kube-apiserver') || !view.quorum
  if (from !== 'user' && from !== to && isDown(view, from)) return from !== 'kube-apiserver'
  return kind === 'watch' && !watchesPods(view, from)
}

function isCut(view: View, a: string, b: string): boolean {
  return view.faults.some((f) => f.kind === 'cut' && ((f.from === a && f.to === b) || (f.from === b && f.to === a)))
}

/** A lane's name gives way to the token that stands there; the scheduler's two lanes are named only at rest. */
function hidesLabel(view: View, id: string): boolean {
  if (view.play.lane === id || view.play.refusedOn === id) return true
  return id.startsWith('scheduler') && view.moment.kind !== 'rest'
}
