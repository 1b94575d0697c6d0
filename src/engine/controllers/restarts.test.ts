import { describe, expect, it } from 'vitest'
import { createRng } from '../base/rng'
import { post } from '../testing/ask'
import { aWholeCluster } from '../testing/builders'
import { aTemplate, pass, podsOf, stored } from '../testing/workloads'
import type { DaemonSet } from './daemonset/types'
import type { Job } from './job/types'
import type { StatefulSet } from './statefulset/types'

const APPS = '/apis/apps/v1/namespaces/default'
const PARTS = ['kube-controller-manager', 'kube-apiserver', 'kube-scheduler'] as const

describe('workloads', () => {
  it.each([1, 2, 3])('come to what was asked whatever is stopped and started in between (seed %i)', (seed) => {
    const cluster = aWholeCluster(2, { seed })
    const random = createRng(seed)
    const start = (resource: string, kind: string, app: string, spec = {}) =>
      post(cluster, `${APPS}/${resource}`, {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: app },
        spec: { selector: { matchLabels: { app } }, template: aTemplate({ app }), ...spec },
      })
    start('daemonsets', 'DaemonSet', 'agent')
    start('statefulsets', 'StatefulSet', 'db', { serviceName: 'db', replicas: 3 })
    post(cluster, '/apis/batch/v1/namespaces/default/jobs', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec: {
        completions: 4,
        parallelism: 2,
        template: aTemplate({ app: 'once' }, { restartPolicy: 'Never', containers: [{ name: 'web', image: 'oneshot' }] }),
      },
    })
    for (let i = 0; i < 5; i++) {
      pass(cluster, 1 + random.int(1500))
      const part = PARTS[random.int(PARTS.length)]!
      cluster.stop(part)
      pass(cluster, 1 + random.int(2000))
      cluster.restart(part)
    }
    pass(cluster, 40_000)
    const count = (app: string) => podsOf(cluster).filter(({ metadata }) => metadata.labels!.app === app).length
    expect([count('agent'), count('db'), count('once')]).toEqual([2, 3, 4])
    expect(stored<DaemonSet>(cluster, 'daemonsets')[0]!.status).toMatchObject({ numberAvailable: 2 })
    expect(stored<StatefulSet>(cluster, 'statefulsets')[0]!.status).toMatchObject({ availableReplicas: 3 })
    expect(stored<Job>(cluster, 'jobs')[0]!.status).toMatchObject({ succeeded: 4, uncountedTerminatedPods: {} })
    expect(podsOf(cluster).filter(({ metadata }) => metadata.finalizers)).toEqual([])
  })
})
