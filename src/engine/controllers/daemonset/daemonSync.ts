// One look at one DaemonSet: a Pod on every node that should have one and none elsewhere, the template's rollout, and the status that counts them.
// Upstream: kubernetes pkg/controller/daemon/daemon_controller.go (syncDaemonSet, manage, syncNodes, updateDaemonSetStatus)

import type { Node } from '../../api/kinds/node'
import type { Pod } from '../../api/kinds/pod/types'
import type { PartIo } from '../../base/part'
import { BackOff } from '../../client/backOff'
import type { EventRecorder } from '../../client/eventRecorder'
import { keyOf } from '../../client/informer'
import { messageOf, namespaceGoes, succeeded } from '../../client/answers'
import type { Answered } from '../../client/types'
import { GiveUp, type Sync } from '../../client/sync'
import type { Expectations } from '../expectations'
import { noteGap } from '../gap'
import { createPods, deletePods } from '../podControl'
import { isAvailable, isReady, isTerminal } from '../podFacts'
import { forgetOld, hashOf, type History } from './daemonHistory'
import { byBindingAndAge, daemonPod, placementOn, REVISION_LABEL, targetNode } from './daemonPods'
import { isRolling, rolloutSteps, surgeOf } from './daemonRollout'
import { isNews, statusOf, writeStatus } from './daemonStatus'
import type { DaemonSet } from './types'

const CONTROLLER = 'daemonset-controller'
/** At most so many Pods are made or deleted in one step. */
const BURST = 250
const FIRST_DELAY = 1000
const LONGEST_DELAY = 15 * 60_000

export interface DaemonSurroundings {
  readonly io: PartIo
  readonly events: EventRecorder
  readonly expectations: Expectations
  /** How long a failed Pod is left before its node gets another, by set, generation and node. */
  readonly failed: Map<string, BackOff>
  nodes(): readonly Node[]
  node(name: string): Node | undefined
  /** The set's own Pods, orphans adopted. */
  pods(set: DaemonSet): Sync<readonly Pod[]>
  wrote(what: 'pods' | 'daemonSets', key: string, answer: Answered): void
  lookAgain(key: string, delay: number): void
}

export class DaemonSync {
  private readonly hash: string

  constructor(
    private readonly around: DaemonSurroundings,
    private readonly key: string,
    private readonly set: DaemonSet,
    private readonly history: History,
  ) {
    this.hash = hashOf(history.current)
  }

  *run(): Sync {
    const nodes = this.around.nodes()
    if (!this.around.expectations.satisfied(this.key)) return yield* this.report(nodes, false)
    let failure: GiveUp | null = null
    try {
      yield* this.manage(nodes)
      if (this.around.expectations.satisfied(this.key) && isRolling(this.set)) yield* this.roll(nodes)
      yield* forgetOld(this.set, this.history.old, yield* this.around.pods(this.set))
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      failure = error
    }
    yield* this.report(nodes, true)
    if (failure) throw failure
  }

  private *manage(nodes: readonly Node[]): Sync {
    const byNode = yield* this.podsByNode()
    const missing: string[] = []
    const doomed: Pod[] = []
    let wanted = 0
    for (const node of nodes) {
      const there = byNode.get(node.metadata.name!)
      const { shouldRun, mayStay } = placementOn(this.set, node)
      if (shouldRun) wanted++
      if (shouldRun && !there) missing.push(node.metadata.name!)
      else if (!there) continue
      else if (mayStay) {
        const { tooMany, none } = this.settle(node.metadata.name!, there)
        doomed.push(...tooMany)
        if (none && shouldRun) missing.push(node.metadata.name!)
      } else doomed.push(...there.filter(({ metadata }) => !metadata.deletionTimestamp))
    }
    // Those that wait for a node that is not there any more.
    for (const [name, pods] of byNode) if (!this.around.node(name)) doomed.push(...pods.filter(({ spec }) => !spec.nodeName))
    const there = [...byNode.values()].flat().filter(({ metadata }) => !metadata.deletionTimestamp).length
    if (missing.length + doomed.length > 0) noteGap(this.around.io, CONTROLLER, this.set, { of: 'Pod', wanted, there })
    yield* this.apply(doomed, missing)
  }

