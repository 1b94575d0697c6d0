// One look at one Job: decides whether it has ended, makes or deletes Pods, counts those that ended, and writes the status.
// Leaves out: nothing of what the API shows; Workloads and PodGroups are alpha.
// Upstream: kubernetes pkg/controller/job/job_controller.go (syncJob, trackJobStatusAndRemoveFinalizers)

import type { Pod } from '../../api/kinds/pod/types'
import { rfc3339 } from '../../api/scalars/time'
import { GiveUp, type Sync } from '../../client/sync'
import { isReady, isTerminating } from '../podFacts'
import type { Condition } from '../workloads'
import { countIndexes, countReleased, listEnded } from './countPods'
import { isToBeCounted, passOf, type JobPass, type JobSurroundings } from './jobPass'
import { ensured, jobCondition, untilDeadline } from './jobStatus'
import { JobStatusDraft } from './jobStatusDraft'
import { endActive, manageJob, releasePods, type Managed } from './manageJob'
import { reasonToEnd } from './reasonToEnd'
import { conditionTrue, isIndexed, isSuspended, type Job } from './types'

export class JobSync {
  private readonly pass: JobPass
  private readonly draft: JobStatusDraft
  /** What the Job ends with, if it does: first the condition that says so ahead, then the last word. */
  private end: Condition | null
  private terminating: number

  constructor(
    private readonly around: JobSurroundings,
    private readonly key: string,
    job: Job,
    pods: readonly Pod[],
  ) {
    this.draft = new JobStatusDraft(around, key, job)
    this.terminating = pods.filter(isTerminating).length
    this.pass = passOf(around, key, job, pods)
    this.end = reasonToEnd(this.pass, this.startTime, this.now)
  }

  /** A Job that is looked at for the first time begins now. */
  private get startTime(): string | undefined {
    const { job } = this.pass
    return job.status.startTime ?? (isSuspended(job) ? undefined : rfc3339(this.now))
  }

  /** `satisfied`: the cache shows all that was made and deleted before. */
  *run(satisfied: boolean): Sync {
    const { pass, around, draft } = this
    const { job } = pass
    if (this.startTime !== undefined) draft.set({ startTime: this.startTime })
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
    const { status: before } = draft
    if (counts.active !== (before.active ?? 0) || ready !== before.ready || counts.terminating !== before.terminating) draft.change(counts)
    else draft.set(counts)
    yield* this.track()
    if (managed.failure !== undefined) throw new GiveUp(managed.failure)
  }

  private get now(): number {
    return this.around.io.epochNow
  }

  private watchDeadline(): void {
    const left = this.end ? undefined : untilDeadline(this.pass.job, this.draft.status, this.now)
    if (left !== undefined) this.around.wakeAt(this.key, left)
  }

  private noteSuspension(): void {
    const { draft, around } = this
    const { job } = this.pass
    const suspended = isSuspended(job)
    const verb = suspended ? 'Suspended' : 'Resumed'
    const message = `Job ${verb.toLowerCase()}`
    const wished = jobCondition('Suspended', `Job${verb}`, message, this.now, suspended ? 'True' : 'False')
    const before = draft.status.conditions ?? []
    const conditions = ensured(before, wished)
    if (conditions === before) return
    around.events.event(job, { type: 'Normal', reason: verb, message })
    draft.change({ conditions, startTime: suspended ? undefined : rfc3339(this.now) })
  }

  private condition(type: string, reason: string, message: string): Condition {
    return jobCondition(type, reason, message, this.now)
  }

  private *track(): Sync {
    const { around, pass, draft } = this
    const waiting = new Set(pass.pods.filter((pod) => isToBeCounted(pod, pass.expectedGone)).map(({ metadata }) => metadata.uid!))
    countReleased(draft, waiting)
    const ended = listEnded(pass, draft, this.end)
    if (isIndexed(pass.job)) countIndexes(pass, draft, ended.pods)
    this.announceEnd()
    if (draft.dirty) {
      yield* draft.write()
      around.backoff.set(this.key, pass.record)
    }
    if (ended.pods.length > 0) {
      const { released, failure } = yield* releasePods(around, this.key, ended.pods)
      for (const uid of released) waiting.delete(uid)
      countReleased(draft, waiting)
      if (failure) {
        if (draft.dirty) yield* draft.write()
        throw failure
      }
    }
    const hasEnded = !ended.full && this.finish()
    if (draft.dirty) yield* draft.write()
    if (hasEnded) this.noteEnd()
  }

  /** The Job is said to end before its Pods have; the last word is said when they have. */
  private announceEnd(): void {
    const { end, draft } = this
    if (end?.type === 'FailureTarget') {
      draft.addCondition(end)
      this.end = this.condition('Failed', end.reason!, end.message!)
    } else if (end?.type === 'SuccessCriteriaMet') {
      if (!conditionTrue(this.pass.job, 'SuccessCriteriaMet')) draft.addCondition(end)
      this.end = this.condition('Complete', end.reason!, end.message!)
    }
  }

  private finish(): boolean {
    const { end, draft } = this
    if (!end || draft.uncounted.succeeded.length + draft.uncounted.failed.length > 0 || this.terminating > 0) return false
    const conditions = ensured(draft.status.conditions ?? [], end)
    draft.change({ conditions, ...(end.type === 'Complete' ? { completionTime: end.lastTransitionTime } : {}) })
    return true
  }

  private noteEnd(): void {
    const { events, finished } = this.around
    const { job, status } = this.draft
    const { type, reason = '', message = '' } = this.end!
    finished.add(job.metadata.uid!)
    if (type !== 'Complete') return events.event(job, { type: 'Warning', reason, message })
    if ((status.succeeded ?? 0) > (job.spec.completions ?? Infinity))
      events.event(job, {
        type: 'Warning',
        reason: 'TooManySucceededPods',
        message: 'Too many succeeded pods running after completion count reached',
      })
    events.event(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
  }
}
