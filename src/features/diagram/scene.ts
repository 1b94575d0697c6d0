// The picture as a pure function of the trace, the history and a moment. Every box, line and token comes from here.

import { stageSteps } from '../../engine/index'
import type { History, Stage, Trace } from '../../engine/index'
import type { Detail, StoryMoment } from '../../stores/momentKinds'
import { clusterAt, type ClusterAt } from './clusterAt'
import { pointAt, reversed, upTo, type Point, type Rect } from './geometry'
import { hoodLayout } from './hoodLayout'
import { playOf, senderHue, type Play } from './play'
import type { Badge, Gate, Hue, Lane, RailState, Scene, Token, Tone, Watcher, WorkerBox } from './sceneTypes'
import { sixStepsLayout, type LanePlan } from './sixStepsLayout'
import { railAt, storyAt, type Story } from './story'

export interface SceneInput {
  readonly trace: Trace
  readonly history: History
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly detail: Detail
  /** Pixels wider than 748 that the picture may fill. */
  readonly spread: number
  /** Watches on Pods that are open, oldest first (see openWatches). */
  readonly watches: readonly OpenWatch[]
}

export interface OpenWatch {
  readonly by: string
  readonly selector: string
}

/** The picture at moment `index`. */
export function scene(input: SceneInput): Scene {
  const moment = input.moments[input.index]!
  const story = storyAt(input.trace, input.moments, input.index)
  const cluster = clusterAt(input.history, input.trace.hop(moment.hop).revision)
  const view: View = { ...input, moment, story, cluster, play: playOf(moment) }
  return input.detail === 'six-steps' ? sixSteps(view) : underTheHood(view)
}

interface View extends SceneInput {
  readonly moment: StoryMoment
  readonly story: Story
  readonly cluster: ClusterAt
  readonly play: Play
}

function sixSteps(view: View): Scene {
  const { story, cluster } = view
  const nodes = cluster.workers.map((w) => w.name)
  const opened = story.refusedAt !== null && (stageSteps[story.refusedAt] ?? 1) <= 2
  const layout = sixStepsLayout(view.spread, opened, nodes)
  const gates = gatesOf(view, layout.gates, opened)
  const places: Record<string, LanePlan> = {
    ...layout.lanes,
    gate1: { points: [{ x: layout.gates[0].x, y: layout.lanes.user!.points[1]!.y }, bottomOf(layout.gates[0])] },
    gate2: { points: [{ x: layout.gates[1].x, y: layout.lanes.user!.points[1]!.y }, bottomOf(layout.gates[1])] },
  }
  const quiet = quietParts(view)
  const tokens = tokensOf(view, places, layout.gates)
  const lanes = lanesOf(view, places, quiet)
  return {
    width: layout.width,
    height: layout.height,
    controlPlane: layout.controlPlane,
    user: userBox(view, layout.user, false),
    apiserver: {
      rect: layout.apiserver,
      tone: 'active',
      gates,
      rail: [],
      watchers: [],
      watchCache: null,
      revision: cluster.revision,
    },
    scheduler: { rect: layout.scheduler, tone: toneOf(view, 'scheduler', quiet), scores: story.scores, compact: false },
    etcd: {
      rect: layout.etcd,
      tone: toneOf(view, 'etcd', quiet),
      keys: cluster.keys,
      more: cluster.more,
      revision: cluster.revision,
      compact: false,
    },
    workers: cluster.workers.map((worker, i) => workerBox(view, worker, layout.workers[i]!, quiet)),
    lanes,
    badges: sixBadges(view, layout.ports, layout.gates, quiet),
    tokens,
    focus: focusOf(tokens, view, layout),
  }
}