  /** Of the Pods on a node that may have one: those that ended go, and those that are too many. */
  private settle(node: string, pods: readonly Pod[]): { readonly tooMany: readonly Pod[]; readonly none: boolean } {
    const tooMany: Pod[] = []
    const running: Pod[] = []
    for (const pod of pods) {
      if (pod.metadata.deletionTimestamp) continue
      if (pod.status.phase === 'Failed') {
        if (this.mayReplace(node)) tooMany.push(this.noteEnded(pod, node, 'failed'))
      } else if (pod.status.phase === 'Succeeded') tooMany.push(this.noteEnded(pod, node, 'succeeded'))
      else running.push(pod)
    }
    running.sort(byBindingAndAge)
    if (surgeOf(this.set, 1) === 0) return { tooMany: [...tooMany, ...running.slice(1)], none: false }
    if (running.length <= 1) return { tooMany, none: running.length === 0 }
    const [newest, ...newer] = running.filter(({ metadata }) => metadata.labels?.[REVISION_LABEL] === this.hash)
    const [oldest, ...older] = running.filter(({ metadata }) => metadata.labels?.[REVISION_LABEL] !== this.hash)
    tooMany.push(...running.filter((pod) => newer.includes(pod) || older.includes(pod)))
    if (newest && oldest && (!isReady(oldest) || this.isAvailable(newest))) tooMany.push(oldest)
    return { tooMany, none: false }
  }

  private mayReplace(node: string): boolean {
    const { failed, io } = this.around
    const key = `${this.set.metadata.uid!}/${String(this.set.status.observedGeneration ?? 0)}/${node}`
    const backOff = failed.get(key) ?? new BackOff(FIRST_DELAY, LONGEST_DELAY)
    if (backOff.holdsSinceLast(io.epochNow)) {
      this.around.lookAgain(this.key, backOff.current)
      return false
    }
    backOff.next(io.epochNow)
    failed.set(key, backOff)
    return true
  }

  private noteEnded(pod: Pod, node: string, how: 'failed' | 'succeeded'): Pod {
    const { namespace = '', name = '' } = pod.metadata
    const said = `Found ${how} daemon pod ${namespace}/${name} on node ${node}, will try to ${how === 'failed' ? 'kill' : 'delete'} it`
    this.around.events.event(
      this.set,
      how === 'failed'
        ? { type: 'Warning', reason: 'FailedDaemonPod', message: said }
        : { type: 'Normal', reason: 'SucceededDaemonPod', message: said },
    )
    return pod
  }

  private *roll(nodes: readonly Node[]): Sync {
    const byNode = new Map(yield* this.podsByNode())
    const wanted = nodes.filter((node) => placementOn(this.set, node).shouldRun)
    for (const { metadata } of wanted) if (!byNode.has(metadata.name!)) byNode.set(metadata.name!, [])
    const { doomed, nodes: more } = rolloutSteps({
      set: this.set,
      hash: this.hash,
      now: this.around.io.epochNow,
      byNode,
      desired: wanted.length,
      shouldRun: (name) => {
        if (!this.around.node(name)) throw new GiveUp(`couldn't get node for nodeName "${name}"`)
        return wanted.some(({ metadata }) => metadata.name === name)
      },
    })
    yield* this.apply(doomed, more)
  }

  private *apply(doomed: readonly Pod[], nodes: readonly string[]): Sync {
    const { events, expectations } = this.around
    const made = nodes.slice(0, BURST)
    const gone = doomed.slice(0, BURST)
    expectations.expect(this.key, made.length, gone.map(keyOf))
    const answers = yield* createPods(
      events,
      this.set,
      made.map((node) => daemonPod(this.set, node, this.hash)),
    )
    const refused = answers.filter((answer) => !succeeded(answer) && !namespaceGoes(answer))
    expectations.added(this.key, refused.length + made.length - answers.length)
    for (const answer of answers) this.around.wrote('pods', this.key, answer)
    for (const [i, answer] of (yield* deletePods(events, this.set, gone)).entries()) {
      if (succeeded(answer)) continue
      expectations.deleted(this.key, keyOf(gone[i]!))
      if (answer.status !== 404) refused.push(answer)
    }
    if (refused[0]) throw new GiveUp(messageOf(refused[0]))
  }

  /** `observed`: the status is said to be of the set's generation of now. */
  private *report(nodes: readonly Node[], observed: boolean): Sync {
    const { set, key, around } = this
    const status = statusOf(set, this.hash, nodes, yield* this.podsByNode(), around.io.epochNow)
    if (isNews(set, status)) around.wrote('daemonSets', key, yield* writeStatus(set, status, observed))
    const wait = set.spec.minReadySeconds ?? 0
    if (wait > 0 && status.numberReady !== (status.numberAvailable ?? 0)) around.lookAgain(key, wait * 1000)
  }

  /** Node → Pods there, without those that ended and are being deleted. */
  private *podsByNode(): Sync<ReadonlyMap<string, readonly Pod[]>> {
    const byNode = new Map<string, Pod[]>()
    for (const pod of yield* this.around.pods(this.set)) {
      if (isTerminal(pod) && pod.metadata.deletionTimestamp) continue
      const node = targetNode(pod)
      if (node === undefined) continue
      const there = byNode.get(node)
      if (there) there.push(pod)
      else byNode.set(node, [pod])
    }
    return byNode
  }

  private isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.set.spec.minReadySeconds ?? 0, this.around.io.epochNow)
  }
}
