// Runs the plugins of a profile, extension point by extension point, in the order of the plugin list.
// Upstream: kubernetes pkg/scheduler/framework/runtime/framework.go

import type { Pod } from '../../api/kinds/pod/types'
import { invariant } from '../../base/invariant'
import type { NodeInfo } from '../cache/nodeInfo'
import { podInfoOf, type PodInfo } from '../cache/podInfo'
import { priorityOf, type Nominator } from '../queue/nominator'
import type { CycleState } from './cycleState'
import { failed, type Plugin, type PostFilterOutcome, type QueueOrder, type Rejection, type Status } from './interface'

/** The scores of one plugin, in the order of the nodes. */
export interface PluginScores {
  readonly plugin: string
  readonly weight: number
  readonly raw: readonly number[]
  readonly normalized: readonly number[]
}

export type PreFilterResult =
  /** `blamed`: the plugins that named other nodes each, where that is why. */
  | { readonly rejection: Rejection; readonly blamed?: readonly string[] }
  /** `nodes` null: all of them. `narrowedBy`: the plugins that named nodes. */
  | { readonly rejection: null; readonly nodes: ReadonlySet<string> | null; readonly narrowedBy: readonly string[] }

/** Null, or why the Pod could not be bound. */
export type Bound = (rejection: Rejection | null) => void

export class Framework {
  constructor(
    readonly plugins: readonly Plugin[],
    private readonly nominator: Nominator,
  ) {}

  preEnqueue(pod: Pod): Rejection | null {
    return this.firstRefusal((plugin) => plugin.preEnqueue?.(pod), 'PreEnqueue')
  }

  less(a: QueueOrder, b: QueueOrder): boolean {
    const sort = this.plugins.find((p) => p.less)
    invariant(sort?.less, 'one plugin sorts the queue')
    return sort.less(a, b)
  }

  /** Decides, too, which Filters are asked in this cycle. */
  preFilter(state: CycleState, pod: Pod): PreFilterResult {
    const filters: number[] = []
    const narrowedBy: string[] = []
    let nodes: ReadonlySet<string> | null = null
    let refused: Rejection | null = null
    for (const [i, plugin] of this.plugins.entries()) {
      const outcome = plugin.preFilter ? plugin.preFilter(state, pod) : null
      if (outcome !== null && outcome !== 'skip' && 'code' in outcome) {
        // Where preemption may help, it needs what the others computed, and asks this one's Filter, too.
        refused = running('PreFilter', plugin, outcome)
        if (outcome.code !== 'unschedulable') return { rejection: refused }
      } else if (outcome !== null && outcome !== 'skip') {
        const left: ReadonlySet<string> = nodes ? intersection(nodes, outcome.nodeNames) : outcome.nodeNames
        narrowedBy.push(plugin.name)
        nodes = left
        if (left.size === 0) return { rejection: noNodeLeft(plugin, narrowedBy), blamed: narrowedBy }
      }
      if (plugin.filter && outcome !== 'skip') filters.push(i)
    }
    state.filters = filters
    return refused ? { rejection: refused, blamed: narrowedBy } : { rejection: null, nodes, narrowedBy }
  }

  /** The first plugin that refuses the node; with Pods that preemption has promised room here, and without them (they may never come). */
  filter(state: CycleState, pod: Pod, node: NodeInfo): Rejection | null {
    const promised = this.nominator.podsOn(node.name)
    if (promised.length > 0) {
      const fuller = node.clone()
      const withThem = state.clone()
      for (const other of promised) {
        if (priorityOf(other) < priorityOf(pod) || other.metadata.uid === pod.metadata.uid) continue
        fuller.add(other)
        this.addPod(withThem, pod, podInfoOf(other), fuller)
      }
      const rejection = this.runFilters(withThem, pod, fuller)
      if (rejection) return rejection
    }
    return this.runFilters(state, pod, node)
  }

  addPod(state: CycleState, pod: Pod, added: PodInfo, node: NodeInfo): void {
    for (const i of state.filters) this.plugins[i]!.addPod?.(state, pod, added, node)
  }

  removePod(state: CycleState, pod: Pod, removed: PodInfo, node: NodeInfo): void {
    for (const i of state.filters) this.plugins[i]!.removePod?.(state, pod, removed, node)
  }

  /** The first that helps or errs ends it; of those that can not help, the last one says why. */
  postFilter(state: CycleState, pod: Pod, rejections: ReadonlyMap<string, Rejection>): PostFilterOutcome {
    let last: PostFilterOutcome = { status: null, message: '' }
    for (const plugin of this.plugins) {
      if (!plugin.postFilter) continue
      last = plugin.postFilter(state, pod, rejections)
      if (last.status?.code !== 'unschedulable') return last
    }
    return last
  }

  /** Pre-scores, scores, normalizes. Plugins that have nothing to say of this Pod are left out. */
  score(state: CycleState, pod: Pod, nodes: readonly NodeInfo[]): readonly PluginScores[] {
    const scorers = this.plugins.filter((p) => p.score && p.preScore?.(state, pod, nodes) !== 'skip')
    return scorers.map((plugin) => {
      const raw = nodes.map((node) => plugin.score!(state, pod, node))
      const scores = { plugin: plugin.name, weight: plugin.weight ?? 0, raw }
      if (!plugin.normalizeScore) return { ...scores, normalized: raw }
      const normalized = [...raw]
      plugin.normalizeScore(state, pod, normalized, nodes)
      return { ...scores, normalized }
    })
  }

  reserve(state: CycleState, pod: Pod, node: string): Rejection | null {
    return this.firstRefusal((plugin) => plugin.reserve?.(state, pod, node), 'Reserve')
  }

  /** In the reverse order of Reserve. */
  unreserve(state: CycleState, pod: Pod, node: string): void {
    for (const plugin of [...this.plugins].reverse()) plugin.unreserve?.(state, pod, node)
  }

  permit(state: CycleState, pod: Pod, node: string): Rejection | null {
    return this.firstRefusal((plugin) => plugin.permit?.(state, pod, node), 'Permit')
  }

  /** True when some PreBind has work to do: the Pod is then marked with its node before. */
  preBindPreFlight(state: CycleState, pod: Pod, node: string): boolean {
    return this.plugins.some((p) => p.preBindPreFlight && p.preBindPreFlight(state, pod, node) !== 'skip')
  }

  /** What it returns breaks it off with an error, whatever the plugin that is at it goes on to do. */
  preBind(state: CycleState, pod: Pod, node: string, done: Bound): (error: string) => void {
    let at = this.plugins[0]
    let isOver = false
    const end = (rejection: Rejection | null) => {
      if (isOver) return
      isOver = true
      done(rejection)
    }
    const next = (i: number): void => {
      const plugin = (at = this.plugins[i])
      if (!plugin) end(null)
      else if (!plugin.preBind) next(i + 1)
      else
        plugin.preBind(state, pod, node, (status) => {
          if (status) end(running('PreBind', plugin, status))
          else if (!isOver) next(i + 1)
        })
    }
    next(0)
    return (error) => {
      if (at) end(running('PreBind', at, failed(error)))
    }
  }

  bind(state: CycleState, pod: Pod, node: string, done: Bound): void {
    const binder = this.plugins.find((p) => p.bind)
    invariant(binder?.bind, 'one plugin binds')
    binder.bind(state, pod, node, (status) => done(status && running('Bind', binder, status)))
  }

  postBind(state: CycleState, pod: Pod, node: string): void {
    for (const plugin of this.plugins) plugin.postBind?.(state, pod, node)
  }

  private firstRefusal(ask: (plugin: Plugin) => Status | null | undefined, point: string): Rejection | null {
    for (const plugin of this.plugins) {
      const status = ask(plugin)
      if (status) return running(point, plugin, status)
    }
    return null
  }

  private runFilters(state: CycleState, pod: Pod, node: NodeInfo): Rejection | null {
    for (const i of state.filters) {
      const plugin = this.plugins[i]!
      const status = plugin.filter!(state, pod, node)
      if (status?.code === 'error') return failedAt(`running "${plugin.name}" filter plugin`, plugin, status)
      if (status) return by(plugin, status)
    }
    return null
  }
}

const intersection = (a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> => new Set([...a].filter((name) => b.has(name)))

/** PreFilters have named nodes, and none that all of them named. */
function noNodeLeft(last: Plugin, narrowedBy: readonly string[]): Rejection {
  const text =
    narrowedBy.length === 1
      ? `node(s) didn't satisfy plugin ${last.name}`
      : `node(s) didn't satisfy plugin(s) [${[...narrowedBy].sort().join(' ')}] simultaneously`
  return { code: 'unresolvable', reasons: [text], plugin: last.name }
}

const by = (plugin: Plugin, { code, reasons }: Status): Rejection => ({ code, reasons, plugin: plugin.name })

/** An error says where it happened; a refusal speaks for itself. */
function running(point: string, plugin: Plugin, status: Status): Rejection {
  return status.code === 'error' ? failedAt(`running ${point} plugin "${plugin.name}"`, plugin, status) : by(plugin, status)
}

function failedAt(where: string, plugin: Plugin, { code, reasons }: Status): Rejection {
  return { code, reasons: [`${where}: ${reasons.join(', ')}`], plugin: plugin.name }
}
