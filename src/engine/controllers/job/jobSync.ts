// One look at one Job: counts the Pods that ended, decides whether the Job has, makes or deletes Pods, and writes the status.
// A Pod that ended is counted in three steps, so that no crash counts it twice or never: its uid goes into the status, its finalizer goes,
// its uid leaves the status for the count.
// Leaves out: nothing of what the API shows; Workloads and PodGroups are alpha.
// Upstream: kubernetes pkg/controller/job/job_controller.go (syncJob, trackJobStatusAndRemoveFinalizers)

import type { Pod } from '../../api/kinds/pod/types'
import { rfc3339 } from '../../api/scalars/time'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, GiveUp, type Sync } from '../../client/sync'
import { isReady, isTerminating } from '../podFacts'
import { pathOf } from '../resources'
import { sparse, type Condition } from '../workloads'
import { hasIndex, printIndexes, total, withIndexes } from './completionIndexes'
import { hasFailed, indexOf } from './jobPods'
import { countsEachIndex, isToBeCounted, passOf, type JobPass, type JobSurroundings } from './jobPass'
import { ensured, jobCondition, untilDeadline } from './jobStatus'
import { endActive, manageJob, releasePods, type Managed } from './manageJob'
import { judgeFailure } from './policies'
import { reasonToEnd } from './reasonToEnd'
import { conditionTrue, isIndexed, isSuspended, type Job, type JobStatus } from './types'

/** So many uids at most stand in the status at a time. */
const MOST_UNCOUNTED = 500

export class JobSync {
  private readonly pass: JobPass
  /** Uids of Pods that have ended and are not in the counts yet. */
  private readonly uncounted: { succeeded: readonly string[]; failed: readonly string[] }
  private status: JobStatus
  private end: Condition | null
  private terminating: number
  /** Whether the status has something that was not written. */
  private dirty = false

  constructor(
    private readonly around: JobSurroundings,
    private readonly key: string,
    /** The revision that the next write goes to. */
    private job: Job,
    private readonly pods: readonly Pod[],
  ) {
    const { succeeded = [], failed = [] } = job.status.uncountedTerminatedPods ?? {}
    this.status = job.status
    this.uncounted = { succeeded, failed }
    this.terminating = pods.filter(isTerminating).length
    this.pass = passOf(around, key, job, pods)
    this.end = reasonToEnd(this.pass, this.now)
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

  // ---- its life ---------------------------------------------------------------------------------------------------------

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
    const waiting = new Set(this.pods.filter((pod) => isToBeCounted(pod, this.pass.expectedGone)).map(({ metadata }) => metadata.uid!))
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
    const { expectedGone, countedIndexes } = this.pass
    const { succeeded: won, failed: lost } = this.uncounted
    const counted: Pod[] = []
    const newWon: string[] = []
    const newLost: string[] = []
    let indexes = 0
    const failing = this.end !== null && this.end.type !== 'SuccessCriteriaMet'
    const ordered = isIndexed(job) ? [...this.pods].sort((a, b) => (indexOf(a, job) ?? -1) - (indexOf(b, job) ?? -1)) : this.pods
    for (const pod of ordered) {
      if (!isToBeCounted(pod, expectedGone) || !this.mayRelease(pod)) continue
      counted.push(pod)
      const uid = pod.metadata.uid!
      const index = indexOf(pod, job)
      if (pod.status.phase === 'Succeeded' && !lost.includes(uid)) {
        if (!isIndexed(job)) {
          if (!won.includes(uid)) newWon.push(uid)
        } else if (index !== undefined && !hasIndex(countedIndexes, index)) indexes++
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

  // ---- the status --------------------------------------------------------------------------------------------------------

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
