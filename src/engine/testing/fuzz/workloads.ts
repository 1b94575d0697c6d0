// Users of a fuzzed cluster with the objects of controllers, each named after its user. What is left in the end is the same however often a
// step failed, and whatever was down meanwhile. Tests only.

import type { JsonObject } from '../../base/json'
import type { Rng } from '../../base/rng'
import { create, patch, remove, wait, type Step } from './steps'

export type Workload = (name: string, rng: Rng, nodes: number) => Step[]

export const APPS = '/apis/apps/v1/namespaces/default'
export const CORE = '/api/v1/namespaces/default'
export const BATCH = '/apis/batch/v1/namespaces/default'

const IMAGES = ['nginx', 'redis', 'nginx:2']
const POLICIES = ['Background', 'Foreground'] as const
export const some = <T>(rng: Rng, list: readonly T[]): T => list[rng.int(list.length)]!
export const oneIn = (rng: Rng, n: number) => rng.int(n) === 0

export function podTemplate(name: string, spec: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'nginx' }], ...spec },
  }
}

const withImage = (image: string): JsonObject => ({ spec: { template: { spec: { containers: [{ name: 'c', image }] } } } })

export const deployment: Workload = (name, rng) => {
  const path = `${APPS}/deployments/${name}`
  const steps = [create(rng, `${APPS}/deployments`, aDeployment(name, rng))]
  for (let n = rng.int(4); n > 0; n--)
    steps.push(
      some(rng, [
        () => patch(rng, path, { spec: { replicas: rng.int(4) } }),
        () => patch(rng, path, withImage(some(rng, IMAGES))),
        () => patch(rng, path, { spec: { paused: oneIn(rng, 2) } }),
      ])(),
    )
  // A rollback is a template that was there before.
  if (oneIn(rng, 3)) steps.push(patch(rng, path, withImage('redis')), patch(rng, path, withImage('nginx')))
  steps.push(patch(rng, path, { spec: { paused: null } }))
  if (oneIn(rng, 4)) steps.push(remove(rng, path, some(rng, POLICIES)))
  return steps
}

function aDeployment(name: string, rng: Rng, more: JsonObject = {}): JsonObject {
  const strategy = some<JsonObject>(rng, [
    {},
    { type: 'Recreate' },
    { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } },
  ])
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas: 1 + rng.int(2), selector: { matchLabels: { app: name } }, strategy, template: podTemplate(name), ...more },
  }
}

export const statefulSet: Workload = (name, rng) => {
  const path = `${APPS}/statefulsets/${name}`
  const spec = {
    serviceName: name,
    replicas: 1 + rng.int(2),
    podManagementPolicy: some(rng, ['OrderedReady', 'OrderedReady', 'Parallel']),
    selector: { matchLabels: { app: name } },
    template: podTemplate(name),
  }
  const steps = [
    create(rng, `${APPS}/statefulsets`, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name, namespace: 'default' }, spec }),
  ]
  if (oneIn(rng, 2)) steps.push(patch(rng, path, { spec: { replicas: rng.int(4) } }))
  if (oneIn(rng, 2)) steps.push(patch(rng, path, withImage('redis')))
  if (oneIn(rng, 3)) steps.push(patch(rng, path, { spec: { replicas: 1 } }))
  if (oneIn(rng, 4)) steps.push(remove(rng, path, some(rng, POLICIES)))
  return steps
}

export const daemonSet: Workload = (name, rng) => {
  const path = `${APPS}/daemonsets/${name}`
  const spec = { selector: { matchLabels: { app: name } }, template: podTemplate(name) }
  const steps = [
    create(rng, `${APPS}/daemonsets`, { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name, namespace: 'default' }, spec }),
  ]
  if (oneIn(rng, 2)) steps.push(patch(rng, path, withImage('redis')))
  if (oneIn(rng, 3))
    steps.push(patch(rng, path, { spec: { template: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } } } } }))
  if (oneIn(rng, 4)) steps.push(remove(rng, path, some(rng, POLICIES)))
  return steps
}

