// Places of the first zoom, in pixels. A wider picture spreads the same parts.

import { PICTURE, type Point, type Rect } from './geometry'
import type { Lane } from './sceneTypes'

export interface SixStepsLayout {
  readonly width: number
  readonly height: number
  readonly user: Rect
  readonly controlPlane: Rect
  readonly scheduler: Rect
  readonly controllers: Rect | null
  readonly apiserver: Rect
  readonly gates: readonly [Rect, Rect]
  readonly etcd: Rect
  readonly workers: readonly WorkerPlace[]
  /** Where the rest of the nodes is counted; null: all have their place. */
  readonly moreWorkers: Rect | null
  readonly ports: Readonly<Record<3 | 4 | 5 | 6, Point>>
  readonly lanes: Readonly<Record<string, LanePlan>>
}

export interface WorkerPlace {
  readonly rect: Rect
  readonly kubelet: Rect
  readonly runtime: Rect
  /** One of many: kubelet and runtime have no boxes of their own. */
  readonly row: boolean
}

export interface LanePlan {
  readonly points: readonly Point[]
  readonly label?: NonNullable<Lane['label']>
}

/** Heights that tokens on a kubelet's lane keep clear of. */
export const APISERVER_TOP = 236
export const PORT_6 = 330

/** Above this nodes stand in rows; above the most, the rest is counted. */
const BOXES = 4
export const MOST_ROWS = 12
const MORE = 40

/** `more`: there are nodes beyond those given. `spread`: pixels beyond the picture's own width to fill. `opened`: the gates show their stages. `shared`: the scheduler leaves room for the controllers. */
export function sixStepsLayout(spread: number, opened: boolean, nodes: readonly string[], shared: boolean, more = false): SixStepsLayout {
  const part = (fraction: number) => Math.round(spread * fraction)
  const drop = opened ? 32 : 0
  const user = rect(14, 285, 134 + part(0.14), 106)
  const apiserver = rect(200 + part(0.27), APISERVER_TOP, 286 + part(0.28), opened ? 233 : 189)
  const right = apiserver.x + apiserver.width
  const middle = apiserver.x + apiserver.width / 2
  const gateTop = opened ? 304 : 308
  const gateHeight = opened ? 140 : 64
  const inner = apiserver.width - 44
  const gates: readonly [Rect, Rect] = [
    rect(apiserver.x + 14, gateTop, Math.round(inner * 0.46), gateHeight),
    rect(right - 14 - Math.round(inner * 0.54), gateTop, Math.round(inner * 0.54), gateHeight),
  ]
  const scheduler = shared ? rect(middle + 11, 74, right + 14 - middle - 11, 87) : rect(middle - 95 - part(0.06), 74, 190 + part(0.12), 87)
  const controllers = shared ? rect(apiserver.x - 14, 74, middle + 3 - apiserver.x + 14, 87) : null
  const watchX = shared ? middle + 23 : middle - 36
  const etcd = rect(middle - 105 - part(0.06), 500 + drop, 210 + part(0.12), opened ? 124 : 134)
  const lineY = opened ? 360 : 340
  const bottom = apiserver.y + apiserver.height
  const [three, four] = [
    { x: middle - 31, y: bottom },
    { x: middle + 9, y: bottom },
  ]
  const five = { x: middle + 40, y: apiserver.y }
  const six = { x: right, y: PORT_6 }
  const [column, wide] = [right + 68 + part(0.19), 178 + part(0.24)]
  const workers = workerPlaces(nodes.length, column, wide, more ? MORE : 0)
  const join = [
    { x: right - 14, y: 302 },
    { x: apiserver.x + 7, y: 302 },
    { x: apiserver.x + 7, y: lineY },
    { x: gates[0].x, y: lineY },
  ]
  const exit = { x: gates[1].x + gates[1].width * 0.42, y: gateTop + gateHeight }
  const turn = bottom - (opened ? 15 : 28)
  const lanes: Record<string, LanePlan> = {
    user: {
      points: [
        { x: user.x + user.width, y: lineY },
        { x: gates[0].x, y: lineY },
      ],
    },
    gates: {
      points: [
        { x: gates[0].x + gates[0].width, y: lineY },
        { x: gates[1].x, y: lineY },
      ],
    },
    toRead: { points: [exit, { x: exit.x, y: turn }, { x: three.x, y: turn }, three] },
    toWrite: { points: [exit, { x: exit.x, y: turn }, { x: four.x, y: turn }, four] },
    read: {
      points: [three, { x: three.x, y: etcd.y + 1 }],
      label: { key: 'retrieve', at: { x: three.x - 13, y: bottom + 47 }, align: 'end' },
    },
    write: {
      points: [four, { x: four.x, y: etcd.y + 1 }],
      label: { key: 'update', at: { x: four.x + 13, y: bottom + 47 }, align: 'start' },
    },
    schedulerWatch: {
      points: [
        { x: watchX, y: scheduler.y + scheduler.height },
        { x: watchX, y: apiserver.y },
      ],
      label: { key: 'watch', at: { x: watchX - 10, y: 190 }, align: 'end' },
    },
    schedulerRequest: {
      points: [{ x: five.x, y: scheduler.y + scheduler.height }, five],
      label: { key: 'requests', at: { x: five.x + 11, y: 190 }, align: 'start' },
    },
    schedulerInside: { points: [five, { x: five.x, y: 262 }, { x: right - 14, y: 262 }, ...join] },
    kubeletInside: { points: [six, { x: right - 14, y: six.y }, ...join] },
  }
  if (controllers) {
    const y = controllers.y + controllers.height
    const watch = apiserver.x + 60
    const own = { x: apiserver.x + 7, y: apiserver.y }
    lanes.controllersWatch = {
      points: [
        { x: watch, y },
        { x: watch, y: apiserver.y },
      ],
    }
    lanes.controllersRequest = { points: [{ x: own.x, y }, own] }
    lanes.controllersInside = { points: [own, { x: own.x, y: lineY }, { x: gates[0].x, y: lineY }] }
  }
  Object.assign(lanes, ...nodes.map((name, i) => workerLanes(name, workers[i]!, six)))
  return {
    width: PICTURE.width + spread,
    height: PICTURE.height,
    user,
    controlPlane: rect(apiserver.x - 23, 34, apiserver.width + 44, opened ? 640 : 631),
    scheduler,
    controllers,
    apiserver,
    gates,
    etcd,
    workers,
    moreWorkers: more ? rect(column, ROWS_TOP + ROWS_HEIGHT - MORE, wide, MORE) : null,
    ports: { 3: three, 4: four, 5: five, 6: six },
    lanes,
  }
}

const ROWS_TOP = 34
const ROWS_HEIGHT = 631

/** Two workers as in the mock; a few more share the height; many are rows, and leave room for `below`. */
function workerPlaces(count: number, x: number, width: number, below: number): readonly WorkerPlace[] {
  const row = count > BOXES
  const pitch = row ? Math.floor((ROWS_HEIGHT + 8 - below) / count) : count > 2 ? Math.floor(600 / count) : 273
  return Array.from({ length: count }, (_, i) => {
    const box = row
      ? rect(x, ROWS_TOP + i * pitch, width, Math.min(84, pitch - 8))
      : rect(x, (count > 2 ? 60 : 92) + i * pitch, width, Math.min(215, pitch - 16))
    const tight = box.height < 200
    if (row) return { rect: box, kubelet: box, runtime: box, row }
    return {
      rect: box,
      kubelet: rect(x + 13, box.y + (tight ? 36 : 40), width - 26, tight ? 34 : 64),
      runtime: rect(x + 13, box.y + (tight ? 76 : 114), width - 26, tight ? 24 : 34),
      row,
    }
  })
}

/** Between a kubelet and the sixth port, and between the kubelet and its runtime. */
function workerLanes(name: string, { kubelet, runtime, rect: box, row }: WorkerPlace, port: Point): Record<string, LanePlan> {
  const elbow = port.x + Math.round((box.x - port.x) * 0.58)
  const y = row ? box.y + box.height / 2 : kubelet.y + 32
  const way = kubelet.y + 64 < port.y + 40 ? 1 : -1
  const apart = way * (row ? 8 : 14)
  // In a row nothing stands between kubelet and runtime: what is said there shows beside the name.
  const runtimeX = row ? box.x + 9 : kubelet.x + 20
  return {
    [`watch:${name}`]: { points: [port, { x: elbow, y: port.y }, { x: elbow, y }, { x: kubelet.x, y }] },
    [`request:${name}`]: {
      points: [
        { x: kubelet.x, y: y + apart },
        { x: elbow + 8, y: y + apart },
        { x: elbow + 8, y: port.y + way * 7 },
        { x: port.x + 8, y: port.y + way * 7 },
        port,
      ],
    },
    [`runtime:${name}`]: {
      points: [
        { x: runtimeX, y: row ? box.y + 6 : kubelet.y + kubelet.height },
        { x: runtimeX, y: row ? box.y + box.height - 6 : runtime.y },
      ],
    },
  }
}

function rect(x: number, y: number, width: number, height: number): Rect {
  return { x, y, width, height }
}