function underTheHood(view: View): Scene {
  const { moment, story, cluster, play } = view
  const nodes = cluster.workers.map((w) => w.name)
  const own =
    play.style !== 'event' && moment.request !== null && view.trace.request(moment.request)?.program == null
      ? moment.request
      : story.request
  const rail = railAt(view.trace, own, moment.hop)
  const current =
    (Object.keys(stageSteps) as Stage[]).find((s) => rail.get(s)?.state === 'current' || rail.get(s)?.state === 'refused') ?? null
  const changes = current ? (rail.get(current)?.detail?.changes ?? []) : []
  const plugins = current === 'mutatingAdmission' || current === 'validatingAdmission' ? [...new Set(changes.map((c) => c.by))] : []
  const layout = hoodLayout(view.spread, nodes, current, plugins.length)
  const rowY = (stage: Stage | null) => layout.rows.find((r) => r.stage === stage)?.y ?? layout.rows[layout.rows.length - 1]!.y
  const stageOfMoment =
    play.lane === 'rail' || play.lane === 'refusedAt' ? rowStage((moment.facts.stage as Stage | undefined) ?? null) : null
  const y = rowY(stageOfMoment)
  const entry = layout.rows[0]!.y
  const stop = { x: layout.railX, y }
  const places: Record<string, LanePlan> = {
    ...layout.lanes,
    rail: { points: [{ x: layout.railX, y: Math.max(entry, y - 27) }, stop] },
    refusedAt: { points: [{ x: layout.railX, y: Math.max(entry, y - 27) }, stop] },
    gate1: {
      points: [
        { x: layout.gates[0]!.rect.x + layout.gates[0]!.rect.width + 30, y: entry },
        { x: layout.gates[0]!.rect.x + layout.gates[0]!.rect.width, y: entry },
      ],
    },
    gate2: {
      points: [
        { x: layout.gates[1]!.rect.x + layout.gates[1]!.rect.width + 30, y: entry },
        { x: layout.gates[0]!.rect.x + layout.gates[0]!.rect.width, y: entry },
      ],
    },
  }
  const quiet = quietParts(view)
  const tokens = tokensOf(
    view,
    places,
    layout.gates.map((g) => g.rect),
  )
  const states: RailState[] = layout.rows.map((r) => rail.get(r.stage)!.state)
  return {
    width: layout.width,
    height: layout.height,
    controlPlane: null,
    user: userBox(view, layout.user, true),
    apiserver: {
      rect: layout.apiserver,
      tone: 'active',
      gates: layout.gates.map(
        (g) => ({ number: g.number, rect: g.rect, state: 'rest', hue: 'user', identity: null, stages: [] }) satisfies Gate,
      ),
      rail: layout.rows.map((r, i) => ({
        stage: r.stage,
        y: r.y,
        state: states[i]!,
        says: rail.get(r.stage)?.detail?.says ?? '',
        plugins: r.stage === current ? plugins : [],
      })),
      watchers: watchersOf(view, layout.watchCache),
      watchCache: layout.watchCache,
      revision: cluster.revision,
    },
    scheduler: { rect: layout.scheduler, tone: toneOf(view, 'scheduler', quiet), scores: story.scores, compact: true },
    etcd: {
      rect: layout.etcd,
      tone: toneOf(view, 'etcd', quiet),
      keys: cluster.keys,
      more: cluster.more,
      revision: cluster.revision,
      compact: true,
    },
    workers: cluster.workers.map((worker, i) => ({
      name: worker.name,
      ready: worker.ready,
      rect: layout.kubelets[i]!,
      kubelet: layout.kubelets[i]!,
      runtime: null,
      tone: toneOf(view, worker.name, quiet),
      kubeletTone: toneOf(view, worker.name, quiet),
      runtimeTone: 'pale',
      pods: worker.pods,
    })),
    lanes: lanesOf(view, places, quiet),
    badges: [
      { number: 1, at: layout.ports[1], hue: 'ink', state: 'rest' },
      { number: 2, at: layout.ports[2], hue: 'ink', state: 'rest' },
      ...portBadges(view, layout.ports, quiet),
    ],
    tokens,
    focus: tokens[0] ? restOf(tokens[0]) : { x: layout.apiserver.x + layout.apiserver.width / 2, y: 306 },
  }
}