export const job: Workload = (name, rng) => {
  const template = podTemplate(name, {
    restartPolicy: some(rng, ['Never', 'OnFailure']),
    containers: [{ name: 'c', image: 'oneshot' }],
  })
  const ttl: JsonObject = oneIn(rng, 3) ? { ttlSecondsAfterFinished: 5 } : {}
  const spec = { completions: 1 + rng.int(3), parallelism: 1 + rng.int(2), backoffLimit: 1000, template, ...ttl }
  const steps = [create(rng, `${BATCH}/jobs`, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'default' }, spec })]
  if (oneIn(rng, 4))
    steps.push(
      patch(rng, `${BATCH}/jobs/${name}`, { spec: { suspend: true } }, [404]),
      patch(rng, `${BATCH}/jobs/${name}`, { spec: { suspend: false } }, [404]),
    )
  if (oneIn(rng, 4)) steps.push(remove(rng, `${BATCH}/jobs/${name}`, some(rng, POLICIES)))
  return steps
}

/** How many Jobs there were depends on who was there when it was time: in the end it is deleted, and all that came of it. */
export const cronJob: Workload = (name, rng) => {
  const path = `${BATCH}/cronjobs/${name}`
  const template = podTemplate(name, { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'oneshot' }] })
  const spec = {
    schedule: '* * * * *',
    concurrencyPolicy: some(rng, ['Allow', 'Forbid', 'Replace']),
    jobTemplate: { spec: { template } },
  }
  const made = create(rng, `${BATCH}/cronjobs`, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: 'default' },
    spec,
  })
  return [{ ...made, pause: 70_000 } as Step, remove(rng, path, some(rng, POLICIES))]
}

export const service: Workload = (name, rng) => {
  const spec = { selector: { app: name }, ports: [{ port: 80 }] }
  const made = create(rng, `${CORE}/services`, { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec })
  const steps = [create(rng, `${APPS}/deployments`, aDeployment(name, rng))]
  if (oneIn(rng, 2)) steps.unshift(made)
  else steps.push(made)
  if (oneIn(rng, 2)) steps.push(patch(rng, `${APPS}/deployments/${name}`, { spec: { replicas: rng.int(4) } }))
  if (oneIn(rng, 3)) steps.push(patch(rng, `${CORE}/services/${name}`, { spec: { selector: { app: some(rng, ['nobody', name]) } } }))
  if (oneIn(rng, 4)) steps.push(remove(rng, `${CORE}/services/${name}`))
  return steps
}

/** More replicas than the quota allows, until it allows more. */
export const quota: Workload = (name, rng) => {
  const quotas = `/api/v1/namespaces/${name}/resourcequotas`
  const body = { ...aDeployment(name, rng, { replicas: 3, progressDeadlineSeconds: 100_000 }), metadata: { name, namespace: name } }
  const steps = [
    create(rng, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    create(rng, quotas, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: name }, spec: { hard: { pods: '2' } } }),
    // Without a status a quota holds nothing back yet.
    wait(`${quotas}/${name}`, 'status.hard.pods', '2'),
    create(rng, `/apis/apps/v1/namespaces/${name}/deployments`, body),
  ]
  if (oneIn(rng, 2)) steps.push(patch(rng, `${quotas}/${name}`, { spec: { hard: { pods: '5' } } }))
  return steps
}

export const disruption: Workload = (name, rng) => {
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
  const aPod = (n: number): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${n}`, namespace: 'default', labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'nginx' }] },
  })
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: `${name}-0`, namespace: 'default' } }
  const evict = create(rng, `${CORE}/pods/${name}-0/eviction`, eviction)
  return [
    create(rng, budgets, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: name } } },
    }),
    create(rng, `${CORE}/pods`, aPod(0)),
    create(rng, `${CORE}/pods`, aPod(1)),
    { ...evict, done: [404] } as Step,
  ]
}

/** A Pod for which another has to go. */
export const preemption: Workload = (name, rng) => {
  const aPod = (pod: string, priority: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod, namespace: 'default' },
    spec: {
      terminationGracePeriodSeconds: 1,
      nodeSelector: { 'kubernetes.io/hostname': 'worker-1' },
      containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '2500m' } } }],
      ...priority,
    },
  })
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
  return [
    create(rng, classes, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 1000 }),
    create(rng, `${CORE}/pods`, aPod(`${name}-low`, {})),
    wait(`${CORE}/pods/${name}-low`, 'status.phase', 'Running'),
    create(rng, `${CORE}/pods`, aPod(`${name}-high`, { priorityClassName: name })),
  ]
}
