// One look at one CronJob: what its Jobs came to, which of the finished ones go, and whether it is time for the next.
// Upstream: kubernetes pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob, cleanupFinishedJobs)

import type { ObjectReference } from '../../api/object'
import { parseSchedule } from '../../api/kinds/cronjob/schedule'
import { rfc3339In } from '../../api/kinds/cronjob/timeZone'
import { parseTime, rfc3339 } from '../../api/scalars/time'
import type { JsonObject } from '../../base/json'
import type { PartIo } from '../../base/part'
import type { EventRecorder } from '../../client/eventRecorder'
import { messageOf, namespaceGoes, objectOf, reasonOf, succeeded } from '../../client/answers'
import { create, read, remove, replace } from '../../client/requests'
import { ask, demand, GiveUp, type Sync } from '../../client/sync'
import { noteGap } from '../gap'
import { conditionTrue, finishedAs, type Job } from '../job/types'
import { controllerOf, ownerReference } from '../ownership'
import { pathIn, pathOf } from '../resources'
import { sparse } from '../workloads'
import { dueTime, untilNext, zoneOf } from './missedTimes'
import type { CronJob, CronJobStatus } from './types'

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

export class CronJobSync {
  private changed = false
  /** One moment for the whole look. */
  private readonly now: number

  constructor(
    private readonly io: PartIo,
    private readonly events: EventRecorder,
    private cronJob: CronJob,
    private readonly jobs: readonly Job[],
  ) {
    this.now = io.epochNow
  }

  /** Milliseconds until the next look; null when only a change is a reason for one. */
  *run(): Sync<number | null> {
    let next: number | null = null
    let failure: GiveUp | null = null
    yield* this.forgetFinished()
    try {
      yield* this.noteEnded()
      yield* this.noteMissing()
      next = yield* this.schedule()
    } catch (error) {
      if (!(error instanceof GiveUp)) throw error
      failure = error
    }
    if (this.changed) {
      const { status } = this.cronJob
      yield* demand(replace(pathOf('cronJobs', this.cronJob, 'status'), { ...this.cronJob, status: sparse(status) }))
    }
    if (failure) throw failure
    return next
  }

  // ---- Jobs that were made ---------------------------------------------------------------------------------------------

  /** Finished ones beyond the limits go, the oldest first. */
  private *forgetFinished(): Sync {
    const { successfulJobsHistoryLimit: won, failedJobsHistoryLimit: lost } = this.cronJob.spec
    for (const [limit, type] of [[won, 'Complete'] as const, [lost, 'Failed'] as const]) {
      if (limit === undefined) continue
      const finished = this.jobs.filter((job) => finishedAs(job)?.type === type).sort(byStart)
      for (const job of finished.slice(0, Math.max(0, finished.length - limit))) yield* this.deleteJob(job)
    }
  }