/** Step 3's reading stages have no row of their own in the rail: the transaction's stands for them. */
function rowStage(stage: Stage | null): Stage | null {
  return stage === 'read' || stage === 'compare' || stage === 'watchCache' || stage === 'respond'
    ? 'transaction'
    : stage === 'requestInfo'
      ? 'authentication'
      : stage
}

/** Parts that nothing has reached, when nothing will or nothing has begun. */
function quietParts(view: View): ReadonlySet<string> {
  const { moment, story, cluster } = view
  if (moment.kind !== 'rest' && story.refusedAt === null) return new Set()
  const all = ['scheduler', 'etcd', ...cluster.workers.map((w) => w.name)]
  return new Set(all.filter((part) => moment.kind === 'rest' || !story.reached.has(part)))
}

function toneOf(view: View, part: string, quiet: ReadonlySet<string>): Tone {
  if (quiet.has(part)) return 'pale'
  const { moment } = view
  const acts = part === moment.facts.node && moment.step === 6 ? true : moment.actor === part
  return acts ? 'active' : 'normal'
}

function userBox(view: View, rect: Rect, compact: boolean): Scene['user'] {
  const { story, moment } = view
  return {
    rect,
    tone: moment.actor === 'user' && moment.kind !== 'rest' ? 'active' : 'normal',
    identity: story.identity,
    tool: story.line.split(/\s/)[0] ?? '',
    line: story.line,
    output: story.output,
    compact,
  }
}

function gatesOf(view: View, rects: readonly [Rect, Rect], opened: boolean): readonly Gate[] {
  const { moment, story, trace } = view
  const rail = railAt(trace, story.request, moment.hop)
  const atGate = moment.kind === 'authenticated' ? 1 : moment.kind === 'validated' || moment.kind === 'allowed' ? 2 : 0
  const component = moment.kind === 'bindingChecked' || moment.kind === 'componentChecked'
  const refusedStep = story.refusedAt ? stageSteps[story.refusedAt] : null
  const hue = component ? senderHue(moment.facts) : 'user'
  return ([1, 2] as const).map((number, i) => {
    const refused = refusedStep === number
    const state = refused
      ? 'refused'
      : refusedStep !== null && opened
        ? number < refusedStep
          ? 'passed'
          : 'pale'
        : component || atGate === number
          ? 'active'
          : 'rest'
    const stages = (Object.keys(stageSteps) as Stage[]).filter((s) => stageSteps[s] === number)
    return {
      number,
      rect: rects[i]!,
      state,
      hue,
      identity: opened && number === 1 && !refused ? identityOf(view) : null,
      stages:
        opened && refused
          ? aroundRefusal(stages, story.refusedAt!).map((stage) => ({
              stage,
              state: stage === story.refusedAt ? 'refused' : (rail.get(stage)?.state ?? 'ahead'),
            }))
          : [],
    }
  })
}

/** The stage that refused, one that passed before it, and two that it kept from running. */
function aroundRefusal(stages: readonly Stage[], refused: Stage): readonly Stage[] {
  const at = stages.indexOf(refused)
  const from = Math.max(0, Math.min(at - 1, stages.length - 3))
  return stages.slice(at === 0 ? 0 : from, (at === 0 ? 0 : from) + 3)
}

function identityOf({ trace, story }: View): Gate['identity'] {
  const record = story.request === null ? undefined : trace.request(story.request)
  const certificate = record?.http.clientCertificate
  const by = certificate ? 'certificate' : record?.http.headers.authorization ? 'bearerToken' : 'noCredential'
  return { by, names: [record?.user ?? '', ...(certificate?.organizations ?? [])].filter(Boolean).slice(0, 2) }
}

