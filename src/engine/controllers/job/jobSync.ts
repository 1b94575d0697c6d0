// One look at one Job: counts the Pods that ended, decides whether the Job has, makes or deletes Pods, and writes the status.
// A Pod that ended is counted in three steps, so that no crash counts it twice or never: its uid goes into the status, its finalizer goes,
// its uid leaves the status for the count.
// Leaves out: nothing of what the API shows; Workloads and PodGroups are alpha.
// Upstream: kubernetes pkg/controller/job/job_controller.go (syncJob, trackJobStatusAndRemoveFinalizers)

import type { Pod } from '../../api/kinds/pod/types'
import { rfc3339 } from '../../api/time'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, GiveUp, type Sync } from '../../client/sync'
import { isActive, isReady, isTerminating } from '../podFacts'
import { pathOf } from '../resources'
import { sparse, type Condition } from '../workloads'
import { hasIndex, parseIndexes, printIndexes, total, withIndexes, type Indexes } from './completionIndexes'
import { allIndexFailures, hasFailed, indexOf, isIndexFailed, isTracked } from './jobPods'
import { ensured, jobCondition, restartedTooOften, untilDeadline } from './jobStatus'
import { endActive, manageJob, releasePods, type JobPass, type JobSurroundings, type Managed } from './manageJob'
import { finishedAt, NO_FAILURES, recordAfter } from './podBackoff'
import { judgeFailure, judgeSuccess } from './policies'
import { conditionTrue, isIndexed, isSuspended, type Job, type JobStatus } from './types'

/** So many uids at most stand in the status at a time. */
const MOST_UNCOUNTED = 500

export class JobSync {
  private readonly pass: JobPass
  private readonly expectedGone: ReadonlySet<string>
  private readonly uncounted: { succeeded: readonly string[]; failed: readonly string[] }
  private readonly countedIndexes: Indexes
  private status: JobStatus
  private end: Condition | null = null
  private terminating: number
  private dirty = false

  constructor(
    private readonly around: JobSurroundings,
    private readonly key: string,
    /** The revision that the next write goes to. */
    private job: Job,
    private readonly pods: readonly Pod[],
  ) {
    const { status, spec } = job
    const { succeeded: won = [], failed: lost = [] } = status.uncountedTerminatedPods ?? {}
    this.status = status
    this.uncounted = { succeeded: won, failed: lost }
    this.expectedGone = new Set(around.released.get(key))
    const active = pods.filter(isActive)
    this.terminating = pods.filter(isTerminating).length
    const newlySucceeded = this.uncountedPods(won, (pod) => pod.status.phase === 'Succeeded')
    const newlyFailed = this.uncountedPods(lost, (pod) => hasFailed(pod, job))
    const completions = spec.completions ?? 0
    this.countedIndexes = isIndexed(job) ? parseIndexes(status.completedIndexes ?? '', completions) : []
    const indexes = (fits: (pod: Pod) => boolean) => pods.flatMap((pod) => (isTracked(pod) && fits(pod) ? (indexOf(pod, job) ?? []) : []))
    const succeededIndexes = isIndexed(job)
      ? withIndexes(
          this.countedIndexes,
          indexes((pod) => pod.status.phase === 'Succeeded'),
        )
      : []
    const failedIndexes = countsEachIndex(job)
      ? withIndexes(
          parseIndexes(status.failedIndexes ?? '', completions),
          indexes((pod) => isIndexFailed(pod, job)),
        )
      : []
    this.pass = {
      key,
      job,
      pods,
      active,
      succeeded: isIndexed(job) ? total(succeededIndexes) : (status.succeeded ?? 0) + newlySucceeded.length + won.length,
      record: recordAfter(around.backoff.get(key) ?? NO_FAILURES, newlySucceeded, newlyFailed),
      succeededIndexes,
      failedIndexes,
      lastFailed: countsEachIndex(job) ? this.lastFailed(active, succeededIndexes, failedIndexes) : new Map<number, Pod>(),
    }
    const counted = newlyFailed.filter((pod) => judgeFailure(spec.podFailurePolicy, pod).counts)
    this.end = this.reasonToEnd((status.failed ?? 0) + counted.length + lost.length)
  }

