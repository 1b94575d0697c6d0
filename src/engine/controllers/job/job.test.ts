import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { allowOnly, erase, eventsAbout, merge, pass, podsOf, stored } from '../../testing/workloads'
import type { Job } from './types'

const JOBS = '/apis/batch/v1/namespaces/default/jobs'
const ONCE = `${JOBS}/once`

/** Images: `oneshot` ends well after a second, `crash` badly, others run on. */
function startJob(cluster: Cluster, image: string, spec: JsonObject = {}, podSpec: JsonObject = {}): void {
  const containers = [{ name: 'web', image }]
  post(cluster, JOBS, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: { template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers, ...podSpec } }, ...spec },
  })
}

function aClusterWith(image: string, spec: JsonObject = {}, podSpec: JsonObject = {}): Cluster {
  const cluster = aWholeCluster(2)
  startJob(cluster, image, spec, podSpec)
  cluster.run()
  return cluster
}

const once = (cluster: Cluster) => stored<Job>(cluster, 'jobs')[0]!
const conditions = (cluster: Cluster) =>
  (once(cluster).status.conditions ?? []).map(({ type, reason, status }) => `${type}=${status} ${reason!}`)
const indexed = (completions: number, parallelism = completions): JsonObject => ({ completionMode: 'Indexed', completions, parallelism })
const LABEL = 'batch.kubernetes.io/job-completion-index'

describe('Jobs', () => {
  it('with indexes name a Pod for each, and write down which are done', () => {
    const cluster = aClusterWith('oneshot', indexed(3, 2))
    const pods = podsOf(cluster)
    expect(pods.map(({ metadata }) => metadata.labels![LABEL])).toEqual(['0', '1', '2'])
    expect(pods.map(({ metadata, spec }) => [/^once-\d-/.test(metadata.name!), spec.hostname])).toEqual(
      ['once-0', 'once-1', 'once-2'].map((n) => [true, n]),
    )
    expect(pods[1]!.spec.containers[0]!.env).toEqual([
      { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${LABEL}']` } } },
    ])
    expect(once(cluster).status).toMatchObject({ succeeded: 3, completedIndexes: '0-2', uncountedTerminatedPods: {} })
    expect(pods.every(({ metadata }) => !metadata.finalizers)).toBe(true)
  })

  it('whose deadline is over when they begin fail without a Pod', () => {
    const cluster = aClusterWith('oneshot', { activeDeadlineSeconds: 0 })
    expect(conditions(cluster)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded'])
    expect([podsOf(cluster).length, eventsAbout(cluster, 'Job')]).toEqual([
      0,
      ['DeadlineExceeded: Job was active longer than specified deadline'],
    ])
  })

  it('that are over let go of what somebody keeps for them, once at each change and not again where that is refused', () => {
    const cluster = aClusterWith('oneshot')
    const path = `/api/v1/namespaces/default/pods/${podsOf(cluster)[0]!.metadata.name!}`
    merge(cluster, path, { metadata: { finalizers: ['batch.kubernetes.io/job-tracking'] } })
    allowOnly(cluster, { apiGroups: [''], operations: ['UPDATE'], resources: ['pods'] }, 'false')
    merge(cluster, ONCE, { metadata: { labels: { touched: 'yes' } } })
    pass(cluster, 30_000)
    const tries = [...cluster.trace.allRequests()].filter(({ http, response }) => http.path === path && response?.status === 422)
    expect(tries).toHaveLength(1)
  })

  it('that are suspended have no Pods until they are resumed', () => {
    const cluster = aClusterWith('oneshot', { suspend: true })
    expect([podsOf(cluster).length, once(cluster).status.startTime, conditions(cluster)]).toEqual([
      0,
      undefined,
      ['Suspended=True JobSuspended'],
    ])
    merge(cluster, ONCE, { spec: { suspend: false } })
    cluster.run()
    expect(conditions(cluster)).toEqual([
      'Suspended=False JobResumed',
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ])
    expect(eventsAbout(cluster, 'Job').map((said) => said.split(':')[0])).toEqual(['Suspended', 'SuccessfulCreate', 'Resumed', 'Completed'])
  })

  it('that are suspended in the middle delete what runs, which does not count as failed', () => {
    const cluster = aClusterWith('nginx', { completions: 2, parallelism: 2 })
    merge(cluster, ONCE, { spec: { suspend: true } })
    cluster.run()
    expect(podsOf(cluster)).toEqual([])
    expect(once(cluster).status).toMatchObject({ ready: 0, terminating: 0 })
    expect(once(cluster).status.failed).toBeUndefined()
  })

  it('wait ten seconds after a failure, then twenty, and give up beyond the limit', () => {
    const cluster = aClusterWith('crash', { backoffLimit: 2 })
    const born = podsOf(cluster)
      .map(({ metadata }) => Date.parse(metadata.creationTimestamp!) / 1000)
      .sort((a, b) => a - b)
    expect(born).toHaveLength(3)
    expect(born[1]! - born[0]!).toBeGreaterThanOrEqual(10)
    expect(born[2]! - born[1]!).toBeGreaterThanOrEqual(20)
    expect(conditions(cluster)).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded'])
  })

  it('fail at once where the failure policy says so, naming rule and container', () => {
    const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] }
    const cluster = aClusterWith('crash', { podFailurePolicy })
    const [pod] = podsOf(cluster)
    expect(podsOf(cluster)).toHaveLength(1)
    expect(once(cluster).status.conditions![1]!.message).toBe(
      `Container web for pod default/${pod!.metadata.name!} failed with exit code 1 matching FailJob rule at index 0`,
    )
  })

  it('do not count failures that the policy ignores', () => {
    const podFailurePolicy = { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] }
    const cluster = aWholeCluster(2)
    startJob(cluster, 'crash', { backoffLimit: 0, podFailurePolicy })
    pass(cluster, 60_000)
    expect(once(cluster).status.failed).toBeUndefined()
    expect(conditions(cluster)).toEqual([])
    expect(podsOf(cluster).length).toBeGreaterThan(1)
  })

  it('with a limit for each index let the others go on, and fail when all are through', () => {
    const cluster = aClusterWith('crash', { ...indexed(2), backoffLimitPerIndex: 1 })
    expect(podsOf(cluster)).toHaveLength(4)
    expect(once(cluster).status).toMatchObject({ failed: 4, failedIndexes: '0,1' })
    expect(conditions(cluster)).toEqual(['FailureTarget=True FailedIndexes', 'Failed=True FailedIndexes'])
    expect(podsOf(cluster).map(({ metadata }) => metadata.annotations!['batch.kubernetes.io/job-index-failure-count'])).toEqual(
      expect.arrayContaining(['0', '1', '0', '1']),
    )
  })

  it('end as soon as their success policy is met, and delete what still runs', () => {
    const cluster = aClusterWith('nginx', { ...indexed(2), successPolicy: { rules: [{ succeededIndexes: '0' }] } })
    const leader = podsOf(cluster).find(({ metadata }) => metadata.labels![LABEL] === '0')!
    merge(cluster, `/api/v1/namespaces/default/pods/${leader.metadata.name!}/status`, { status: { phase: 'Succeeded' } })
    cluster.run()
    expect(conditions(cluster)).toEqual(['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy'])
    expect(once(cluster).status).toMatchObject({ succeeded: 1, completedIndexes: '0' })
    expect(podsOf(cluster).filter(({ status }) => status.phase === 'Running')).toEqual([])
  })

  it('end at their deadline', () => {
    const cluster = aWholeCluster(1)
    startJob(cluster, 'nginx', { activeDeadlineSeconds: 5 })
    pass(cluster, 12_000)
    expect(conditions(cluster)).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded'])
    expect(podsOf(cluster)).toEqual([])
    expect(eventsAbout(cluster, 'Job')).toContain('DeadlineExceeded: Job was active longer than specified deadline')
  })

  it('follow a change of parallelism both ways', () => {
    const cluster = aClusterWith('nginx', { completions: 6, parallelism: 2 })
    for (const parallelism of [4, 1]) {
      merge(cluster, ONCE, { spec: { parallelism } })
      cluster.run()
      expect(podsOf(cluster)).toHaveLength(parallelism)
    }
    expect(once(cluster).status).toMatchObject({ active: 1, ready: 1, terminating: 0 })
  })

  it('leave no Pod held by a finalizer when they are deleted, whether their Pods go or stay', () => {
    for (const propagationPolicy of ['Background', 'Foreground', 'Orphan']) {
      const cluster = aClusterWith('nginx', { completions: 2, parallelism: 2 })
      erase(cluster, ONCE, { propagationPolicy })
      cluster.run()
      expect(stored(cluster, 'jobs')).toEqual([])
      expect(podsOf(cluster).map(({ metadata }) => metadata.finalizers)).toEqual(
        propagationPolicy === 'Orphan' ? [undefined, undefined] : [],
      )
    }
  })

  it('are left alone where another controller is named', () => {
    const cluster = aClusterWith('oneshot', { managedBy: 'example.com/queue' })
    expect(podsOf(cluster)).toEqual([])
    expect(once(cluster).status).toEqual({})
  })

  it('are deleted with their Pods some time after their end', () => {
    const cluster = aWholeCluster(1)
    startJob(cluster, 'oneshot', { ttlSecondsAfterFinished: 30 })
    pass(cluster, 20_000)
    expect(conditions(cluster)).toContain('Complete=True CompletionsReached')
    pass(cluster, 40_000)
    expect([stored(cluster, 'jobs'), podsOf(cluster)]).toEqual([[], []])
  })
})
