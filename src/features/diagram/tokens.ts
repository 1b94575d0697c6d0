// What travels in a moment: its way, where it rests, and where its label finds room.

import type { MomentKind } from '../../stores/momentKinds'
import { HOOD_PORT_6, PICTURE, pointAt, reversed, upTo, type Point, type Rect } from './geometry'
import type { Play } from './play'
import type { Token } from './sceneTypes'
import { APISERVER_TOP, PORT_6, type LanePlan } from './sixStepsLayout'
import { senderHue } from './sender'
import { isGateRefusal, type View } from './view'

export function tokensOf(view: View, places: Readonly<Record<string, LanePlan>>, gates: readonly Rect[]): readonly Token[] {
  const { moment, play, story } = view
  if (moment.kind === 'refused' || moment.kind === 'componentRefused') return [refusalToken(view, places, gates)]
  const kept = play.refusedOn && view.detail === 'six-steps' ? [refusalToken(view, places, gates)] : []
  if (moment.kind === 'etcdReplicates') return entryTokens(view, places)
  if (play.lane === null) return []
  if (!places[play.lane]) return []
  const label = shortened(play.label(moment.facts), play.lane === 'rail' ? LONGEST_BESIDE_RAIL : LONGEST)
  const way = wayOf(view, play, places)
  const width = widthOf(label, play.style)
  const expected = NO_FAILURE.has(moment.kind)
  const failed = play.style === 'answer' && Number(moment.facts.code ?? 0) >= 400 && !expected
  const hue =
    play.style === 'refusal' || failed
      ? 'refused'
      : play.style === 'answer' && play.hue !== 'etcd'
        ? expected
          ? 'user'
          : 'ok'
        : play.hue === 'sender'
          ? senderHue(moment.facts)
          : play.hue
  const icon = play.style === 'answer' ? (failed || hue === 'user' ? 'back' : 'check') : play.style === 'refusal' ? 'cross' : null
  const rest = way[way.length - 1]!
  const offset = offsetOf(view, play.lane, rest, width)
  return [{ id: `${moment.opens}:${story.request ?? ''}`, style: play.style, hue, label, icon, way, offset, width }, ...kept]
}

/** One dot to each member that the leader reaches. */
function entryTokens({ moment, play, members }: View, places: Readonly<Record<string, LanePlan>>): readonly Token[] {
  return members.flatMap(({ name, role, link }): Token[] => {
    const plan = places[`raft:${name}`]
    if (!plan || role === 'down' || link === 'cut') return []
    return [
      {
        id: `${moment.opens}:${name}`,
        style: play.style,
        hue: 'etcd',
        label: '',
        icon: null,
        way: plan.points,
        offset: { x: 0, y: 0 },
        width: 0,
      },
    ]
  })
}

/** Not there is what whoever asked had hoped for, or reckoned with. */
const NO_FAILURE: ReadonlySet<MomentKind> = new Set<MomentKind>([
  'goneAsHoped',
  'answeredGone',
  'notThere',
  'answeredToCreate',
  'answeredNotThere',
])

function refusalToken(view: View, places: Readonly<Record<string, LanePlan>>, gates: readonly Rect[]): Token {
  const { moment, play } = view
  const asked = `${moment.facts.verb ?? ''} ${moment.facts.resource ?? ''}`
  const hue = senderHue(moment.facts)
  const base = { id: `refused:${moment.request ?? ''}`, style: 'refusal' as const, icon: 'cross' as const }
  if (view.detail === 'under-the-hood') {
    const way = places.refusedAt!.points
    const width = widthOf(asked, 'refusal')
    return { ...base, hue, label: asked, width, way, offset: { x: width / 2 + 12 - way[way.length - 1]!.x, y: 0 } }
  }
  const lane = play.refusedOn!
  if (!isGateRefusal(view) || moment.kind === 'componentRefused') {
    // Beside the answer that goes back along the same line there is no room, and it says the same.
    const answers = lane === 'user' && moment.kind === 'answeredRefused'
    const label = answers ? '' : moment.facts.reason || (moment.facts.code ?? '')
    const width = widthOf(label, 'request')
    return {
      ...base,
      hue: 'refused',
      label,
      width,
      way: upTo(places[lane]!.points, RESTS[lane] ?? 0.5),
      offset: besideRefusal(lane, width),
    }
  }
  const gate = lane === 'gate1' ? gates[0]! : gates[1]!
  const width = widthOf(asked, 'refusal')
  const y = places.user!.points[1]!.y
  return {
    ...base,
    hue,
    label: asked,
    width,
    way: [
      { x: gate.x - 14, y },
      { x: gate.x + 19, y },
    ],
    offset: { x: Math.min(gate.width - width / 2 - 24, 15 + width / 2), y: 27 },
  }
}

/** How far along its lane a refusal rests, where that is not in the middle: before the first gate it is just inside the kube-apiserver. */
const RESTS: Readonly<Record<string, number>> = { gate1: 1, gate2: 1, user: 0.86 }

function besideRefusal(lane: string, width: number): Point {
  if (lane === 'user') return { x: 0, y: 46 }
  if (lane === 'gate1' || lane === 'gate2') return { x: 0, y: 24 }
  return { x: (lane === 'write' ? 1 : -1) * (width / 2 + 16), y: 0 }
}

/** A token rests in the middle of its lane; in a gate at its end; on a kubelet's lane where there is room beside it. */
function wayOf(view: View, play: Play, places: Readonly<Record<string, LanePlan>>): readonly Point[] {
  const lane = play.lane!
  const hood = view.detail === 'under-the-hood'
  const plan = places[lane]!
  const points = play.back ? reversed(plan.points) : plan.points
  if (lane === 'gate1' || lane === 'gate2' || lane === 'rail' || lane === 'cache' || lane.startsWith('raft:')) return points
  if (hood && lane === 'schedulerRequest' && !play.back) return [...points, { x: points[1]!.x, y: points[1]!.y + 29 }]
  if (hood && lane === 'user') return upTo(points, play.back ? 0.8 : 0.2)
  if (hood && lane === 'schedulerWatch') return upTo(points, 0.72)
  if (!hood && (lane.startsWith('watch:') || lane.startsWith('request:')))
    return upTo(points, fractionNear(points, places[lane]!.points.some((p) => p.y < APISERVER_TOP) ? 203 : 446))
  return upTo(points, 0.5)
}

/** Where along the line it is nearest to a height. */
function fractionNear(points: readonly Point[], y: number): number {
  let best = 0
  for (let i = 0; i <= 100; i++) if (Math.abs(pointAt(points, i / 100).y - y) < Math.abs(pointAt(points, best).y - y)) best = i / 100
  return best
}

function offsetOf(view: View, lane: string, rest: Point, width: number): Point {
  const half = width / 2
  if (view.detail === 'under-the-hood') {
    if (lane === 'user') return { x: Math.max(half + 8, 60) - rest.x, y: 60 }
    if (lane === 'rail') return { x: half + 12 - rest.x, y: 0 }
    if (lane === 'gate1' || lane === 'gate2') return { x: half + 14, y: 0 }
    if (lane.startsWith('controllers')) return { x: -half - 14, y: 0 }
    if (lane === 'schedulerWatch' || lane === 'write') return { x: -half - 14, y: lane === 'write' ? 6 : 0 }
    if ((lane.startsWith('watch:') || lane.startsWith('request:')) && view.cluster.workers.length > 2) return { x: -half - 14, y: 0 }
    const above = rest.y < HOOD_PORT_6
    const inPicture = Math.min(0, PICTURE.width + view.spread - 8 - half - rest.x)
    if (lane.startsWith('watch:') || lane.startsWith('request:')) return { x: inPicture, y: above ? -70 : 80 }
    if (lane.startsWith('runtime:')) return { x: inPicture, y: above ? -25 : 25 }
    return { x: half + 14, y: 0 }
  }
  if (lane === 'user') return { x: 8 - half, y: 74 }
  if (lane === 'gate1') return { x: 0, y: 22 }
  if (lane === 'gate2' || lane === 'toRead') return { x: 0, y: 22 }
  if (lane === 'read' || lane === 'schedulerWatch' || lane.startsWith('controllers')) return { x: -half - 14, y: 0 }
  // Beside the sixth port there is none.
  if ((lane.startsWith('watch:') || lane.startsWith('request:')) && Math.abs(rest.y - PORT_6) < 26)
    return { x: -half - 14, y: rest.y < PORT_6 ? -30 : 30 }
  if (lane.startsWith('watch:') || lane.startsWith('request:') || lane.startsWith('runtime:')) return { x: -half - 14, y: 0 }
  return { x: half + 14, y: 0 }
}

const LONGEST = 21
const LONGEST_BESIDE_RAIL = 16

function shortened(label: string, longest: number): string {
  return label.length > longest ? `${label.slice(0, longest - 1)}…` : label
}

/** JetBrains Mono 12.5 bold is 7.5 wide. */
function widthOf(label: string, style: Token['style']): number {
  return label === '' ? 0 : Math.round(label.length * 7.5 + (style === 'answer' ? 40 : 26))
}
