// The second zoom: the gates opened into the rail of stages, and the watch cache.

import { stageSteps } from '../../engine/steps'
import { roleOf } from '../../stores/roles'
import { nodeNames } from '../../stores/topology'
import type { Stage } from '../../engine/index'
import { restOf, type Point, type Rect } from './geometry'
import { controllersBox } from './controllersBox'
import { hoodLayout } from './hoodLayout'
import { lanesOf, portBadges } from './lanes'
import type { Gate, Drawn, Watcher } from './sceneTypes'
import { MOST_ROWS, type LanePlan } from './sixStepsLayout'
import { railAt, stageOf } from './story'
import { shownWorkers } from './shownWorkers'
import { tokensOf } from './tokens'
import { quietParts, toneOf, watchesPods, type View } from './view'
import { userBox } from './userBox'

export function underTheHood(view: View): Drawn {
  const { moment, story, cluster, play } = view
  // Only kubelets are drawn here: a Node without a machine has none.
  const machines = new Set(nodeNames(view.topology))
  const { shown } = shownWorkers(view, MOST_ROWS)
  const workers = shown.filter((w) => machines.has(w.name))
  const nodes = workers.map((w) => w.name)
  const own =
    play.style !== 'event' && moment.request !== null && (view.trace.request(moment.request)?.program ?? null) === null
      ? moment.request
      : story.request
  const rail = railAt(view.trace, own, moment.hop)
  const current =
    (Object.keys(stageSteps) as Stage[]).find((s) => rail.get(s)?.state === 'current' || rail.get(s)?.state === 'refused') ?? null
  const changes = current ? (rail.get(current)?.detail?.changes ?? []) : []
  const plugins = current === 'mutatingAdmission' || current === 'validatingAdmission' ? [...new Set(changes.map((c) => c.by))] : []
  const leader = view.members.find((m) => m.role === 'leader')?.name ?? null
  const members = view.members.map((m) => m.name)
  const layout = hoodLayout(view.spread, nodes, current, plugins.length, story.controllers !== null, members, leader)
  const rowY = (stage: Stage | null) => layout.rows.find((r) => r.stage === stage)?.y ?? layout.rows[layout.rows.length - 1]!.y
  const stageOfMoment = play.lane === 'rail' || play.lane === 'refusedAt' ? rowStage(stageOf(moment)) : null
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
  const watchers = watchersOf(view, layout.watchCache)
  for (const watcher of watchers)
    if (watcher.hue === 'kubelet') places[`watchInside:${watcher.by}`] = { points: watchWay(watcher.rect, layout.ports[6]) }
  places.cache = { points: cacheWay(layout.gates[1]!.rect, layout.watchCache) }
  const quiet = quietParts(view)
  const tokens = tokensOf(
    view,
    places,
    layout.gates.map((g) => g.rect),
  )
  // A stage without a row of its own shows in the row nearest to it if it refused: that is where the request stopped.
  const refused = (Object.keys(stageSteps) as Stage[]).find((s) => rail.get(s)?.state === 'refused')
  const shows = refused && (story.refusal !== null || play.refusedOn !== null) ? rowStage(refused) : null
  const rows = layout.rows.map((r) => ({ ...r, shown: r.stage === shows ? refused! : r.stage }))
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
      rail: rows.map((r) => ({
        stage: r.shown,
        y: r.y,
        state: rail.get(r.shown)!.state,
        says: rail.get(r.shown)?.detail?.says ?? '',
        plugins: r.stage === current ? plugins : [],
      })),
      watchers,
      moreWatchers: view.watches.length - watchers.length,
      watchCache: layout.watchCache,
      revision: cluster.revision,
    },
    scheduler: {
      rect: layout.scheduler,
      tone: toneOf(view, 'scheduler', quiet),
      scores: story.scores,
      compact: true,
      narrow: false,
      watches: watchesPods(view, 'kube-scheduler'),
    },
    controllers: controllersBox(view, layout.controllers, quiet, true),
    etcd: {
      rect: layout.etcd,
      tone: toneOf(view, 'etcd', quiet),
      keys: cluster.keys,
      more: cluster.more,
      revision: cluster.revision,
      compact: true,
      members: view.members,
      quorum: view.quorum,
      rects: layout.members,
    },
    moreWorkers: null,
    workers: workers.map((worker, i) => ({
      name: worker.name,
      ready: worker.ready,
      taints: worker.taints,
      row: layout.kubelets[i]!.height < 50,
      hasKubelet: true,
      watches: watchesPods(view, worker.name),
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

function watchersOf(view: View, panel: Rect): readonly Watcher[] {
  const rows = view.watches.slice(0, WATCHERS)
  const height = 58
  return rows.map((w, i) => ({
    by: w.by,
    selector: w.selector,
    hue: roleOf(w.by),
    rect: { x: panel.x + 10, y: panel.y + 36 + i * (height + 8), width: panel.width - 20, height },
  }))
}

const WATCHERS = 3

/** From a watcher's entry in the cache to the port that its kubelet came in by. */
function watchWay(watcher: Rect, port: Point): readonly Point[] {
  const from = { x: watcher.x + watcher.width, y: watcher.y + watcher.height / 2 }
  const turn = (from.x + port.x - 10) / 2
  return [from, { x: turn, y: from.y }, { x: turn, y: port.y }, port]
}

/** From the gates to the cache's foot, where the newest version stands. */
function cacheWay(gate: Rect, cache: Rect): readonly Point[] {
  const y = cache.y + cache.height - 92
  return [
    { x: gate.x + gate.width, y },
    { x: cache.x + 14, y },
  ]
}
