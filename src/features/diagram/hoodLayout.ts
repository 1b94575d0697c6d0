// Places of the second zoom: the gates opened into a rail of stages, the watch cache beside it.

import type { Stage } from '../../engine/index'
import { HOOD_PORT_6, PICTURE, type Point, type Rect } from './geometry'
import type { LanePlan } from './sixStepsLayout'

export interface HoodLayout {
  readonly width: number
  readonly height: number
  readonly user: Rect
  readonly scheduler: Rect
  readonly controllers: Rect | null
  readonly apiserver: Rect
  readonly gates: readonly { readonly number: 1 | 2 | 4; readonly rect: Rect }[]
  readonly rows: readonly { readonly stage: Stage; readonly y: number }[]
  readonly railX: number
  readonly watchCache: Rect
  readonly etcd: Rect
  /** Of several. */
  readonly members: readonly Rect[]
  readonly kubelets: readonly Rect[]
  readonly ports: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6, Point>>
  readonly lanes: Readonly<Record<string, LanePlan>>
}

const GROUPS: readonly { readonly number: 1 | 2 | 4 | null; readonly stages: readonly Stage[] }[] = [
  { number: 1, stages: ['authentication', 'audit', 'impersonation'] },
  { number: null, stages: ['priorityAndFairness'] },
  { number: 2, stages: ['authorization', 'decode', 'defaulting', 'mutatingAdmission', 'validation', 'validatingAdmission'] },
  { number: 4, stages: ['transaction'] },
]
const ROW = 30.5
/** Half of what marks a row's state. */
const MARK = 7
/** The boxes above the kube-apiserver: a token has room below them. */
const ABOVE = { y: 6, height: 36 }
/** What the rows above the transaction share. */
const ROOM = 306
const ROWS = 10
/** Height of one admission plugin's line under the row that the request stands in. */
const LINE = 16

/** `plugins`: how many lines the current stage opens under its row. `shared`: the scheduler leaves room for the controllers. */
export function hoodLayout(
  spread: number,
  nodes: readonly string[],
  current: Stage | null,
  plugins: number,
  shared: boolean,
  members: readonly string[] = [],
  leader: string | null = null,
): HoodLayout {
  const width = PICTURE.width + spread
  const apiserver = { x: 132 + Math.round(spread * 0.2), y: 74, width: 496 + Math.round(spread * 0.55), height: 464 }
  const railWidth = 239 + Math.round(spread * 0.28)
  const left = apiserver.x + 16
  const railX = left + 26
  const bottom = apiserver.y + apiserver.height
  const { rows, gates } = railOf(left, railWidth, bottom - 16, current, plugins * LINE)
  const middleOf = (number: number) => {
    const gate = gates.find((g) => g.number === number)!.rect
    return gate.y + gate.height / 2
  }
  const cacheX = left + railWidth + 12
  const watchCache = { x: cacheX, y: 180, width: apiserver.x + apiserver.width - 32 - cacheX, height: 342 }
  const right = apiserver.x + apiserver.width
  const beside = shared ? 26 : 0
  const scheduler = { x: cacheX + beside, ...ABOVE, width: watchCache.width - beside }
  const controllers = shared ? { x: left, ...ABOVE, width: railWidth + 26 } : null
  const entry = rows[0]!.y
  const ports = {
    1: { x: left, y: middleOf(1) },
    2: { x: left, y: middleOf(2) },
    3: { x: cacheX + watchCache.width * 0.49, y: bottom },
    4: { x: left + railWidth * 0.49, y: bottom },
    5: { x: cacheX + watchCache.width * (shared ? 0.45 : 0.3), y: apiserver.y },
    6: { x: right, y: HOOD_PORT_6 },
  }
  const pitch = Math.min(78, Math.floor(600 / nodes.length))
  const height = Math.min(60, pitch - 8)
  const kubeletWidth = 76 + Math.round(spread * 0.1)
  const kubelets = nodes.map((_, i) => ({
    x: width - 8 - kubeletWidth,
    y: HOOD_PORT_6 - (nodes.length * pitch - (pitch - height)) / 2 + i * pitch,
    width: kubeletWidth,
    height,
  }))
  const etcd = { x: apiserver.x, y: 586, width: apiserver.width, height: 96 }
  const each = (etcd.width - 32 - 22 * (members.length - 1)) / members.length
  const cylinders = members.map((_, i) => ({ x: etcd.x + 16 + i * (each + 22), y: etcd.y + 28, width: each, height: 54 }))
  const user = { x: 14, y: Math.max(80, entry - 36), width: 92 + Math.round(spread * 0.1), height: 74 }
  const gateRight = left + railWidth
  const watcherTop = watchCache.y + 36
  const lanes: Record<string, LanePlan> = {
    user: {
      points: [
        { x: user.x + user.width, y: entry },
        { x: railX - MARK, y: entry },
      ],
    },
    rail: {
      points: [
        { x: railX, y: entry },
        { x: railX, y: rows[rows.length - 1]!.y },
      ],
    },
    write: {
      points: [{ x: ports[4].x, y: gates[2]!.rect.y + gates[2]!.rect.height }, ports[4], { x: ports[4].x, y: etcd.y }],
      label: { key: 'update', at: { x: ports[4].x - 15, y: bottom + 27 }, align: 'end' },
    },
    read: {
      points: [{ x: ports[3].x, y: watchCache.y + watchCache.height }, ports[3], { x: ports[3].x, y: etcd.y }],
      label: { key: 'retrieve', at: { x: ports[3].x + 18, y: bottom + 27 }, align: 'start' },
    },
    cacheWatch: {
      points: [
        { x: ports[3].x + 6, y: etcd.y },
        { x: ports[3].x + 6, y: watchCache.y + watchCache.height },
      ],
    },
    schedulerWatch: {
      points: [
        { x: cacheX + watchCache.width * 0.84, y: scheduler.y + scheduler.height },
        { x: cacheX + watchCache.width * 0.84, y: watcherTop },
      ],
    },
    schedulerRequest: { points: [{ x: ports[5].x, y: scheduler.y + scheduler.height }, ports[5]] },
    schedulerInside: { points: [ports[5], { x: ports[5].x, y: entry }, { x: gateRight + 3, y: entry }] },
    kubeletInside: { points: [ports[6], { x: right - 10, y: HOOD_PORT_6 }, { x: right - 10, y: entry }, { x: gateRight + 3, y: entry }] },
  }
  if (controllers) {
    const y = controllers.y + controllers.height
    const own = { x: gateRight + 7, y: apiserver.y }
    const watch = own.x - 40
    lanes.controllersRequest = { points: [{ x: own.x, y }, own] }
    lanes.controllersInside = { points: [own, { x: own.x, y: entry }, { x: gateRight + 1, y: entry }] }
    lanes.controllersWatch = {
      points: [
        { x: watch, y },
        { x: watch, y: apiserver.y },
      ],
    }
  }
  Object.assign(lanes, raftLanes(members, cylinders, leader), ...nodes.map((name, i) => kubeletLanes(name, kubelets[i]!, ports[6])))
  return {
    width,
    height: PICTURE.height,
    user,
    scheduler,
    controllers,
    apiserver,
    gates,
    rows,
    railX,
    watchCache,
    etcd,
    members: cylinders,
    kubelets,
    ports,
    lanes,
  }
}

