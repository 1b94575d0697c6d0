// The first zoom: the course's six steps.

import { nodeNames } from '../../stores/topology'
import { restingGates } from './atRest'
import type { ClusterAt } from './clusterAt'
import { restOf, type Point, type Rect } from './geometry'
import { lanesOf, sixBadges } from './lanes'
import type { Drawn, Token, WorkerBox } from './sceneTypes'
import { MOST_ROWS, sixStepsLayout, type LanePlan, type WorkerPlace } from './sixStepsLayout'
import { countOf, shownWorkers } from './shownWorkers'
import { controllersBox } from './controllersBox'
import { isGateRefusal, quietParts, toneOf, watchesPods, type View } from './view'
import { userBox } from './userBox'

export function sixSteps(view: View): Drawn {
  const { story, cluster, telling } = view
  const { shown, rest } = shownWorkers(view, MOST_ROWS)
  const nodes = shown.map((w) => w.name)
  const machines = new Set(nodeNames(view.topology))
  const opened = isGateRefusal(view)
  const layout = sixStepsLayout(view.spread, opened, nodes, story.controllers !== null, rest.length > 0)
  const gates = telling?.gatesOf(view, layout.gates, opened) ?? restingGates(layout.gates)
  const places: Record<string, LanePlan> = {
    ...Object.fromEntries(Object.entries(layout.lanes).filter(([id]) => !id.includes(':') || machines.has(id.split(':')[1]!))),
    gate1: { points: [{ x: layout.gates[0].x, y: layout.lanes.user!.points[1]!.y }, bottomOf(layout.gates[0])] },
    gate2: { points: [{ x: layout.gates[1].x, y: layout.lanes.user!.points[1]!.y }, bottomOf(layout.gates[1])] },
  }
  const quiet = quietParts(view)
  const tokens = telling?.tokensOf(view, places, layout.gates) ?? []
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
      moreWatchers: 0,
      watchCache: null,
      revision: cluster.revision,
    },
    scheduler: {
      rect: layout.scheduler,
      tone: toneOf(view, 'scheduler', quiet),
      scores: story.scores,
      compact: false,
      narrow: story.controllers !== null,
      watches: watchesPods(view, 'kube-scheduler'),
    },
    controllers: controllersBox(view, layout.controllers, quiet, false),
    etcd: {
      rect: layout.etcd,
      tone: toneOf(view, 'etcd', quiet),
      keys: view.members.length > 0 ? cluster.keys.slice(0, 1) : cluster.keys,
      more: cluster.more,
      revision: cluster.revision,
      compact: false,
      members: view.members,
      quorum: view.quorum,
      rects: [],
    },
    workers: shown.map((worker, i) => workerBox(view, worker, layout.workers[i]!, machines.has(worker.name), quiet)),
    moreWorkers: layout.moreWorkers && { rect: layout.moreWorkers, ...countOf(rest) },
    lanes,
    badges: sixBadges(view, layout.ports, layout.gates, quiet),
    tokens,
    focus: focusOf(tokens, view, layout),
  }
}

function workerBox(
  view: View,
  worker: ClusterAt['workers'][number],
  place: WorkerPlace,
  hasKubelet: boolean,
  quiet: ReadonlySet<string>,
): WorkerBox {
  const tone = hasKubelet ? toneOf(view, worker.name, quiet) : 'pale'
  const runs = view.moment.kind.startsWith('runtime') || view.moment.kind === 'containerExited'
  return {
    name: worker.name,
    ready: worker.ready,
    taints: worker.taints,
    row: place.row,
    hasKubelet,
    watches: watchesPods(view, worker.name),
    rect: place.rect,
    kubelet: worker.taints.length > 0 && !place.row ? lower(place.kubelet) : place.kubelet,
    runtime: place.runtime,
    tone: tone === 'active' ? 'normal' : tone,
    kubeletTone: tone,
    runtimeTone: tone === 'active' ? (runs ? 'active' : 'normal') : tone,
    pods: withChosen(view, worker),
  }
}

/** Leaves a line above for the taints. */
function lower({ x, y, width, height }: Rect): Rect {
  return height < 60 ? { x, y, width, height } : { x, y: y + 18, width, height: height - 18 }
}

/** The Pod that the scheduler has decided to put here, until etcd holds it. */
function withChosen({ story }: View, worker: ClusterAt['workers'][number]): WorkerBox['pods'] {
  const { chosen } = story
  if (chosen?.node !== worker.name || worker.pods.some((p) => p.name === chosen.pod)) return worker.pods
  return [...worker.pods, { namespace: '', name: chosen.pod, state: 'bound', status: 'Pending' }]
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

function bottomOf(gate: Rect): Point {
  return { x: gate.x + gate.width / 2, y: gate.y + gate.height + 6 }
}
