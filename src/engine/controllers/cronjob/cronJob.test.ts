import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../../api/object'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { aTemplate, erase, eventsAbout, merge, pass, stored } from '../../testing/workloads'
import type { CronJob } from './types'

const CRON_JOBS = '/apis/batch/v1/namespaces/default/cronjobs'
const JOBS = '/apis/batch/v1/namespaces/default/jobs'
const MINUTE = 60_000

/** Every minute; virtual time begins at a whole one. */
function aClusterWith(spec: JsonObject, image = 'oneshot'): Cluster {
  const cluster = aWholeCluster(1)
  const template = { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image }] } }
  post(cluster, CRON_JOBS, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec },
  })
  return cluster
}

const tick = (cluster: Cluster) => stored<CronJob>(cluster, 'cronjobs')[0]!
const jobs = (cluster: Cluster) => stored(cluster, 'jobs')
const reasons = (cluster: Cluster) => eventsAbout(cluster, 'CronJob').map((said) => said.split(':')[0])

describe('CronJobs', () => {
  it('make a Job at each time, named by it, and keep as many finished ones as the limit says', () => {
    const cluster = aClusterWith({ successfulJobsHistoryLimit: 2 })
    pass(cluster, 3.5 * MINUTE)
    const { lastScheduleTime = '', lastSuccessfulTime = '', active } = tick(cluster).status
    const minutes = Date.parse(lastScheduleTime) / MINUTE
    expect(jobs(cluster).map(({ metadata }) => metadata.name)).toEqual([`tick-${minutes - 1}`, `tick-${minutes}`])
    expect(jobs(cluster)[1]!.metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': lastScheduleTime })
    expect([Date.parse(lastSuccessfulTime) > Date.parse(lastScheduleTime), active]).toEqual([true, undefined])
    expect(eventsAbout(cluster, 'CronJob')).toEqual([
      `SuccessfulCreate: Created job tick-${minutes - 2}`,
      `SawCompletedJob: Saw completed job: tick-${minutes - 2}, condition: Complete`,
      `SuccessfulCreate: Created job tick-${minutes - 1}`,
      `SawCompletedJob: Saw completed job: tick-${minutes - 1}, condition: Complete`,
      `SuccessfulCreate: Created job tick-${minutes}`,
      `SuccessfulDelete: Deleted job tick-${minutes - 2}`,
      `SawCompletedJob: Saw completed job: tick-${minutes}, condition: Complete`,
    ])
  })

  it('that forbid two at a time wait for the one that runs', () => {
    const cluster = aClusterWith({ concurrencyPolicy: 'Forbid' }, 'nginx')
    pass(cluster, 2.5 * MINUTE)
    expect([jobs(cluster).length, tick(cluster).status.active?.length]).toEqual([1, 1])
    expect(reasons(cluster)).toEqual(['SuccessfulCreate', 'JobAlreadyActive'])
  })

  it('that replace delete the one that runs', () => {
    const cluster = aClusterWith({ concurrencyPolicy: 'Replace' }, 'nginx')
    pass(cluster, 2.5 * MINUTE)
    expect([jobs(cluster).length, tick(cluster).status.active?.length]).toEqual([1, 1])
    expect(reasons(cluster)).toEqual(['SuccessfulCreate', 'SuccessfulDelete', 'SuccessfulCreate'])
  })

  it('that allow it have several at a time', () => {
    const cluster = aClusterWith({}, 'nginx')
    pass(cluster, 2.5 * MINUTE)
    expect(tick(cluster).status.active?.map(({ name }) => name)).toEqual(jobs(cluster).map(({ metadata }) => metadata.name))
    expect(jobs(cluster)).toHaveLength(2)
  })

  it('that are suspended make nothing; resumed, they make up for the latest time only, unless it is too late', () => {
    for (const [startingDeadlineSeconds, made] of [
      [undefined, 1],
      [5, 0],
    ] as const) {
      const cluster = aClusterWith({ suspend: true, ...(startingDeadlineSeconds ? { startingDeadlineSeconds } : {}) })
      pass(cluster, 3.5 * MINUTE)
      expect(jobs(cluster)).toEqual([])
      merge(cluster, `${CRON_JOBS}/tick`, { spec: { suspend: false } })
      pass(cluster, 10_000)
      expect(jobs(cluster)).toHaveLength(made)
    }
  })

  it('say when a Job that they made is deleted by somebody else', () => {
    const cluster = aClusterWith({}, 'nginx')
    pass(cluster, 1.1 * MINUTE)
    const { name = '' } = jobs(cluster)[0]!.metadata
    erase(cluster, `/apis/batch/v1/namespaces/default/jobs/${name}`, { propagationPolicy: 'Background' })
    pass(cluster, 5000)
    expect(eventsAbout(cluster, 'CronJob').at(-1)).toBe(`MissingJob: Active job went missing: ${name}`)
    expect(tick(cluster).status.active).toBeUndefined()
  })

  it('whose schedule never comes say so', () => {
    const cluster = aClusterWith({ schedule: '0 0 31 2 *' })
    const said = `InvalidSchedule: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second`
    pass(cluster, 1000)
    expect(eventsAbout(cluster, 'CronJob')).toEqual([said])
    merge(cluster, `${CRON_JOBS}/tick`, { spec: { schedule: '0 0 30 2 *' } })
    pass(cluster, 1000)
    expect(eventsAbout(cluster, 'CronJob').at(-1)).toBe(said.replace('31', '30'))
  })

  it('leave Jobs alone that one of the same name left', () => {
    const cluster = aClusterWith({}, 'nginx')
    pass(cluster, 1.1 * MINUTE)
    const [{ metadata }] = jobs(cluster) as [ApiObject]
    merge(cluster, `${JOBS}/${metadata.name!}`, { metadata: { finalizers: ['example.com/wait'] } })
    erase(cluster, `${CRON_JOBS}/tick`, { propagationPolicy: 'Background' })
    pass(cluster, 5000)
    const spec = { schedule: '0 0 1 1 *', jobTemplate: { spec: { template: aTemplate({ app: 'tick' }, { restartPolicy: 'Never' }) } } }
    post(cluster, CRON_JOBS, { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick' }, spec })
    pass(cluster, 5000)
    expect(jobs(cluster)).toHaveLength(1)
    expect(reasons(cluster)).toEqual(['SuccessfulCreate'])
    expect(tick(cluster).status).toEqual({})
  })

  it('take a Job for theirs by kind, name and uid', () => {
    const cluster = aClusterWith({ schedule: '0 0 1 1 *', successfulJobsHistoryLimit: 0 })
    const { name, uid } = tick(cluster).metadata as { name: string; uid: string }
    const template = aTemplate({ app: 'tick' }, { restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot' }] })
    const owned = (job: string, kind: string) => {
      const ownerReferences = [{ apiVersion: 'batch/v1', kind, name, uid, controller: true }]
      post(cluster, JOBS, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: job, ownerReferences }, spec: { template } })
    }
    owned('a', 'CronJob')
    owned('b', 'Ticker')
    pass(cluster, 20_000)
    expect(eventsAbout(cluster, 'CronJob')).toEqual([
      'UnexpectedJob: Saw a job that the controller did not create or forgot: a',
      'SuccessfulDelete: Deleted job a',
    ])
  })

  it('wait for a change where somebody else has made their Job', () => {
    const cluster = aClusterWith({})
    const minutes = Math.floor(Date.parse(tick(cluster).metadata.creationTimestamp!) / MINUTE)
    const template = aTemplate({ app: 'mine' }, { restartPolicy: 'Never' })
    const mine = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: `tick-${minutes + 1}` }, spec: { suspend: true, template } }
    post(cluster, JOBS, mine)
    pass(cluster, 3.5 * MINUTE)
    expect(jobs(cluster)).toHaveLength(1)
    merge(cluster, `${CRON_JOBS}/tick`, { metadata: { labels: { touched: 'yes' } } })
    pass(cluster, 5000)
    expect(jobs(cluster)).toHaveLength(2)
  })

  it('a cluster with nothing but a schedule is at rest', () => {
    const cluster = aClusterWith({})
    const before = cluster.now
    cluster.run()
    expect(cluster.now - before).toBeLessThan(MINUTE / 2)
  })
})