/** The rows of the stages and the gates around them, from the top of the rail to `foot`. `opened`: pixels that the current row needs below it. */
function railOf(x: number, width: number, foot: number, current: Stage | null, opened: number): Pick<HoodLayout, 'rows' | 'gates'> {
  const rows: { stage: Stage; y: number }[] = []
  const gates: { number: 1 | 2 | 4; rect: Rect }[] = []
  const row = Math.min(ROW, (ROOM - opened) / ROWS)
  let y = 114
  for (const { number, stages } of GROUPS) {
    const top = y
    y += number === null ? 9 : 6
    for (const stage of stages) {
      rows.push({ stage, y: y + row / 2 })
      y += row + (stage === current ? opened : 0)
    }
    y += number === null ? 5 : 6
    if (number) gates.push({ number, rect: { x, y: top, width, height: y - top } })
    y += number === null ? 4 : 7
  }
  // What is left over stands above the transaction, so that it keeps its place above lane 4.
  const last = gates[gates.length - 1]!
  const shift = foot - (last.rect.y + last.rect.height)
  gates[gates.length - 1] = { number: 4, rect: { ...last.rect, y: last.rect.y + shift } }
  rows[rows.length - 1] = { stage: 'transaction', y: rows[rows.length - 1]!.y + shift }
  return { rows, gates }
}

/** From the leader to each other member, below their feet. */
function raftLanes(members: readonly string[], cylinders: readonly Rect[], leader: string | null): Record<string, LanePlan> {
  const lanes: Record<string, LanePlan> = {}
  const from = leader === null ? undefined : cylinders[members.indexOf(leader)]
  if (!from) return lanes
  const foot = from.y + from.height
  const middle = (r: Rect) => r.x + r.width / 2
  for (const [i, name] of members.entries()) {
    if (name === leader) continue
    const to = cylinders[i]!
    lanes[`raft:${name}`] = {
      points: [
        { x: middle(from), y: foot },
        { x: middle(from), y: foot + 8 },
        { x: middle(to), y: foot + 8 },
        { x: middle(to), y: foot },
      ],
    }
  }
  return lanes
}

/** Between a kubelet's box and the sixth port; and to its runtime, which is not drawn, across the box's own edge. */
function kubeletLanes(name: string, box: Rect, port: Point): Record<string, LanePlan> {
  const elbow = port.x + (box.x - port.x) * 0.6
  const y = box.y + box.height / 2
  const beside = y < port.y ? 5 : -5
  const edge = y < port.y ? box.y : box.y + box.height
  const inner = y < port.y ? edge + 10 : edge - 10
  return {
    [`watch:${name}`]: { points: [port, { x: elbow, y: port.y }, { x: elbow, y }, { x: box.x, y }] },
    [`request:${name}`]: {
      points: [
        { x: box.x, y: y + 2 * beside },
        { x: elbow + 7, y: y + 2 * beside },
        { x: elbow + 7, y: port.y + beside },
        { x: port.x + 8, y: port.y + beside },
        port,
      ],
    },
    [`runtime:${name}`]: {
      points: [
        { x: box.x + box.width / 2, y: inner },
        { x: box.x + box.width / 2, y: 2 * edge - inner },
      ],
    },
  }
}