  *run(satisfied: boolean): Sync {
    const { job, pass, around } = this
    if (this.status.startTime === undefined && !isSuspended(job)) this.set({ startTime: rfc3339(this.now) })
    this.watchDeadline()
    let managed: Managed = { active: pass.active.length, deleted: 0, deletedReady: 0 }
    if (this.end) {
      managed = yield* endActive(around, pass)
      if (managed.active > 0 || !satisfied) this.end = null
    } else {
      const manages = satisfied && job.metadata.deletionTimestamp === undefined
      if (manages) managed = yield* manageJob(around, pass)
      const { completions } = job.spec
      const complete = managed.active === 0 && (completions === undefined ? pass.succeeded > 0 : pass.succeeded >= completions)
      if (complete) this.end = this.condition('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods')
      else if (manages) this.noteSuspension()
    }
    this.terminating += managed.deleted
    const ready = pass.active.filter(isReady).length - managed.deletedReady
    const counts = { active: managed.active, ready, terminating: this.terminating }
    if (counts.active !== (this.status.active ?? 0) || ready !== this.status.ready || this.terminating !== this.status.terminating)
      this.dirty = true
    this.set(counts)
    yield* this.track()
    if (managed.failure !== undefined) throw new GiveUp(managed.failure)
  }

  private get now(): number {
    return this.around.io.epochNow
  }

  // ---- has it ended? ---------------------------------------------------------------------------------------------------