function workerBox(
  view: View,
  worker: ClusterAt['workers'][number],
  place: { rect: Rect; kubelet: Rect; runtime: Rect },
  quiet: ReadonlySet<string>,
): WorkerBox {
  const tone = toneOf(view, worker.name, quiet)
  const runs = view.moment.kind.startsWith('runtime') || view.moment.kind === 'containerExited'
  return {
    name: worker.name,
    ready: worker.ready,
    rect: place.rect,
    kubelet: place.kubelet,
    runtime: place.runtime,
    tone: tone === 'active' ? 'normal' : tone,
    kubeletTone: tone,
    runtimeTone: tone === 'active' ? (runs ? 'active' : 'normal') : tone,
    pods: withChosen(view, worker),
  }
}

/** The Pod that the scheduler has decided to put here, until etcd holds it. */
function withChosen({ story }: View, worker: ClusterAt['workers'][number]): WorkerBox['pods'] {
  const { chosen } = story
  if (chosen?.node !== worker.name || worker.pods.some((p) => p.name === chosen.pod)) return worker.pods
  return [...worker.pods, { namespace: '', name: chosen.pod, state: 'bound', status: 'Pending' }]
}

const LANES: Readonly<
  Record<string, { hue: Hue; kind: Lane['kind']; from: string; to: string; part: string; always: boolean; arrow?: boolean }>
> = {
  user: { hue: 'user', kind: 'request', from: 'user', to: 'kube-apiserver', part: 'user', always: true },
  gates: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'user', always: true },
  toRead: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'etcd', always: true },
  toWrite: { hue: 'apiserver', kind: 'request', from: 'kube-apiserver', to: 'kube-apiserver', part: 'etcd', always: true },
  read: { hue: 'etcd', kind: 'request', from: 'kube-apiserver', to: 'etcd', part: 'etcd', always: true },
  write: { hue: 'etcd', kind: 'request', from: 'kube-apiserver', to: 'etcd', part: 'etcd', always: true },
  cacheWatch: { hue: 'etcd', kind: 'watch', from: 'etcd', to: 'kube-apiserver', part: 'etcd', always: true },
  schedulerWatch: { hue: 'scheduler', kind: 'watch', from: 'kube-scheduler', to: 'kube-apiserver', part: 'scheduler', always: true },
  schedulerRequest: { hue: 'scheduler', kind: 'request', from: 'kube-scheduler', to: 'kube-apiserver', part: 'scheduler', always: true },
  schedulerInside: {
    hue: 'scheduler',
    kind: 'request',
    from: 'kube-apiserver',
    to: 'kube-apiserver',
    part: 'scheduler',
    always: false,
    arrow: true,
  },
  kubeletInside: {
    hue: 'kubelet',
    kind: 'request',
    from: 'kube-apiserver',
    to: 'kube-apiserver',
    part: 'kubelet',
    always: false,
    arrow: true,
  },
}

function lanesOf(view: View, places: Readonly<Record<string, LanePlan>>, quiet: ReadonlySet<string>): readonly Lane[] {
  const hood = view.detail === 'under-the-hood'
  const refusedStep = view.story.refusedAt === null ? null : (stageSteps[view.story.refusedAt] ?? 1)
  const active = new Set(view.play.lanes.filter((lane) => lane !== 'gates' || refusedStep !== 1))
  const out: Lane[] = []
  for (const [id, plan] of Object.entries(places)) {
    const [name, node = ''] = id.split(':') as [string, string?]
    const known = node
      ? {
          hue: 'kubelet' as const,
          kind: name === 'watch' ? ('watch' as const) : ('request' as const),
          from: node,
          to: name === 'runtime' ? node : 'kube-apiserver',
          part: node,
          always: name === 'watch',
          arrow: false,
        }
      : LANES[id]
    if (!known) continue
    const isActive = active.has(id)
    const pale = quiet.has(known.part) || (view.moment.kind === 'rest' && known.part === 'user')
    if (!known.always && !isActive && !(hood && id.endsWith('Inside'))) continue
    const beyond = id === 'gates' && refusedStep === 1
    const hue =
      id === 'gates' && isActive ? senderHue(view.moment.facts) : id === 'gates' && view.story.refusedAt !== null ? 'user' : known.hue
    out.push({
      id,
      from: known.from,
      to: known.to,
      points: plan.points,
      hue: hood && !isActive && id.endsWith('Inside') ? 'apiserver' : hue,
      kind: known.kind,
      tone: isActive ? 'active' : pale || beyond || (hood && id.endsWith('Inside')) ? 'pale' : 'normal',
      arrow: known.arrow ?? false,
      label: plan.label && !hidesLabel(view, id) ? plan.label : null,
    })
  }
  return out
}

