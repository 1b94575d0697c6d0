// Carries out on a Pod's running containers what has been allocated: memory first and then CPU, what becomes less before what becomes more.
// Leaves out: the Pod's own cgroup but for its limit of memory, and telling the sandbox.
// Upstream: kubernetes pkg/kubelet/kuberuntime/kuberuntime_manager.go (computePodResizeAction, doPodResizeAction), kubelet.go (SyncPod)

import type { Pod, Resources } from '../api/kinds/pod/types'
import { compareQuantity, quantityValue } from '../api/scalars/quantity'
import { rfc3339 } from '../api/scalars/time'
import { actuated, actuatedAll, differing, needsRestart, quantityIn, type Resizable } from './actuated'
import type { PodContext } from './podContext'
import { isMain, isSidecar, type ContainerRecord, type PodRecord } from './podRecord'
import { resizeMessage, withResizeCondition } from './resizeConditions'
import { memoryUsed } from './usage'

export interface HeldPod {
  /** As it is allocated. */
  readonly allocated: Pod
  readonly record: PodRecord
  say(type: 'Normal' | 'Warning', reason: string, message: string): void
}

export class PodResize {
  constructor(
    private readonly target: HeldPod,
    private readonly context: Pick<PodContext, 'io' | 'runtime'>,
  ) {}

  /** What is told of it: that it goes on, or that it is over. */
  note(): void {
    const { record, allocated } = this.target
    if (this.changes.length > 0 || this.podChanges) {
      record.resizeInProgress ??= this.condition('', '')
      return
    }
    if (!record.resizeInProgress) return
    const { observedGeneration = record.generation } = record.resizeInProgress
    record.resizeInProgress = null
    this.target.say('Normal', 'ResizeCompleted', resizeMessage('Pod resize completed', allocated, observedGeneration))
  }

  /** Containers that take their new resources only when they are started anew. */
  get toRestart(): readonly ContainerRecord[] {
    return this.changes.filter((c) => needsRestart(c.container, this.of(c)))
  }

  /** `done` hears whether it was carried out; null where there was nothing to do. */
  carryOut(done: (ok: boolean | null) => void): void {
    const { record, allocated } = this.target
    const updates = this.changes.filter((c) => !needsRestart(c.container, this.of(c)))
    if (updates.length === 0 && !this.podChanges) return done(null)
    const problem = this.memoryProblem(updates)
    if (problem) return this.failed(problem, done)
    const steps = (['memory', 'cpu'] as const).flatMap((name) =>
      updates
        .filter((c) => this.of(c).includes(name))
        .sort((a, b) => growth(a, name) - growth(b, name))
        .map((container) => ({ container, name })),
    )
    const next = (): void => {
      const step = steps.shift()
      if (!step) {
        record.heldTo = allocated.spec.resources && actuatedAll(allocated.spec.resources)
        return done(true)
      }
      const { container, name } = step
      const resources = actuated(container.actual, container.container.resources, name)
      this.context.runtime.call('UpdateContainerResources', { container: container.id, resources }, (reply) => {
        if (!reply.ok) return this.failed(reply.error, done)
        container.actual = resources
        next()
      })
    }
    next()
  }

  /** Running containers that are not yet as they are allocated. */
  private get changes(): readonly ContainerRecord[] {
    return this.target.record.containers.filter((c) => c.state.running && !c.ephemeral && this.of(c).length > 0)
  }

  private of({ container, actual }: ContainerRecord): readonly Resizable[] {
    return differing(container.resources, actual)
  }

  private get podChanges(): boolean {
    const { record, allocated } = this.target
    return record.sandboxReady && differing(allocated.spec.resources, record.heldTo).length > 0
  }

  private condition(reason: string, message: string) {
    const { record } = this.target
    const generation = record.resizeInProgress?.observedGeneration ?? record.generation
    const now = rfc3339(this.context.io.epochNow)
    return withResizeCondition(record.resizeInProgress, 'PodResizeInProgress', reason, message, generation, now)
  }

  private failed(problem: string, done: (ok: boolean) => void): void {
    const { record, allocated } = this.target
    const before = record.resizeInProgress
    record.resizeInProgress = this.condition('Error', problem)
    if (record.resizeInProgress !== before) {
      const { observedGeneration = 0 } = record.resizeInProgress
      this.target.say('Warning', 'ResizeError', resizeMessage('Pod resize error', allocated, observedGeneration, problem))
    }
    done(false)
  }

  /** Memory is not taken away that is in use: the process would be killed for it. */
  private memoryProblem(updates: readonly ContainerRecord[]): string | null {
    const { record, allocated } = this.target
    const problems: string[] = []
    const check = (whose: string, limit: number, usage: number) => {
      if (limit > 0 && usage >= limit) problems.push(`attempting to set ${whose} memory limit (${limit}) below current usage (${usage})`)
    }
    const running = record.containers.filter((c) => c.state.running)
    const shrinking = updates.filter((c) => growth(c, 'memory') < 0)
    const served = record.containers.filter((c) => isMain(c) || isSidecar(c))
    const limit = memoryLimit(
      allocated.spec.resources,
      served.map((c) => c.container.resources),
    )
    if (
      limit <
      memoryLimit(
        record.heldTo,
        served.map((c) => c.actual),
      )
    )
      check('pod', limit, memoryUsed(running.length))
    for (const c of shrinking)
      check(
        `container ${JSON.stringify(c.container.name)}`,
        quantityValue(quantityIn(c.container.resources, 'limits', 'memory')),
        memoryUsed(1),
      )
    if (problems.length === 0) return null
    return `cannot decrease memory limits: ${problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]}`
  }
}

/** Negative where the container gets less: by its limit, or where that stays by its request. */
function growth({ container, actual }: ContainerRecord, name: Resizable): number {
  const by = (side: 'limits' | 'requests') => compareQuantity(quantityIn(container.resources, side, name), quantityIn(actual, side, name))
  return by('limits') || by('requests')
}

/** Bytes that a Pod may use as a whole: its own limit, or those of its containers where each has one. 0: as many as there are. */
function memoryLimit(whole: Resources | undefined, containers: readonly (Resources | undefined)[]): number {
  const limits = whole?.limits?.memory === undefined ? containers : [whole]
  if (limits.some((r) => r?.limits?.memory === undefined)) return 0
  return limits.reduce((sum, r) => sum + quantityValue(quantityIn(r, 'limits', 'memory')), 0)
}