  private reasonToEnd(failed: number): Condition | null {
    const { job, pods, pass } = this
    const success = conditionTrue(job, 'SuccessCriteriaMet')
    if (success) return success
    const failing = conditionTrue(job, 'FailureTarget')
    if (failing) return this.condition('Failed', failing.reason!, failing.message!)
    for (const pod of pods) {
      const { message } = hasFailed(pod, job) ? judgeFailure(job.spec.podFailurePolicy, pod) : {}
      if (message !== undefined) return this.condition('FailureTarget', 'PodFailurePolicy', message)
    }
    if (failed > (job.spec.backoffLimit ?? 6) || restartedTooOften(job, pods))
      return this.condition('FailureTarget', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')
    if ((untilDeadline(job, job.status, this.now) ?? 1) <= 0)
      return this.condition('FailureTarget', 'DeadlineExceeded', 'Job was active longer than specified deadline')
    const { maxFailedIndexes, completions = 0 } = job.spec
    const lost = total(pass.failedIndexes)
    if (maxFailedIndexes !== undefined && lost > maxFailedIndexes)
      return this.condition('FailureTarget', 'MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
    if (lost > 0 && lost + total(pass.succeededIndexes) >= completions)
      return this.condition('FailureTarget', 'FailedIndexes', 'Job has failed indexes')
    const matched = isIndexed(job) ? judgeSuccess(job, pass.succeededIndexes) : null
    return matched === null ? null : this.condition('SuccessCriteriaMet', 'SuccessPolicy', matched)
  }

  private watchDeadline(): void {
    const left = this.end ? undefined : untilDeadline(this.job, this.status, this.now)
    if (left !== undefined) this.around.wakeAt(this.key, left)
  }

  private noteSuspension(): void {
    const suspended = isSuspended(this.job)
    const verb = suspended ? 'Suspended' : 'Resumed'
    const message = `Job ${verb.toLowerCase()}`
    const wished = jobCondition('Suspended', `Job${verb}`, message, this.now, suspended ? 'True' : 'False')
    const before = this.status.conditions ?? []
    const conditions = ensured(before, wished)
    if (conditions === before) return
    this.dirty = true
    this.around.events.event(this.job, { type: 'Normal', reason: verb, message })
    this.set({ conditions, startTime: suspended ? undefined : rfc3339(this.now) })
  }

  private condition(type: string, reason: string, message: string): Condition {
    return jobCondition(type, reason, message, this.now)
  }

  // ---- counting --------------------------------------------------------------------------------------------------------

  private *track(): Sync {
    const { job } = this
    const waiting = new Set(this.pods.filter((pod) => this.isToBeCounted(pod)).map(({ metadata }) => metadata.uid!))
    this.countThoseWithout(waiting)
    const { counted, full } = this.newlyCounted()
    if (isIndexed(job)) this.writeIndexes(counted)
    this.announceEnd()
    if (this.dirty) {
      yield* this.write()
      this.around.backoff.set(this.key, this.pass.record)
    }
    const { released, failure } =
      counted.length > 0 ? yield* releasePods(this.around, this.key, counted) : { released: new Set<string>(), failure: null }
    for (const uid of released) waiting.delete(uid)
    this.countThoseWithout(waiting)
    if (failure) {
      if (this.dirty) yield* this.write()
      throw failure
    }
    const ended = !full && this.finish()
    if (this.dirty) yield* this.write()
    if (ended) this.noteEnd()
  }

  private isToBeCounted(pod: Pod): boolean {
    return isTracked(pod) && !this.expectedGone.has(pod.metadata.uid!)
  }

  /** Uids whose Pods have no finalizer any more move from the list into the count. */
  private countThoseWithout(waiting: ReadonlySet<string>): void {
    const { succeeded: won, failed: lost } = this.uncounted
    const keptWon = won.filter((uid) => waiting.has(uid))
    const keptLost = lost.filter((uid) => waiting.has(uid))
    if (keptWon.length + keptLost.length === won.length + lost.length) return
    this.dirty = true
    this.uncounted.succeeded = keptWon
    this.uncounted.failed = keptLost
    this.set({
      succeeded: (this.status.succeeded ?? 0) + won.length - keptWon.length,
      failed: (this.status.failed ?? 0) + lost.length - keptLost.length,
    })
  }

  /** Pods whose finalizer may go now; those that count are put on the list. */
  private newlyCounted(): { readonly counted: readonly Pod[]; readonly full: boolean } {
    const { job } = this
    const { succeeded: won, failed: lost } = this.uncounted
    const counted: Pod[] = []
    const newWon: string[] = []
    const newLost: string[] = []
    let indexes = 0
    const failing = this.end !== null && this.end.type !== 'SuccessCriteriaMet'
    const ordered = isIndexed(job) ? [...this.pods].sort((a, b) => (indexOf(a, job) ?? -1) - (indexOf(b, job) ?? -1)) : this.pods
    for (const pod of ordered) {
      if (!this.isToBeCounted(pod) || !this.mayRelease(pod)) continue
      counted.push(pod)
      const uid = pod.metadata.uid!
      const index = indexOf(pod, job)
      if (pod.status.phase === 'Succeeded' && !lost.includes(uid)) {
        if (!isIndexed(job)) {
          if (!won.includes(uid)) newWon.push(uid)
        } else if (index !== undefined && !hasIndex(this.countedIndexes, index)) indexes++
      } else if (hasFailed(pod, job) || failing) {
        const fits = !lost.includes(uid) && (!isIndexed(job) || index !== undefined)
        if (fits && judgeFailure(job.spec.podFailurePolicy, pod).counts) newLost.push(uid)
      }
      if (indexes + won.length + newWon.length + lost.length + newLost.length >= MOST_UNCOUNTED) break
    }
    if (indexes + newWon.length + newLost.length > 0) this.dirty = true
    this.uncounted.succeeded = [...won, ...newWon]
    this.uncounted.failed = [...lost, ...newLost]
    return { counted, full: indexes + won.length + newWon.length + lost.length + newLost.length >= MOST_UNCOUNTED }
  }

  private mayRelease(pod: Pod): boolean {
    const { job } = this
    if (job.metadata.deletionTimestamp || this.end || pod.status.phase === 'Succeeded') return true
    if (!hasFailed(pod, job)) return false
    // The last of an index that failed stays: its annotations count the failures.
    return this.pass.lastFailed.get(indexOf(pod, job) ?? -1) !== pod
  }

  private writeIndexes(counted: readonly Pod[]): void {
    const { job, pass } = this
    const won = counted.flatMap((pod) => (pod.status.phase === 'Succeeded' ? (indexOf(pod, job) ?? []) : []))
    const indexes = withIndexes(pass.succeededIndexes, won)
    const completedIndexes = printIndexes(indexes)
    const failedIndexes = countsEachIndex(job) ? printIndexes(pass.failedIndexes) : undefined
    if (completedIndexes !== (this.status.completedIndexes ?? '') || failedIndexes !== this.status.failedIndexes) this.dirty = true
    this.set({ succeeded: total(indexes), completedIndexes, failedIndexes })
  }

  /** The Job is said to end before its Pods have; the last word is said when they have. */
  private announceEnd(): void {
    const { end } = this
    if (end?.type === 'FailureTarget') {
      this.addCondition(end)
      this.end = this.condition('Failed', end.reason!, end.message!)
    } else if (end?.type === 'SuccessCriteriaMet') {
      if (!conditionTrue(this.job, 'SuccessCriteriaMet')) this.addCondition(end)
      this.end = this.condition('Complete', end.reason!, end.message!)
    }
  }

  private addCondition(condition: Condition): void {
    this.dirty = true
    this.set({ conditions: [...(this.status.conditions ?? []), condition] })
  }

  private finish(): boolean {
    const { end } = this
    if (!end || this.uncounted.succeeded.length + this.uncounted.failed.length > 0 || this.terminating > 0) return false
    this.dirty = true
    const conditions = ensured(this.status.conditions ?? [], end)
    this.set({ conditions, ...(end.type === 'Complete' ? { completionTime: end.lastTransitionTime } : {}) })
    return true
  }

  private noteEnd(): void {
    const { events, finished } = this.around
    const { type, reason = '', message = '' } = this.end!
    finished.add(this.job.metadata.uid!)
    if (type !== 'Complete') return events.event(this.job, { type: 'Warning', reason, message })
    if ((this.status.succeeded ?? 0) > (this.job.spec.completions ?? Infinity))
      events.event(this.job, {
        type: 'Warning',
        reason: 'TooManySucceededPods',
        message: 'Too many succeeded pods running after completion count reached',
      })
    events.event(this.job, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
  }

  // ---- Pods and status -------------------------------------------------------------------------------------------------

  /** Pods that ended and stand neither in the count nor on the list. */
  private uncountedPods(listed: readonly string[], ended: (pod: Pod) => boolean): readonly Pod[] {
    return this.pods.filter(
      (pod) =>
        this.isToBeCounted(pod) &&
        !listed.includes(pod.metadata.uid!) &&
        (!isIndexed(this.job) || indexOf(pod, this.job) !== undefined) &&
        ended(pod),
    )
  }

  private lastFailed(active: readonly Pod[], succeededIndexes: Indexes, failedIndexes: Indexes): ReadonlyMap<number, Pod> {
    const { job } = this
    const running = new Set(active.map((pod) => indexOf(pod, job)))
    const last = new Map<number, Pod>()
    for (const pod of this.uncountedPods([], (p) => hasFailed(p, job))) {
      const index = indexOf(pod, job)!
      if (running.has(index) || hasIndex(succeededIndexes, index) || hasIndex(failedIndexes, index)) continue
      const known = last.get(index)
      const later = !known || (allIndexFailures(known) <= allIndexFailures(pod) && finishedAt(pod) >= finishedAt(known))
      if (later) last.set(index, pod)
    }
    return last
  }

  private set(fields: Partial<JobStatus>): void {
    this.status = { ...this.status, ...fields }
  }

  private *write(): Sync {
    const { failedIndexes, terminating, ready, ...others } = this.status
    const status = {
      ...sparse(others),
      ...(failedIndexes === undefined ? {} : { failedIndexes }),
      terminating,
      ready,
      uncountedTerminatedPods: sparse({ ...this.uncounted }),
    }
    const answer = yield* ask(replace(pathOf('jobs', this.job, 'status'), { ...this.job, status }))
    this.around.wrote('jobs', this.key, answer)
    if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    this.job = objectOf(answer)
    this.dirty = false
  }
}

const countsEachIndex = (job: Job): boolean => isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined
