import { describe, it, expect } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { JsonObject } from '../base/json'
import type { Cluster } from '../cluster/types'
import { get, post, watch } from '../testing/ask'
import { admin, aPod, aWholeCluster, PODS } from '../testing/builders'

const SECOND = 1000
const pass = (cluster: Cluster, time: number) => void cluster.run({ for: time, throughIdle: true })
const onExit = (action: string, ...values: number[]): JsonObject => ({ action, exitCodes: { operator: 'In', values } })

function living(spec: JsonObject, time: number): Cluster {
  const cluster = aWholeCluster(1)
  post(cluster, PODS, aPod('web', spec))
  pass(cluster, time)
  return cluster
}

function pod(cluster: Cluster): Pod {
  const response = get(cluster, `${PODS}/web`)
  return ('body' in response ? response.body : null) as unknown as Pod
}

const restarting = ({ status }: Pod) => status.conditions?.find((c) => c.type === 'AllContainersRestarting')

describe('the restart rules of a container', () => {
  it('start it anew by its exit code, whatever the policies say', () => {
    const rules = { restartPolicy: 'Never', restartPolicyRules: [onExit('Restart', 1)] }
    const cluster = living({ restartPolicy: 'Never', containers: [{ name: 'web', image: 'crash', ...rules }] }, 4 * SECOND)
    expect(pod(cluster).status.containerStatuses![0]!.restartCount).toBe(1)
    expect(pod(cluster).status.phase).toBe('Running')
    expect(restarting(pod(cluster))).toBeUndefined()
  })

  it('do not start an init container anew that has done its work', () => {
    const rules = { restartPolicy: 'Never', restartPolicyRules: [onExit('Restart', 0)] }
    const initContainers = [{ name: 'init', image: 'oneshot', ...rules }]
    const cluster = living({ initContainers, containers: [{ name: 'web', image: 'nginx' }] }, 5 * SECOND)
    expect(pod(cluster).status.phase).toBe('Running')
  })

  it('start all containers anew, the first init container first, in the sandbox that is there', () => {
    const rules = { restartPolicy: 'Never', restartPolicyRules: [onExit('RestartAllContainers', 1)] }
    const cluster = aWholeCluster(1)
    const seen = watch(cluster, admin, `${PODS}?watch=true`)
    post(
      cluster,
      PODS,
      aPod('web', {
        restartPolicy: 'Never',
        initContainers: [{ name: 'init', image: 'oneshot' }],
        containers: [
          { name: 'trigger', image: 'crash', ...rules },
          { name: 'web', image: 'nginx' },
        ],
      }),
    )
    const restarts = () => pod(cluster).status.containerStatuses?.map((s) => s.restartCount) ?? []
    pass(cluster, 15 * SECOND)
    const told = (seen as unknown as { object: Pod }[]).map(({ object }) => object)
    const began = told.find((p) => restarting(p)?.status === 'True')!
    expect(restarting(began)).toMatchObject({
      reason: 'RestartAllContainersStarted',
      message: 'container exited with restart policy rule',
    })
    expect(began.status.phase).toBe('Running')
    const again = told.slice(told.indexOf(began)).find((p) => restarting(p)?.status === 'False')!
    expect(again.status.phase).toBe('Running')
    expect(again.status.conditions).toContainEqual(expect.objectContaining({ type: 'Initialized', status: 'True' }))
    const { initContainerStatuses = [], containerStatuses = [] } = again.status
    for (const status of [...initContainerStatuses, ...containerStatuses]) {
      expect(status.restartCount).toBe(1)
      expect(status.state?.waiting).toEqual({
        reason: 'RestartingAllContainers',
        message: 'The container is removed because RestartAllContainers in place',
      })
      expect(status.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'RestartingAllContainers' })
    }
    const next = told.slice(told.indexOf(again)).find((p) => p.status.initContainerStatuses![0]!.state?.running)!
    expect(next.status.phase).toBe('Pending')
    expect(next.status.containerStatuses![1]!.state).toEqual({ waiting: { reason: 'PodInitializing' } })
    expect(pod(cluster).status.podIP).toBe(began.status.podIP)
    expect(Math.min(...restarts())).toBeGreaterThan(0)
    expect(told.every((p) => !['Failed', 'Succeeded'].includes(p.status.phase ?? ''))).toBe(true)
  })
})