  private *noteEnded(): Sync {
    for (const job of this.jobs) {
      const { name = '', uid } = job.metadata
      const active = this.isActive(uid)
      const end = finishedAs(job)
      if (!end) {
        if (active) continue
        const fresh = yield* demand<CronJob>(read(pathOf('cronJobs', this.cronJob)))
        if (fresh.status.active?.some((reference) => reference.uid === uid)) this.cronJob = fresh
        else this.say('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`)
        continue
      }
      if (active) {
        this.dropActive(uid)
        this.say('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end.type}`)
      }
      const { completionTime } = job.status
      const { lastSuccessfulTime } = this.cronJob.status
      if (!conditionTrue(job, 'Complete') || completionTime === undefined) continue
      if (lastSuccessfulTime === undefined || parseTime(completionTime) > parseTime(lastSuccessfulTime))
        this.set({ lastSuccessfulTime: completionTime })
    }
  }

  private *noteMissing(): Sync {
    for (const { namespace, name = '', uid } of this.cronJob.status.active ?? []) {
      if (this.jobs.some(({ metadata }) => metadata.uid === uid)) continue
      const answer = yield* ask(read(pathIn('jobs', namespace!, name)))
      if (answer.status === 404) {
        this.say('Normal', 'MissingJob', `Active job went missing: ${name}`)
        this.dropActive(uid)
      } else if (!succeeded(answer)) throw new GiveUp(messageOf(answer))
    }
  }

  // ---- the next Job ----------------------------------------------------------------------------------------------------

  private *schedule(): Sync<number | null> {
    const { metadata, spec } = this.cronJob
    if (metadata.deletionTimestamp || spec.suspend) return null
    const schedule = parseSchedule(spec.schedule)
    if ('error' in schedule) {
      this.say('Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${schedule.error}`)
      return null
    }
    const { at, tooMany, error } = dueTime(this.cronJob, schedule, this.now)
    if (error !== undefined) {
      this.say('Warning', 'InvalidSchedule', `invalid schedule: ${spec.schedule} : ${error}`)
      return null
    }
    if (tooMany) {
      const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
      this.say('Warning', 'TooManyMissedTimes', message)
    }
    // Where somebody else made the Job, upstream forgets to look at the next time.
    if (at !== null && this.mayStart(at) && !(yield* this.startJob(at))) return null
    return untilNext(this.cronJob, schedule, this.now)
  }

  private mayStart(at: number): boolean {
    const { spec, status } = this.cronJob
    const { startingDeadlineSeconds: deadline } = spec
    if (deadline !== undefined && at + Number(deadline) * 1000 < this.now) {
      const time = new Date(at).toUTCString().replace('GMT', '+0000')
      this.say('Warning', 'MissSchedule', `Missed scheduled time to start a job: ${time}`)
      return false
    }
    if (status.active?.some(({ name }) => name === this.nameAt(at)) || status.lastScheduleTime === rfc3339(at)) return false
    if (spec.concurrencyPolicy !== 'Forbid' || !status.active?.length) return true
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    this.say('Normal', 'JobAlreadyActive', message)
    return false
  }

  /** False: it is there and not ours, or was told of already. */
  private *startJob(at: number): Sync<boolean> {
    if (this.cronJob.spec.concurrencyPolicy === 'Replace') yield* this.endActive()
    const namespace = this.cronJob.metadata.namespace!
    noteGap(this.io, 'cronjob-controller', this.cronJob, { of: 'Job', wanted: 1, there: 0 })
    const answer = yield* ask(create(pathIn('jobs', namespace), this.jobAt(at)))
    let job = objectOf<Job>(answer)
    if (reasonOf(answer) === 'AlreadyExists') {
      job = yield* demand<Job>(read(pathIn('jobs', namespace, this.nameAt(at))))
      if (controllerOf(job)?.uid !== this.cronJob.metadata.uid || this.isActive(job.metadata.uid)) return false
    } else if (!succeeded(answer)) {
      if (!namespaceGoes(answer)) this.say('Warning', 'FailedCreate', `Error creating job: ${messageOf(answer)}`)
      throw new GiveUp(messageOf(answer))
    } else this.say('Normal', 'SuccessfulCreate', `Created job ${job.metadata.name ?? ''}`)
    this.set({ active: [...(this.cronJob.status.active ?? []), referenceTo(job)], lastScheduleTime: rfc3339(at) })
    return true
  }

  private *endActive(): Sync {
    for (const { namespace, name = '' } of this.cronJob.status.active ?? []) {
      const answer = yield* ask(read(pathIn('jobs', namespace!, name)))
      if (!succeeded(answer)) {
        this.say('Warning', 'FailedGet', `Get job: ${messageOf(answer)}`)
        throw new GiveUp(messageOf(answer))
      }
      if (!(yield* this.deleteJob(objectOf<Job>(answer)))) throw new GiveUp(`could not replace job ${namespace ?? ''}/${name}`)
    }
  }

  private nameAt(at: number): string {
    return `${this.cronJob.metadata.name!}-${String(Math.floor(at / 60_000))}`
  }

  private jobAt(at: number): JsonObject {
    const { jobTemplate, timeZone } = this.cronJob.spec
    const { metadata, spec } = jobTemplate
    return {
      kind: 'Job',
      apiVersion: 'batch/v1',
      metadata: {
        name: this.nameAt(at),
        creationTimestamp: rfc3339(at),
        ...sparse({ labels: metadata?.labels }),
        annotations: { ...metadata?.annotations, [SCHEDULED]: rfc3339In(zoneOf(timeZone), at) },
        ownerReferences: [ownerReference(this.cronJob)],
      },
      spec,
      status: {},
    }
  }

  private *deleteJob(job: Job): Sync<boolean> {
    const answer = yield* ask(remove(pathOf('jobs', job), { propagationPolicy: 'Background' }))
    if (!succeeded(answer)) {
      this.say('Warning', 'FailedDelete', `Deleted job: ${messageOf(answer)}`)
      return false
    }
    this.dropActive(job.metadata.uid)
    this.say('Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name ?? ''}`)
    return true
  }

  private isActive(uid: string | undefined): boolean {
    return this.cronJob.status.active?.some((reference) => reference.uid === uid) ?? false
  }

  private dropActive(uid: string | undefined): void {
    this.set({ active: this.cronJob.status.active?.filter((reference) => reference.uid !== uid) ?? [] })
  }

  private set(fields: Partial<CronJobStatus>): void {
    this.changed = true
    this.cronJob = { ...this.cronJob, status: { ...this.cronJob.status, ...fields } }
  }

  private say(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.events.event(this.cronJob, { type, reason, message })
  }
}

function referenceTo({ kind, apiVersion, metadata: { namespace, name, uid, resourceVersion } }: Job): ObjectReference {
  return { kind, namespace, name, uid, apiVersion, resourceVersion }
}

/** Those that never started come last. */
function byStart(a: Job, b: Job): number {
  const start = ({ status }: Job) => status.startTime ?? '~'
  const [x, y] = start(a) === start(b) ? [a.metadata.name!, b.metadata.name!] : [start(a), start(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