/** A lane's name gives way to the token that stands there; the scheduler's two lanes are named only at rest. */
function hidesLabel(view: View, id: string): boolean {
  if (view.play.lane === id) return true
  return id.startsWith('scheduler') && view.moment.kind !== 'rest'
}

function sixBadges(
  view: View,
  ports: Readonly<Record<3 | 4 | 5 | 6, Point>>,
  gates: readonly [Rect, Rect],
  quiet: ReadonlySet<string>,
): readonly Badge[] {
  const inGate = (gate: Rect): Point => ({ x: gate.x + 18, y: gate.y + (view.story.refusedAt ? 22 : 20) })
  const refused = view.story.refusedAt ? stageSteps[view.story.refusedAt] : null
  return [
    { number: 1, at: inGate(gates[0]), hue: 'ink', state: 'rest' },
    { number: 2, at: inGate(gates[1]), hue: 'ink', state: refused === 1 ? 'pale' : 'rest' },
    ...portBadges(view, ports, quiet),
  ]
}

function portBadges(view: View, ports: Readonly<Record<3 | 4 | 5 | 6, Point>>, quiet: ReadonlySet<string>): readonly Badge[] {
  const active = new Set(view.play.lanes)
  const lit = {
    3: active.has('read'),
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

function tokensOf(view: View, places: Readonly<Record<string, LanePlan>>, gates: readonly Rect[]): readonly Token[] {
  const { moment, play, story } = view
  if (moment.kind === 'refused') return [refusalToken(view, places, gates)]
  const kept =
    moment.kind === 'answeredRefused' && isGateRefusal(view) && view.detail === 'six-steps' ? [refusalToken(view, places, gates)] : []
  if (play.lane === null) return []
  if (!places[play.lane]) return []
  const label = play.label(moment.facts)
  const way = wayOf(view, play, places)
  const width = widthOf(label, play.style)
  const failed = play.style === 'answer' && Number(moment.facts.code ?? 0) >= 400
  const hue =
    play.style === 'refusal' || failed
      ? 'refused'
      : play.style === 'answer' && play.hue !== 'etcd'
        ? 'ok'
        : play.hue === 'sender'
          ? senderHue(moment.facts)
          : play.hue
  const icon = play.style === 'answer' ? (failed ? 'back' : 'check') : play.style === 'refusal' ? 'cross' : null
  const rest = way[way.length - 1]!
  const offset = offsetOf(view, play.lane, rest, width)
  return [{ id: `${moment.opens}:${story.request ?? ''}`, style: play.style, hue, label, icon, way, offset, width }, ...kept]
}

function isGateRefusal({ story }: View): boolean {
  return story.refusedAt !== null && (stageSteps[story.refusedAt] ?? 1) <= 2
}

function refusalToken(view: View, places: Readonly<Record<string, LanePlan>>, gates: readonly Rect[]): Token {
  const { moment, story } = view
  const label = `${moment.facts.verb ?? ''} ${moment.facts.resource ?? ''}`
  const width = widthOf(label, 'refusal')
  const base = { id: `refused:${story.request ?? ''}`, style: 'refusal' as const, hue: 'refused' as const, icon: 'cross' as const, width }
  if (view.detail === 'under-the-hood') {
    const way = places.refusedAt!.points
    return { ...base, label, way, offset: { x: width / 2 + 12 - way[way.length - 1]!.x, y: 0 } }
  }
  if (!isGateRefusal(view)) {
    const way = places[moment.step === 4 ? 'write' : 'read']!.points
    return { ...base, label: '', width: 0, way: upTo(way, 0.5), offset: { x: 0, y: 0 } }
  }
  const gate = (stageSteps[story.refusedAt!] ?? 1) === 1 ? gates[0]! : gates[1]!
  const y = places.user!.points[1]!.y
  return {
    ...base,
    label,
    way: [
      { x: gate.x - 14, y },
      { x: gate.x + 19, y },
    ],
    offset: { x: Math.min(gate.width - width / 2 - 24, 15 + width / 2), y: 24 },
  }
}

/** A token rests in the middle of its lane; in a gate at its end; on a kubelet's lane where there is room beside it. */
function wayOf(view: View, play: Play, places: Readonly<Record<string, LanePlan>>): readonly Point[] {
  const lane = play.lane!
  const hood = view.detail === 'under-the-hood'
  const plan = places[lane]!
  const points = play.back ? reversed(plan.points) : plan.points
  if (lane === 'gate1' || lane === 'gate2' || lane === 'rail') return points
  if (hood && lane === 'schedulerRequest' && !play.back) return [...points, { x: points[1]!.x, y: points[1]!.y + 29 }]
  if (hood && lane === 'user') return upTo(points, play.back ? 0.8 : 0.2)
  if (hood && lane === 'schedulerWatch') return upTo(points, 0.72)
  if (!hood && (lane.startsWith('watch:') || lane.startsWith('request:')))
    return upTo(points, fractionNear(points, places[lane]!.points.some((p) => p.y < 236) ? 203 : 446))
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
    if (lane === 'schedulerWatch' || lane === 'write') return { x: -half - 14, y: lane === 'write' ? 6 : 0 }
    if (lane.startsWith('watch:') || lane.startsWith('request:'))
      return { x: Math.min(0, view.spread + 740 - half - rest.x), y: rest.y < 326 ? -70 : 80 }
    if (lane.startsWith('runtime:')) return { x: Math.min(0, view.spread + 740 - half - rest.x), y: rest.y < 326 ? -25 : 25 }
    return { x: half + 14, y: 0 }
  }
  if (lane === 'user') return { x: 8 - half, y: 74 + (view.story.refusedAt ? -8 : 0) }
  if (lane === 'gate1') return { x: 0, y: 22 }
  if (lane === 'gate2') return { x: 0, y: 22 }
  if (lane === 'read' || lane === 'schedulerWatch') return { x: -half - 14, y: 0 }
  if (lane.startsWith('watch:') || lane.startsWith('request:') || lane.startsWith('runtime:')) return { x: -half - 14, y: 0 }
  return { x: half + 14, y: 0 }
}

function watchersOf(view: View, panel: Rect): readonly Watcher[] {
  const rows = view.watches.slice(0, 3)
  const height = 62
  return rows.map((w, i) => ({
    by: w.by,
    selector: w.selector,
    hue: w.by === 'kube-scheduler' ? 'scheduler' : w.by.startsWith('kube-') ? 'apiserver' : 'kubelet',
    rect: { x: panel.x + 12, y: panel.y + 36 + i * (height + 8), width: panel.width - 24, height },
  }))
}

function focusOf(
  tokens: readonly Token[],
  view: View,
  layout: { readonly apiserver: Rect; readonly scheduler: Rect; readonly width: number },
): Point {
  if (tokens[0]) return restOf(tokens[0])
  if (view.moment.actor === 'scheduler') return { x: layout.scheduler.x + layout.scheduler.width / 2, y: layout.scheduler.y + 120 }
  return { x: layout.apiserver.x + layout.apiserver.width / 2, y: layout.apiserver.y + layout.apiserver.height / 2 }
}

function restOf(token: Token): Point {
  return token.way[token.way.length - 1]!
}

/** JetBrains Mono 12.5 bold is 7.5 wide. */
function widthOf(label: string, style: Token['style']): number {
  return label === '' ? 0 : Math.round(label.length * 7.5 + (style === 'answer' ? 40 : 26))
}

function bottomOf(gate: Rect): Point {
  return { x: gate.x + gate.width / 2, y: gate.y + gate.height + 6 }
}
